"""Which of the advised edits can be written, and their diffs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..records.program import Best, ProgramSite
from .edit.editing import WantedEdit, edit_source
from .edit.refusal import CannotEditError
from .patching import FilePatch, unified_diff


def with_diffs(sites: Sequence[ProgramSite], sources: Mapping[str, bytes]) -> tuple[ProgramSite, ...]:
    """Each advised site with the diff of its own edit; one whose edit cannot be written is advised no more.

    Args:
        sites: of the report.
        sources: the files' bytes, by the names that the sites have for them.
    """
    return tuple(_with_diff(site, sources) if site.applies else site for site in sites)


def _with_diff(site: ProgramSite, sources: Mapping[str, bytes]) -> ProgramSite:
    try:
        return replace(site, diff=_diff([site], site.file, sources[site.file]))
    except CannotEditError as reason:
        words = str(reason)
        return replace(site, applies=False, why_not=f"{words[:1].upper()}{words[1:].rstrip('.')}.")


def diff_of_all(best: Best, sites: Sequence[ProgramSite], sources: Mapping[str, bytes]) -> Best:
    """The best set with one diff over all its files; without one where the edits do not go together."""
    chosen = [site for site in sites if site.id in best.sites]
    files = dict.fromkeys(site.file for site in chosen)
    try:
        diffs = [_diff([each for each in chosen if each.file == file], file, sources[file]) for file in files]
    except CannotEditError:
        return best
    return replace(best, diff="".join(diffs) or None)


def _diff(sites: Sequence[ProgramSite], file: str, before: bytes) -> str:
    wanted = [
        WantedEdit(site_id=site.id, plan=site.recommendation.plan) for site in sites if site.recommendation is not None
    ]
    after = edit_source(before, file, wanted)
    return unified_diff([FilePatch(path=file, before=before, after=after)])
