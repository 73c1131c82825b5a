"""Standard input for several runs of one program: each reads what the first one read."""

from __future__ import annotations

import contextlib
import os
import select
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PIECE_BYTES = 65_536
LOOK_SECONDS = 0.05


class StandardInput:
    """A file is read again from where it stood; a pipe is passed on and noted down; a terminal is the first run's."""

    def __init__(self, folder: Path, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._noted = folder / "standard-input"
        self._runs = 0
        self._offset: int | None = None
        with contextlib.suppress(OSError):
            mode = os.fstat(descriptor).st_mode
            self._is_pipe = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
            self._offset = os.lseek(descriptor, 0, os.SEEK_CUR) if stat.S_ISREG(mode) else None
            return
        self._is_pipe = False

    @contextlib.contextmanager
    def of_a_run(self) -> Iterator[int | IO[bytes]]:
        """What to give the next run as its standard input."""
        first = self._runs == 0
        self._runs += 1
        if self._offset is not None:
            os.lseek(self._descriptor, self._offset, os.SEEK_SET)
            yield self._descriptor
        elif self._is_pipe and first:
            with self._passed_on() as end:
                yield end
        elif self._is_pipe:
            with self._noted.open("rb") as file:
                yield file
        elif first:
            yield self._descriptor
        else:
            # What was typed is not known, and nobody is to be asked for it twice.
            yield subprocess.DEVNULL

    @contextlib.contextmanager
    def _passed_on(self) -> Iterator[int]:
        read, write = os.pipe()
        over = threading.Event()
        copier = threading.Thread(target=self._copy, args=(write, over), daemon=True)
        copier.start()
        try:
            yield read
        finally:
            over.set()
            os.close(read)
            copier.join()

    def _copy(self, write: int, over: threading.Event) -> None:
        """Pass on what comes, and note it down, until it ends or the run does."""
        with self._noted.open("wb") as noted, contextlib.suppress(OSError), os.fdopen(write, "wb", 0) as pipe:
            while not over.is_set():
                if not select.select([self._descriptor], [], [], LOOK_SECONDS)[0]:
                    continue
                piece = os.read(self._descriptor, PIECE_BYTES)
                if not piece:
                    return
                noted.write(piece)
                pipe.write(piece)
