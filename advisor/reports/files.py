"""Where reports go: one renderer a suffix, and files that are whole or not there."""

from __future__ import annotations

import contextlib
import functools
import os
import uuid
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from ..errors import UnusableError
from ..records import Report
from . import csv_table, html_page, json_document, junit, markdown, sarif

RENDERERS: Mapping[str, Callable[[Report], str]] = {
    ".html": html_page.render,
    ".csv": csv_table.render,
    ".json": json_document.render,
    ".md": markdown.render,
    ".sarif": sarif.render,
    ".xml": junit.render,
}
"""What each suffix of ``-o`` asks for."""
_DEFAULT_NAMES = ("report.html", "trials.csv", "report.json")
_LONGEST_FOLDER_NAME = 60
_PATTERN = ".advisor-{}.tmp"
_ABANDONED_SECONDS = 60.0
"""No write takes that long: what is older was left by a program that was killed in the middle of one."""


class Keeper:
    """Keeps the report so far on disk while an analysis goes on, so that no finished trial is lost."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._latest: Report | None = None

    def keep(self, report: Report) -> None:
        """Write the report so far to the JSON file among the paths, or else to the first of them.

        A file that cannot be written now does not end the analysis: the last write will say so.
        """
        self._latest = report
        try:
            write(report, _json_first(self._paths)[:1])
        except UnusableError:
            return

    def finish(self) -> str:
        """Write what was kept last to every path; nothing if nothing was kept. Returns how far it went, in words.

        Raises:
            UnusableError: as ``write``.
        """
        if self._latest is None:
            return "interrupted before anything was measured; there is no report."
        write(self._latest, self._paths)
        place = _json_first(self._paths)[0]
        return f"interrupted {self._latest.interrupted}; the report so far is {place}."


def default_paths(target_name: str, folder: Path = Path("reports")) -> tuple[Path, ...]:
    """The three files written where the user names none, in a folder named after the target."""
    return tuple(folder / folder_name(target_name) / name for name in _DEFAULT_NAMES)


def check_writable(paths: Iterable[Path], formats: Collection[str] = RENDERERS) -> None:
    """See before any work that every file can be written, leaving nothing behind.

    Args:
        paths: The files.
        formats: The suffixes that there are renderers for.

    Raises:
        UnusableError: a suffix names no format, or a file cannot be written there.
    """
    for path in paths:
        if format_of(path, formats) is None:
            suffix = f"the suffix {path.suffix}" if path.suffix else "a name without a suffix"
            raise UnusableError(f"-o {path}: {suffix} names no format here. Use one of {' '.join(formats)}.")
        try:
            _try_writing(Path(os.path.realpath(path)))
        except (OSError, ValueError) as error:
            raise UnusableError(f"-o {path}: the file cannot be written: {_words(error)}.") from None


def format_of(path: Path, formats: Iterable[str]) -> str | None:
    """The longest of the suffixes that the file's name ends in, such as ``.gitlab.json``; ``None`` for none."""
    name = path.name.lower()
    fitting = (suffix for suffix in formats if name.endswith(suffix) and name != suffix)
    return max(fitting, key=len, default=None)


def write(report: Report, paths: Iterable[Path]) -> None:
    """Render the report to every path by its suffix; folders are made, and each file is replaced as a whole.

    Raises:
        UnusableError: a suffix names no format, or some files could not be written; the others are written.
    """
    write_rendered(paths, {suffix: functools.partial(render, report) for suffix, render in RENDERERS.items()})


def write_rendered(paths: Iterable[Path], renderers: Mapping[str, Callable[[], str]]) -> None:
    """As ``write``, for whatever a renderer without arguments gives for a suffix."""
    failed: dict[str, list[str]] = {}
    for path in _json_first(paths):
        suffix = format_of(path, renderers)
        if suffix is None:
            failed.setdefault(f"use one of the suffixes {' '.join(renderers)}", []).append(str(path))
            continue
        # A path may hold bytes that are no text; they are shown, as Python shows them.
        content = renderers[suffix]().encode("utf-8", "backslashreplace")
        try:
            _replace(Path(os.path.realpath(path)), content)
        except (OSError, ValueError) as error:
            failed.setdefault(f"{_words(error)}; name another file with -o", []).append(str(path))
    if failed:
        lines = (f"Could not write {', '.join(names)}: {words}." for words, names in failed.items())
        raise UnusableError("\n".join(lines))


def _json_first(paths: Iterable[Path]) -> list[Path]:
    """In the order in which to write: the file from which all others can be made again comes first."""
    return sorted(paths, key=lambda path: path.suffix.lower() != ".json")


def folder_name(target_name: str) -> str:
    """The target with every character that a file system may object to replaced."""
    dotted = target_name.replace(":", ".").replace("\\", "/")
    name = "".join(c if c.isalnum() or c in "._-" else "-" for c in dotted).strip(".-") or "report"
    if len(name) > _LONGEST_FOLDER_NAME:
        digest = zlib.crc32(target_name.encode("utf-8", "backslashreplace"))
        name = f"{name[: _LONGEST_FOLDER_NAME - 9]}-{digest:08x}"
    return name


def _try_writing(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(0, "that is a folder")
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(0, "it is write-protected")
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    probe = _beside(folder / path.name)
    try:
        probe.touch(exist_ok=False)
    finally:
        probe.unlink(missing_ok=True)
    # A name that is too long, or that this file system does not take, fails here.
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        path.lstat()


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(path)
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _remove_abandoned(temporary)
        temporary.replace(path)
    finally:
        # Where the folder has vanished or become another thing, so has the file in it.
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _remove_abandoned(newest: Path) -> None:
    """Remove what killed programs left beside a file just written, whose time the file system's own clock gave."""
    newest_seconds = newest.stat().st_mtime
    for path in newest.parent.glob(_PATTERN.format("*")):
        with contextlib.suppress(OSError):
            if newest_seconds - path.stat().st_mtime > _ABANDONED_SECONDS:
                path.unlink()


def _beside(path: Path) -> Path:
    return path.with_name(_PATTERN.format(uuid.uuid4().hex))


def _words(error: Exception) -> str:
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return f"{words[:1].lower()}{words[1:]}"
