"""Which folders hold the program's own code."""

from __future__ import annotations

from pathlib import Path

from ..errors import UnusableError
from ..records.program import ProgramCommand

MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
"""What a project's folder holds."""


def source_folders(command: ProgramCommand, folder: Path) -> tuple[str, ...]:
    """The project of the script, or of the working directory for a module.

    The nearest folder above that looks like a project's; the script's own where none does.

    Raises:
        UnusableError: there is no such script.
    """
    if command.module is not None:
        return (str(_project(folder)),)
    script = folder / (command.script or "")
    if not script.exists():
        raise UnusableError(f"{command.script}: there is no such file. Name a script, or -m and a module.")
    own = script if script.is_dir() else script.resolve().parent
    return tuple(dict.fromkeys((str(_project(own)), str((folder / (command.script or "")).absolute().parent))))


def _project(folder: Path) -> Path:
    home = Path.home()
    for above in (folder, *folder.parents):
        if above in (home, above.parent):
            break
        if any((above / mark).exists() for mark in MARKS):
            return above
    return folder


def shown_path(path: str, folder: Path) -> str:
    """A path as a reader of the report would type it."""
    found = Path(path)
    return found.relative_to(folder).as_posix() if found.is_relative_to(folder) else path


def overlay(root: Path, file: Path, source: bytes, folder: Path) -> Path:
    """A folder that looks like ``root`` to an interpreter, but for one file below it; made of links.

    Returns:
        The path of the file in it.
    """
    parts = file.relative_to(root).parts
    here, there = folder, root
    for name in parts:
        here.mkdir(parents=True, exist_ok=True)
        for entry in there.iterdir():
            if entry.name not in (name, "__pycache__"):
                (here / entry.name).symlink_to(entry)
        here, there = here / name, there / name
    here.write_bytes(source)
    return here
