"""Functions that change or hold what a whole process has one of: folder, environment, random numbers, files."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import random
import socket
import sqlite3
import tempfile
import threading
from pathlib import Path

import numpy as np

from workloads.safety.shared import work

_FOLDER = Path(tempfile.gettempdir())
_SCRATCH = _FOLDER / f"advisor-corpus-scratch-{os.getuid()}.txt"
_LEDGER = _FOLDER / f"advisor-corpus-ledger-{os.getuid()}.txt"
_LEDGER_LOCK = threading.Lock()
_NUMBERS = random.Random(7)
_HERE, _THERE = socket.socketpair()
_PIPE_LOCK = threading.Lock()
_DATABASE = sqlite3.connect(":memory:")
_LOOP = asyncio.new_event_loop()
_TEXT = Path(__file__).open(encoding="utf-8")  # noqa: SIM115 - held open for ever: what it is about
_TEXT_LOCK = threading.Lock()
_OPENED: list[io.IOBase] = []


def set_region(number: int) -> str:
    """Hand the region to a helper through the environment."""
    os.environ["CORPUS_REGION"] = f"region {number}"
    work(number)
    return os.environ["CORPUS_REGION"]


def visit_folder(number: int) -> list[str]:
    """Go to a folder of the item's own, look about, and come back."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        # By its whole path: where calls at once move the folder away, no file ends up elsewhere.
        Path(folder, f"{number}.txt").write_text(str(work(number)))
        found = [path.name for path in Path().iterdir()]
        os.chdir(before)
    return found


def seed_and_draw(number: int) -> float:
    """Seed the one generator of the process, then draw from it."""
    random.seed(number)
    return sum(random.random() for _ in range(3_000))


def estimate_pi(number: int) -> float:
    """Draw from NumPy's one generator, which fork copies."""
    points = np.random.random((20_000, 2))
    return number + float((np.hypot(points[:, 0], points[:, 1]) < 1).mean())


def roll_dice(number: int) -> tuple[int, int]:
    """Draw from a generator of the module's own, seeded at import: the same in every process."""
    work(number)
    return number, _NUMBERS.randrange(1_000_000_000)


def use_scratch_file(number: int) -> str:
    """Write a file whose name is always the same, and read it back."""
    _SCRATCH.write_text(str(work(number)))
    return _SCRATCH.read_text()


def keep_ledger(number: int) -> int:
    """Read, add to and write a file under a lock, which other processes do not see."""
    with _LEDGER_LOCK:
        result = work(number)
        _LEDGER.write_text(f"{result}\n")
        return result


def ask_over_socket(number: int) -> bytes:
    """Ask and answer over one connection, opened at import."""
    with _PIPE_LOCK:
        _HERE.sendall(b"%08d" % number)
        work(number)
        return _THERE.recv(8)


def query_shared_database(number: int) -> int:
    """Ask over a database connection opened at import."""
    work(number)
    return int(_DATABASE.execute("select ? * 2", (number,)).fetchone()[0])


def run_on_one_loop(number: int) -> int:
    """Run a coroutine on the module's only event loop."""
    return _LOOP.run_until_complete(_wait_and_work(number))


async def _wait_and_work(number: int) -> int:
    await asyncio.sleep(0.001)
    return work(number)


def read_shared_file(number: int) -> str:
    """Seek and read in a file opened at import: forked processes share its position."""
    with _TEXT_LOCK:
        _TEXT.seek(number * 10)
        return _TEXT.read(20)


def leave_open(number: int) -> int:
    """Open a file and never close it."""
    _OPENED.append(Path(__file__).open("rb"))  # noqa: SIM115 - what this function is about
    return work(number)


def capture_output(number: int) -> str:
    """Catch what is printed by taking the process's standard output away for a while."""
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        for step in range(30):
            print(number, work(step, 100))
    return caught.getvalue()
