from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.program.standard_input import StandardInput


def read_all(stream: object) -> bytes:
    descriptor = stream if isinstance(stream, int) else stream.fileno()  # type: ignore[attr-defined] # a file else
    found = b""
    while piece := os.read(descriptor, 1000):
        found += piece
    return found


@pytest.fixture
def pipe() -> Iterator[int]:
    read, write = os.pipe()
    os.write(write, b"some lines\n" * 50)
    os.close(write)
    yield read
    os.close(read)


def test_every_run_reads_what_the_first_one_read_from_a_pipe(pipe: int, tmp_path: Path) -> None:
    given = StandardInput(tmp_path, pipe)
    with given.of_a_run() as first:
        once = read_all(first)
    with given.of_a_run() as second:
        assert read_all(second) == once == b"some lines\n" * 50


def test_a_file_is_read_again_from_where_it_stood(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"head\nbody\n")
    descriptor = os.open(path, os.O_RDONLY)
    os.read(descriptor, 5)
    given = StandardInput(tmp_path, descriptor)
    for _ in range(2):
        with given.of_a_run() as stream:
            assert read_all(stream) == b"body\n"
    os.close(descriptor)
