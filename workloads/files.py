"""Files: a flush to the disk waits, a read from the page cache is a copy that keeps a core busy."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

from workloads.sample_data import provide, sample_folder

_READINGS = "readings-1.bin"
_READINGS_BYTES = 2**25
_LARGE_READ_BYTES = 2**23
_SMALL_READ_BYTES = 2**9


def records() -> list[bytes]:
    """Return 1,000 records of 4 KB."""
    return [random.Random(seed).randbytes(4_096) for seed in range(1_000)]


def store_record(record: bytes) -> int:
    """Write a record to a file of its own, wait until the disk has it, and return the file's size in bytes."""
    with tempfile.TemporaryFile() as file:
        file.write(record)
        file.flush()
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size


def _write_readings(path: Path) -> None:
    path.write_bytes(random.Random(7).randbytes(_READINGS_BYTES))


def provide_readings() -> None:
    """Write a file of 32 MB unless it is there, and read it so that it is in the page cache."""
    provide(_READINGS, _write_readings).read_bytes()


def large_offsets() -> list[int]:
    """Return 300 offsets in bytes."""
    return [number * 65_536 for number in range(300)]


def read_large(offset: int) -> int:
    """Return the last byte of 8 MB read at once: the kernel copies them without the GIL."""
    with (sample_folder() / _READINGS).open("rb", buffering=0) as file:
        file.seek(offset)
        return file.read(_LARGE_READ_BYTES)[-1]


def small_offsets() -> list[int]:
    """Return 40 offsets in bytes."""
    return [number * 65_536 for number in range(40)]


def read_small(offset: int) -> int:
    """Return the sum of the first bytes of 20,000 reads of 512 bytes: the GIL is dropped for each of them."""
    total = 0
    with (sample_folder() / _READINGS).open("rb", buffering=0) as file:
        file.seek(offset)
        for _ in range(20_000):
            total += file.read(_SMALL_READ_BYTES)[0]
    return total
