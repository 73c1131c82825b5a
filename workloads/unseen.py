"""Functions that the advice was never tuned for: everyday calls of the standard library and NumPy, one after another.

Labelled in ``labels/unseen.py`` by what they do alone; what is best for them only a sweep says.
"""

from __future__ import annotations

import ast
import asyncio
import base64
import bz2
import csv
import decimal
import difflib
import email
import gzip
import hashlib
import html.parser
import io
import itertools
import json
import os
import pickle
import random
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import textwrap
import threading
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workloads.web import LIMITED_PORT, SLOW_PORT, get_json, get_json_async

if TYPE_CHECKING:
    import numpy as np

_WORDS = ("north", "river", "amber", "quiet", "stone", "paper", "train", "lemon", "cloud", "seven")


def _text(seed: int, words: int) -> str:
    chance = random.Random(seed)
    return " ".join(f"{chance.choice(_WORDS)}{chance.randrange(100)}" for _ in range(words))


# ---- C code ----------------------------------------------------------------------------------------------


def disk_images() -> list[bytes]:
    """Return 60 images of 3 MB."""
    base = random.Random(1).randbytes(3_100_000)
    return [base[start : start + 3_000_000] for start in range(0, 60_000, 1_000)]


def checksum(image: bytes) -> str:
    """Return the SHA-256 of an image."""
    return hashlib.sha256(image).hexdigest()


def small_packets() -> list[bytes]:
    """Return 20,000 packets of 1.2 KB."""
    base = random.Random(2).randbytes(30_000)
    return [base[start : start + 1_200] for start in range(20_000)]


def packet_digest(packet: bytes) -> bytes:
    """Return the BLAKE2 of a packet, too short for hashlib to drop the GIL."""
    return hashlib.blake2b(packet).digest()


def archives() -> list[bytes]:
    """Return 40 gzip files of 2 MB of text."""
    text = _text(3, 300_000).encode()
    return [gzip.compress(text[start : start + 2_000_000], 1) for start in range(0, 40_000, 1_000)]


def lines_of_archive(archive: bytes) -> int:
    """Return how often a word stands in a gzip file."""
    return gzip.decompress(archive).count(b"river")


def attachments() -> list[bytes]:
    """Return 40 attachments of 1.5 MB."""
    base = random.Random(4).randbytes(1_600_000)
    return [base[start : start + 1_500_000] for start in range(0, 40_000, 1_000)]


def encode_attachment(attachment: bytes) -> bytes:
    """Return the attachment in Base64, in lines: as large an answer as the question."""
    return base64.encodebytes(attachment)


def tarballs() -> list[bytes]:
    """Return 24 blocks of 90 KB."""
    text = _text(5, 40_000).encode()
    return [text[start : start + 90_000] for start in range(0, 24_000, 1_000)]


def squeeze(block: bytes) -> int:
    """Return the size of the block under bzip2."""
    return len(bz2.compress(block))


def digits_wanted() -> list[int]:
    """Return 40 precisions."""
    return [900 + 10 * number for number in range(40)]


def root_digits(precision: int) -> str:
    """Return the last digits of the logarithm of 2 in C's decimal arithmetic, which keeps the GIL."""
    context = decimal.Context(prec=precision)
    return str(decimal.Decimal(2).ln(context))[-8:]


# ---- Python code -----------------------------------------------------------------------------------------


def drafts() -> list[tuple[str, str]]:
    """Return 30 pairs of drafts of one text."""
    return [(_text(seed, 260), _text(seed + 1, 260)) for seed in range(30)]


def likeness(before: str, after: str) -> float:
    """Return how alike two drafts are."""
    return round(difflib.SequenceMatcher(None, before.split(), after.split()).ratio(), 6)


def sources() -> list[str]:
    """Return 60 modules of source code."""
    body = "def f{0}(a, b={0}):\n    return [x * {0} for x in range(a) if x % b]\n"
    return ["\n".join(body.format(number + seed) for number in range(120)) for seed in range(60)]


def names_in(source: str) -> int:
    """Return how many different names a module's syntax tree has."""
    return len({node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)})


def tables() -> list[str]:
    """Return 50 tables of 2,000 rows as CSV."""
    chance = random.Random(6)
    rows = [f"{number},{chance.random():.4f},{chance.choice(_WORDS)}" for number in range(2_100)]
    return ["\n".join(rows[seed : seed + 2_000]) for seed in range(50)]


def total_by_word(table: str) -> dict[str, float]:
    """Return the sum of a column by another."""
    totals: Counter[str] = Counter()
    for _number, amount, word in csv.reader(io.StringIO(table)):
        totals[word] += float(amount)  # type: ignore[assignment]  # typeshed has counts as int alone
    return {word: round(total, 4) for word, total in sorted(totals.items())}


def feeds() -> list[str]:
    """Return 40 XML feeds of 1,500 entries."""
    entries = [f"<entry id='{number}'><title>{_WORDS[number % 10]}</title></entry>" for number in range(1_540)]
    return ["<feed>" + "".join(entries[seed : seed + 1_500]) + "</feed>" for seed in range(40)]


def titles(feed: str) -> int:
    """Return how many titles of a feed are of one kind."""
    return sum(title.text == "lemon" for title in ET.fromstring(feed).iter("title"))


def letters() -> list[str]:
    """Return 80 messages with headers."""
    return [f"From: a{n}@example.org\nTo: b@example.org\nSubject: {_text(n, 8)}\n\n{_text(n, 900)}" for n in range(80)]


def wrap_letter(letter: str) -> int:
    """Return how many lines a message has once it is wrapped."""
    body = email.message_from_string(letter).get_payload()
    return len(textwrap.wrap(str(body), 72))


class _Links(html.parser.HTMLParser):
    found = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += tag == "a" and len(attrs)


def pages() -> list[str]:
    """Return 40 pages, the first of 20 links, the last of 1,600: far from even."""
    return ["<p><a href='x'>link</a> text</p>" * (20 + 40 * number) for number in range(40)]


def count_links(page: str) -> int:
    """Return how many links a page has."""
    parser = _Links()
    parser.feed(page)
    return parser.found


def readings() -> list[list[float]]:
    """Return 4,000 lists of 20 readings."""
    chance = random.Random(8)
    return [[chance.random() for _ in range(20)] for _ in range(4_000)]


def quartiles(values: list[float]) -> list[float]:
    """Return the quartiles of some readings: 30 microseconds of Python."""
    return [round(cut, 6) for cut in statistics.quantiles(values)]


_PLAN_OF_YEAR: dict[int, int] = {}


def days() -> list[int]:
    """Return 60 days."""
    return list(range(60))


def plan_day(day: int) -> int:
    """Return a figure from a table that each process has to work out once, in a good tenth of a second."""
    if not _PLAN_OF_YEAR:
        for key in range(400_000):
            _PLAN_OF_YEAR[key] = (key * 7_919) % 10_007
    total = 0
    for step in range(60_000):
        total += _PLAN_OF_YEAR[(day * step) % 400_000]
    return total


# ---- waiting ---------------------------------------------------------------------------------------------


def addresses() -> list[str]:
    """Return 80 paths."""
    return [f"/unseen/{number}" for number in range(80)]


def fetch_and_summarise(path: str) -> int:
    """Return a figure of a page: 20 ms of waiting, then about 6 ms of Python."""
    number = int(get_json(SLOW_PORT, path)["number"])
    for _ in range(45_000):
        number = (number * 5 + 1) % 1_000_003
    return number


def fetch_through_gate(path: str) -> int:
    """Return a figure of a page from the server that serves four at once, then 2 ms of Python."""
    number = int(get_json(LIMITED_PORT, path)["number"])
    for _ in range(15_000):
        number = (number * 5 + 1) % 1_000_003
    return number


async def await_and_summarise(path: str) -> int:
    """Return a figure of a page, awaited, then 1 ms of Python."""
    number = int((await get_json_async(SLOW_PORT, path))["number"])
    for _ in range(7_000):
        number = (number * 5 + 1) % 1_000_003
    return number


def short_naps() -> list[float]:
    """Return 1,500 naps of 2 ms."""
    return [0.002] * 1_500


def nap(seconds: float) -> float:
    """Sleep."""
    time.sleep(seconds)
    return seconds


def uneven_naps() -> list[float]:
    """Return 60 naps of 1 to 120 ms, the longest last."""
    return [0.001 + 0.002 * number for number in range(60)]


def long_naps() -> list[float]:
    """Return 40 naps of 150 ms."""
    return [0.15] * 40


_TURNSTILE = threading.Lock()


def pass_turnstile(visitor: int) -> int:
    """Return the visitor after 6 ms, half of them under a lock."""
    time.sleep(0.003)
    with _TURNSTILE:
        time.sleep(0.003)
    return visitor


def visitors() -> list[int]:
    """Return 80 numbers."""
    return list(range(80))


def resolve(_number: int) -> int:
    """Return the port of a pair of sockets that said a few words to each other."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for _ in range(40):
            ours.sendall(b"ping")
            theirs.recv(4)
            theirs.sendall(b"pong")
            ours.recv(4)
    return 4


def talks() -> list[int]:
    """Return 1,200 numbers."""
    return list(range(1_200))


def commands() -> list[int]:
    """Return 30 numbers."""
    return list(range(30))


def run_command(number: int) -> str:
    """Return what a child process prints after a moment."""
    done = subprocess.run(["sh", "-c", f"sleep 0.02; echo {number}"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def notes() -> list[str]:
    """Return 300 texts of 20 KB."""
    text = _text(9, 4_000)
    return [text[number : number + 20_000] for number in range(300)]


def save_note(note: str) -> int:
    """Return the size of a file that was written, brought to the disk and removed."""
    with tempfile.NamedTemporaryFile("w", delete=True) as file:
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size


# ---- data ------------------------------------------------------------------------------------------------


def _shop_file() -> Path:
    path = Path(tempfile.gettempdir()) / f"unseen-shop-{os.getuid()}.sqlite"
    if not path.exists():
        chance = random.Random(10)
        made = path.with_suffix(f".{os.getpid()}")
        with sqlite3.connect(made) as connection:
            connection.execute("create table sale (shop integer, amount real, word text)")
            rows = ((n % 97, chance.random(), chance.choice(_WORDS)) for n in range(200_000))
            connection.executemany("insert into sale values (?, ?, ?)", rows)
        connection.close()
        made.replace(path)
    return path


def shops() -> list[int]:
    """Return 40 shops of a database on disk."""
    _shop_file()
    return list(range(40))


def turnover(shop: int) -> float:
    """Return a shop's turnover: one row from a scan of the table that SQLite makes without the GIL."""
    connection = sqlite3.connect(_shop_file())
    try:
        row = connection.execute("select sum(amount) from sale where shop = ? and word > 'c'", (shop,)).fetchone()
    finally:
        connection.close()
    return round(float(row[0]), 6)


def catalogues() -> list[list[dict[str, Any]]]:
    """Return 40 lists of 3,000 records: far more to ship than to compute."""
    chance = random.Random(11)
    records = [{"id": n, "price": chance.random(), "word": chance.choice(_WORDS)} for n in range(3_100)]
    return [records[seed : seed + 3_000] for seed in range(40)]


def dearest(records: list[dict[str, Any]]) -> float:
    """Return the highest price."""
    return float(max(record["price"] for record in records))


def reports() -> list[int]:
    """Return 30 numbers."""
    return list(range(30))


def make_report(number: int) -> list[dict[str, Any]]:
    """Return 6,000 records from a number: a little to compute, much to send back."""
    return [{"id": n, "square": n * n % (number + 7), "word": _WORDS[n % 10]} for n in range(6_000)]


def snapshot(number: int) -> int:
    """Return the size of nested data once pickled and read again."""
    data = {str(n): [n, number, str(n * number)] for n in range(8_000)}
    return len(pickle.loads(pickle.dumps(data))) + len(json.dumps(data))


# ---- NumPy -----------------------------------------------------------------------------------------------


def signals() -> list[np.ndarray]:
    """Return 40 signals of 2 MB."""
    import numpy as np

    base = np.random.default_rng(12).standard_normal(262_200)
    return [base[seed : seed + 262_144] for seed in range(40)]


def loudest_frequency(signal: np.ndarray) -> int:
    """Return where the spectrum of a signal is highest."""
    import numpy as np

    return int(np.abs(np.fft.rfft(signal)).argmax())


def smooth(signal: np.ndarray) -> float:
    """Return a figure from element-wise functions, in C without the GIL."""
    import numpy as np

    return round(float(np.log1p(np.exp(np.sin(signal))).mean()), 9)


def small_vectors() -> list[int]:
    """Return 3,000 seeds."""
    return list(range(3_000))


def tiny_algebra(seed: int) -> float:
    """Return a figure from arrays so small that NumPy's own Python is most of it."""
    import numpy as np

    matrix = np.arange(9.0).reshape(3, 3) + seed
    return round(float(np.trace(matrix @ matrix.T + np.eye(3))), 3)


def factor(seed: int) -> float:
    """Return a figure from the singular values of a matrix: LAPACK, on as many threads as it likes."""
    import numpy as np

    matrix = np.random.default_rng(seed).standard_normal((160, 160))
    return round(float(np.linalg.svd(matrix, compute_uv=False)[0]), 6)


def seeds() -> list[int]:
    """Return 40 seeds."""
    return list(range(40))


# ---- mixtures --------------------------------------------------------------------------------------------


def half_and_half(seed: int) -> str:
    """Return a digest of text that Python made: half with the GIL, half without it."""
    text = "".join(map(str, itertools.accumulate(range(seed, seed + 9_000)))).encode() * 40
    return hashlib.sha512(text).hexdigest()[:16]


async def shared_gate(number: int) -> int:
    """Return the number after a wait of 10 ms, of which six at a time are let through."""
    async with _gate():
        await asyncio.sleep(0.01)
    return number


_GATES: dict[int, asyncio.Semaphore] = {}


def _gate() -> asyncio.Semaphore:
    loop = id(asyncio.get_running_loop())
    if loop not in _GATES:
        _GATES.clear()
        _GATES[loop] = asyncio.Semaphore(6)
    return _GATES[loop]


def numbers() -> list[int]:
    """Return 120 numbers."""
    return list(range(120))
