"""Python and C code of the standard library that computes, in jobs of seconds."""

from __future__ import annotations

import ast
import bz2
import csv
import decimal
import difflib
import fractions
import hashlib
import html.parser
import inspect
import io
import itertools
import json
import lzma
import pickle
import random
import re
import sqlite3
import statistics
import string
import zlib
from collections import Counter
from typing import Any

WORDS = ("north", "river", "amber", "quiet", "stone", "paper", "train", "lemon", "cloud", "seven")


def text(seed: int, words: int) -> str:
    """Words by chance, the same for a seed."""
    chance = random.Random(seed)
    return " ".join(f"{chance.choice(WORDS)}{chance.randrange(100)}" for _ in range(words))


def boards() -> list[int]:
    """Sizes of chess boards, for ``queens``."""
    return [9] * 160 + [10] * 60


def queens(size: int) -> int:
    """How many ways so many queens stand on a board: pure Python."""

    def place(row: int, columns: int, left: int, right: int) -> int:
        if row == size:
            return 1
        free = ~(columns | left | right) & ((1 << size) - 1)
        ways = 0
        while free:
            bit = free & -free
            free ^= bit
            ways += place(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1)
        return ways

    return place(0, 0, 0, 0)


def rows_of_fractal() -> list[float]:
    """Imaginary parts of 160 rows, for ``fractal_row``."""
    return [-1.2 + 2.4 * row / 160 for row in range(160)]


def fractal_row(imaginary: float) -> list[int]:
    """A row of the Mandelbrot set: very uneven calls of pure Python."""
    row = []
    for column in range(2_000):
        point, z, steps = complex(-2 + 3 * column / 2_000, imaginary), 0j, 0
        while steps < 120 and abs(z) <= 2:
            z, steps = z * z + point, steps + 1
        row.append(steps)
    return row


def documents() -> list[str]:
    """JSON texts of 60 KB."""
    return [
        json.dumps([{"id": n, "name": text(n + seed, 4), "tags": list(range(n % 9))} for n in range(700)])
        for seed in range(300)
    ]


def read_document(document: str) -> int:
    """Parses and sums up a JSON text: C code that holds the GIL, with the text to send."""
    return sum(len(entry["tags"]) for entry in json.loads(document))


def logs() -> list[int]:
    """Seeds of log files."""
    return list(range(220))


def count_patterns(seed: int) -> int:
    """Makes a log and searches it with regular expressions."""
    log = text(seed, 1_500)
    return sum(len(re.findall(rf"{word}(\d)\1", log)) for word in WORDS)


def pairs_of_texts() -> list[tuple[str, str]]:
    """Pairs of texts that differ here and there."""
    return [(text(seed, 900), text(seed + 1, 200) + " " + text(seed, 700)) for seed in range(60)]


def similarity(pair: tuple[str, str]) -> float:
    """How alike two texts are."""
    return difflib.SequenceMatcher(None, pair[0].split(), pair[1].split(), autojunk=False).ratio()


def sources() -> list[str]:
    """Modules of the standard library, as text, some of them several times."""
    modules = (ast, csv, decimal, difflib, fractions, html.parser, inspect, io, json, random, statistics, string)
    return [inspect.getsource(module) for module in modules] * 6


def syntax(source: str) -> int:
    """Parses a module and counts its nodes: uneven."""
    return sum(1 for _ in ast.walk(ast.parse(source)))


def places() -> list[int]:
    """How many places of a number."""
    return [1_500] * 70


def digits_of_e(places: int) -> str:
    """E to so many places: C code of decimal, which holds the GIL."""
    with decimal.localcontext() as context:
        context.prec = places
        total, term = decimal.Decimal(1), decimal.Decimal(1)
        for n in range(1, places):
            term /= n
            total += term
        return str(total)[-9:]


def tables() -> list[int]:
    """Seeds of tables."""
    return list(range(80))


def tabulate(seed: int) -> tuple[int, float]:
    """Writes and reads a CSV table and takes medians."""
    chance = random.Random(seed)
    stream = io.StringIO()
    csv.writer(stream).writerows([n, chance.random(), chance.choice(WORDS)] for n in range(6_000))
    stream.seek(0)
    rows = list(csv.reader(stream))
    return len(Counter(row[2] for row in rows)), statistics.median(float(row[1]) for row in rows)


def blocks() -> list[bytes]:
    """Blocks of 500 KB that compress well."""
    base = " ".join(text(seed, 400) for seed in range(40)).encode() * 6
    return [base[start : start + 500_000] for start in range(0, 60_000, 500)]


def deflate(block: bytes) -> int:
    """zlib: C code without the GIL, with a block to send to a process."""
    return len(zlib.compress(block, 6))


def squeeze(block: bytes) -> int:
    """lzma: C code without the GIL that slows its neighbours by its memory."""
    return len(lzma.compress(block[:120_000], preset=3))


def shrink(block: bytes) -> int:
    """bz2: C code without the GIL."""
    return len(bz2.compress(block[:250_000]))


def passwords() -> list[str]:
    """Pass phrases."""
    return [f"phrase {number}" for number in range(60)]


def derive(password: str) -> str:
    """scrypt: C code without the GIL and with memory."""
    return hashlib.scrypt(password.encode(), salt=b"salt" * 4, n=2**14, r=8, p=1).hex()[:8]


def questions() -> list[int]:
    """Numbers to ask a database about."""
    return list(range(90))


def ask_database(number: int) -> int:
    """Fills and asks a database in memory: SQLite drops the GIL and takes it back for every row."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (a integer, b integer)")
    connection.executemany("insert into t values (?, ?)", ((n, n * number % 977) for n in range(12_000)))
    found = connection.execute("select count(*) from t join t u on t.b = u.a where u.b < 400").fetchone()[0]
    connection.close()
    return int(found)


def orders() -> list[list[dict[str, Any]]]:
    """Batches of orders of some 300 KB when pickled."""
    return [[{"id": n, "name": text(n, 2), "amounts": list(range(20))} for n in range(1_500)] for _ in range(60)]


def total(batch: list[dict[str, Any]]) -> int:
    """A little work on a large argument: sending it costs more than the work."""
    return sum(sum(order["amounts"]) for order in batch)


def trivial_numbers() -> range:
    """A million numbers, near enough."""
    return range(900_000)


def trivial(number: int) -> int:
    """A call of a microsecond or two: too small to send one by one."""
    return sum(divmod(number, 97)) ^ 5


def routes() -> list[int]:
    """Seeds of maps."""
    return [9] * 40


def shortest_tour(cities: int) -> float:
    """Tries every tour: pure Python with itertools."""
    places = [complex(random.Random(n).random(), n * 0.37 % 1) for n in range(cities)]
    best = 9e9
    for tour in itertools.permutations(places[1:]):
        length, at = 0.0, places[0]
        for place in tour:
            length += abs(place - at)
            at = place
        best = min(best, length)
    return best


def states() -> list[int]:
    """Seeds of states."""
    return list(range(40))


def large_state(seed: int) -> bytes:
    """A result of 6 MB that is quickly made: sending it back is most of the work."""
    return pickle.dumps(bytearray(6_000_000 + seed))
