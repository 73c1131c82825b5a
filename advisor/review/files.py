"""Which files are reviewed: those named, and the Python files of the folders named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from ..errors import UnusableError

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "venv", "build", "dist"})
_ENVIRONMENT = "pyvenv.cfg"
_SUFFIXES = (".py", ".pyw")


def read_bytes(path: str) -> bytes | None:
    """A file's content; ``None`` where there is no such file, or it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path's text, a hundred thousand times
            return file.read()
    except (OSError, ValueError):
        return None


def found(paths: Sequence[Path], exclude: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Absolute paths, in order, each once.

    Args:
        paths: Files and folders; none for the folder itself.
        exclude: Paths and patterns that are left out of folders, from ``folder``.
        folder: An absolute one.

    Raises:
        UnusableError: a path does not exist.
    """
    listed: dict[Path, None] = {}
    for path in paths or (folder,):
        # Absolute without following links: a finding is told under the name that the user knows.
        absolute = Path(os.path.abspath(folder / path))  # noqa: PTH100 - resolve() would follow links
        if absolute.is_dir():
            inside = (file for file in _below(absolute) if not _excluded(file, exclude, folder))
            listed.update(dict.fromkeys(sorted(inside)))
        elif absolute.exists():
            listed[absolute] = None
        else:
            raise UnusableError(f"{path}: there is no such file or folder.")
    return tuple(listed)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        if _ENVIRONMENT in names:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED]
        yield from (Path(place, name) for name in names if name.endswith(_SUFFIXES))


def _excluded(file: Path, exclude: Iterable[str], folder: Path) -> bool:
    relative = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()
    return any(
        fnmatch(relative, pattern) or fnmatch(file.name, pattern) or relative.startswith(pattern.rstrip("/") + "/")
        for pattern in exclude
    )
