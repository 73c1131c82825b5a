"""A report and the sources that it was made of, to the edits of each file."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import UnusableError
from ..records.program import ProgramReport, ProgramSite
from .edit.editing import WantedEdit, edit_source
from .edit.refusal import CannotEditError

ReadFile = Callable[[str], bytes]
"""A file's bytes by its name in the report. Raises OSError."""


@dataclass(frozen=True, kw_only=True)
class FilePatch:
    """One file, before and after."""

    path: str
    """As in the report: seen from the program's folder."""
    before: bytes
    after: bytes


def digest(data: bytes) -> str:
    """SHA-256, as the report has it of each source."""
    return hashlib.sha256(data).hexdigest()


def chosen_sites(report: ProgramReport, ids: Sequence[str]) -> tuple[ProgramSite, ...]:
    """The sites to edit: those named, else the set that the report calls best.

    Raises:
        UnusableError: a site is not in the report, or the report advises against its edit.
    """
    known = {site.id: site for site in report.sites}
    for name in ids:
        if name not in known:
            raise UnusableError(f"There is no site {name} in the report. It has: {', '.join(known) or 'none'}.")
        site = known[name]
        if not site.applies or site.recommendation is None:
            raise UnusableError(f"{name} cannot be edited. {site.why_not or 'Nothing was tried there.'}")
    return tuple(known[name] for name in (ids or report.best.sites))


def make_patches(report: ProgramReport, sites: Sequence[ProgramSite], read: ReadFile) -> tuple[FilePatch, ...]:
    """The edits, a file each; nothing is written.

    Raises:
        UnusableError: a source is no longer what was measured, or a site cannot be edited.
    """
    digests = {source.path: source.sha256 for source in report.sources}
    patches = []
    for path in dict.fromkeys(site.file for site in sites):
        try:
            before = read(path)
        except OSError as error:
            raise UnusableError(f"{path} cannot be read: {error.strerror or error}.") from error
        if digest(before) != digests.get(path):
            raise UnusableError(
                f"{path} is no longer what was measured. Run advisor find again, and apply what it says."
            )
        wanted = [
            WantedEdit(site_id=site.id, plan=site.recommendation.plan)
            for site in sites
            if site.file == path and site.recommendation is not None
        ]
        patches.append(FilePatch(path=path, before=before, after=edited(before, path, wanted)))
    return tuple(patches)


def edited(before: bytes, path: str, wanted: Sequence[WantedEdit]) -> bytes:
    """A file after the edits. Raises UnusableError where one of them cannot be made."""
    try:
        return edit_source(before, path, wanted)
    except CannotEditError as reason:
        names = ", ".join(each.site_id for each in wanted)
        raise UnusableError(f"{names} cannot be edited: {reason}.") from reason


def unified_diff(patches: Sequence[FilePatch]) -> str:
    """All edits as one diff, which ``patch -p1`` takes from the program's folder."""
    return "".join(_diff(each) for each in patches)


def _diff(patch: FilePatch) -> str:
    before, after = (_lines(data) for data in (patch.before, patch.after))
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(before, after, f"a/{patch.path}", f"b/{patch.path}")
    )


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([text.split("\n")[-1]] if not text.endswith("\n") else [])
