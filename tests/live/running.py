"""One run of the installed ``advisor analyze`` that a test watches, stops and looks behind."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.live import commands
from tests.live.asking import wait_until
from tests.live.commands import MARKER


@dataclass(frozen=True)
class Ended:
    """How the program ended, and what was left of it a moment later."""

    status: int
    printed: str
    said: str
    here: Path
    """The working directory."""
    processes_left: tuple[str, ...]
    files_left: tuple[str, ...]

    def complaint(self) -> str:
        """The one line that it complained in."""
        (line,) = self.said.splitlines()
        assert line.startswith("advisor: ")
        return line


class Started:
    """One run of the program, in a folder of its own with temporary files of its own."""

    def __init__(
        self,
        advisor: Path,
        folder: Path,
        *words: str,
        source: str,
        here: Path | None = None,
        environment: Mapping[str, str],
    ) -> None:
        self.folder = folder
        self.run = uuid.uuid4().hex
        self.here = here or folder / "here"
        folder.mkdir(parents=True, exist_ok=True)
        self.here.mkdir(parents=True, exist_ok=True)
        # Below pytest's own folders a socket's path would be longer than any may be.
        self.temporary = Path(tempfile.mkdtemp())
        (self.here / "work.py").write_text(source, encoding="utf-8")
        self._output = (folder / "printed").open("wb"), (folder / "said").open("wb")
        self.process = subprocess.Popen(
            [advisor, "analyze", *words],
            cwd=self.here, stdin=subprocess.DEVNULL, stdout=self._output[0], stderr=self._output[1],
            env={**commands.clean_environment(), MARKER: self.run, "TMPDIR": str(self.temporary), **environment},
        )  # fmt: skip

    def said(self) -> str:
        """What it has said on standard error so far."""
        return (self.folder / "said").read_text(encoding="utf-8")

    def end(self) -> Ended:
        """Wait for it and for what outlives it by a moment."""
        status = self.process.wait(90)
        for stream in self._output:
            stream.close()
        commands.wait_until_gone(self.run)
        wait_until(lambda: not self._files_left() and not any(living_in(self.folder)))
        ended = Ended(
            status=status,
            printed=(self.folder / "printed").read_text(encoding="utf-8"),
            said=self.said(),
            here=self.here,
            processes_left=tuple(commands.end([*commands.marked_processes(self.run), *living_in(self.folder)])),
            files_left=self._files_left(),
        )
        shutil.rmtree(self.temporary, ignore_errors=True)
        return ended

    def _files_left(self) -> tuple[str, ...]:
        return tuple(str(path) for path in sorted(self.temporary.rglob("*")))


def living_in(folder: Path) -> Iterator[psutil.Process]:
    """Processes that were started in the folder, whatever they did to their environment."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if Path(process.cwd()).is_relative_to(folder):
                yield process


Start = Callable[..., Started]
"""The fixture ``start``."""
