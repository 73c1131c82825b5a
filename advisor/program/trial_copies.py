"""Runs of a program in copies of its folder, so that what one run leaves is not there for the next."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..errors import FunctionFailedError, UnusableError
from .patching import FilePatch
from .verifying import Outcome, Version

LINKED = frozenset((".git", ".hg", ".venv", "venv", "node_modules", ".tox", ".nox", ".mypy_cache", ".ruff_cache"))
"""Folders that are linked, not copied: large, and no program's output."""
PASSED_OVER = frozenset(("__pycache__", *LINKED))
MOST_BYTES = 1_000_000_000


class TrialCopies:
    """Runs one command in a fresh copy of its folder each time."""

    def __init__(self, command: Sequence[str], folder: Path, patches: Sequence[FilePatch], most_seconds: float) -> None:
        """Check that a copy can stand for the folder.

        Raises:
            UnusableError: the folder is too large, or an edited file lies outside it.
        """
        outside = [each.path for each in patches if not (folder / each.path).resolve().is_relative_to(folder.resolve())]
        if outside:
            raise UnusableError(
                f"{outside[0]} is outside {folder}, so the edit cannot be tried on a copy. "
                "Run advisor find from a folder above it."
            )
        size = sum(path.stat().st_size for path in _files(folder))
        if size > MOST_BYTES:
            raise UnusableError(f"{folder} holds {size / 1e9:.1f} GB, too much to try the edit on copies of it.")
        self._command = command
        self._folder = folder
        self._patches = patches
        self._most_seconds = most_seconds

    def run(self, version: Version) -> Outcome:
        """One run.

        Raises:
            FunctionFailedError: it did not end in time.
        """
        with tempfile.TemporaryDirectory(prefix="advisor-verify-") as place:
            copy = Path(place).resolve() / self._folder.name
            _copy(self._folder, copy)
            for each in self._patches:
                target = copy / each.path
                target.write_bytes(each.before if version == "before" else each.after)
            seen = _digests(copy)
            with (Path(place) / "standard-output").open("w+b") as output:
                seconds, status = self._timed(copy, output.fileno())
                output.seek(0)
                printed = output.read()
            sources = {each.path for each in self._patches}
            files = {path: value for path, value in _changed(seen, _digests(copy)).items() if path not in sources}
        return Outcome(
            wall_seconds=seconds,
            exit_status=status,
            standard_output=printed.replace(os.fsencode(copy), os.fsencode(self._folder)),
            files=files,
        )

    def _timed(self, folder: Path, output: int) -> tuple[float, int]:
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PWD": str(folder)}
        started = time.perf_counter()
        process = subprocess.Popen(
            self._command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            status = process.wait(self._most_seconds)
        except subprocess.TimeoutExpired:
            raise FunctionFailedError(
                f"The program had not ended after {self._most_seconds:.0f} s, so the edit could not be verified."
            ) from None
        finally:
            _end_session(process)
        return time.perf_counter() - started, status


def _end_session(process: subprocess.Popen[bytes]) -> None:
    """End what the program left running, and itself."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def _files(folder: Path) -> Iterator[Path]:
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in PASSED_OVER]
        for name in names:
            path = Path(above) / name
            if path.is_file() and not path.is_symlink():
                yield path


def _copy(folder: Path, there: Path) -> None:
    def link(above: str, names: list[str]) -> set[str]:
        linked = {name for name in names if name in LINKED}
        for name in linked:
            target = there / Path(above).relative_to(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(Path(above) / name)
        return linked | {name for name in names if name == "__pycache__"}

    shutil.copytree(folder, there, symlinks=True, ignore=link, dirs_exist_ok=True)


def _digests(folder: Path) -> Mapping[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
        for path in _files(folder)
    }


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    changed = {path: value for path, value in after.items() if before.get(path) != value}
    return changed | dict.fromkeys(set(before) - set(after), "removed")
