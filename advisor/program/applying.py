"""`advisor apply` on one screen: a report in, an edited program out, or the edit taken back."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UnusableError
from ..records.program import ProgramReport
from . import undo_record
from .patching import FilePatch, chosen_sites, digest, make_patches

UNDO_SUFFIX = ".undo.json"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the report lies, and the folder from which the names of its sources are seen."""

    report: Path
    folder: Path

    @property
    def record(self) -> Path:
        """What ``undo`` needs, beside the report."""
        return self.report.with_suffix(UNDO_SUFFIX)

    def read(self, path: str) -> bytes:
        """A source's bytes. Raises OSError."""
        return (self.folder / path).read_bytes()


def patches_of(report: ProgramReport, ids: Sequence[str], place: Place) -> tuple[FilePatch, ...]:
    """The edits that are still to be made: none where all of them are in the files already.

    Raises:
        UnusableError: a source is neither what was measured nor what this report made of it, or a site
            cannot be edited.
    """
    sites = chosen_sites(report, ids)
    if sites and _is_applied(place, tuple(dict.fromkeys(site.file for site in sites))):
        return ()
    return make_patches(report, sites, place.read)


def _is_applied(place: Place, files: Sequence[str]) -> bool:
    """Whether every one of the files is what an edit of this report left."""
    if not place.record.exists():
        return False
    after = {each.path: each.after_sha256 for each in undo_record.from_json(place.record.read_text("utf-8"))}
    return all(path in after and _digest_of(place, path) == after[path] for path in files)


def _digest_of(place: Place, path: str) -> str | None:
    try:
        return digest(place.read(path))
    except OSError:
        return None


def write(patches: Sequence[FilePatch], place: Place, write_file: Callable[[Path, bytes], None] | None = None) -> None:
    """Leave the record first, then write each file whole; where one fails, the ones before it are put back.

    Raises:
        UnusableError: a file cannot be written; none is changed then.
    """
    put = write_file or replace_file
    if place.record.exists():
        raise UnusableError(f"{place.record} holds an edit that was written before: take it back first, with --undo.")
    done: list[FilePatch] = []
    try:
        put(place.record, undo_record.to_json(patches).encode("utf-8"))
        for each in patches:
            put(place.folder / each.path, each.after)
            done.append(each)
    except OSError as error:
        for each in done:
            put(place.folder / each.path, each.before)
        place.record.unlink(missing_ok=True)
        raise UnusableError(f"{error.filename or 'A file'} cannot be written: {error.strerror or error}.") from error


def undo(place: Place) -> tuple[str, ...]:
    """Put the files back as they were before the edit, and return their names.

    Raises:
        UnusableError: nothing was written, or a file was changed since.
    """
    if not place.record.exists():
        raise UnusableError(f"No edit of {place.report} was written, so there is none to take back.")
    applied = undo_record.from_json(place.record.read_text("utf-8"))
    for each in applied:
        if _digest_of(place, each.path) != each.after_sha256:
            raise UnusableError(f"{each.path} was changed after the edit: take it back by hand.")
    try:
        for each in applied:
            replace_file(place.folder / each.path, each.before)
    except OSError as error:
        raise UnusableError(f"{error.filename or 'A file'} cannot be written: {error.strerror or error}.") from error
    place.record.unlink()
    return tuple(each.path for each in applied)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; its mode stays, and a link stays a link. Raises OSError."""
    there = path.resolve()
    mode = stat.S_IMODE(there.stat().st_mode) if there.exists() else 0o644
    number, name = tempfile.mkstemp(dir=there.parent, prefix=f".{there.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(there)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
