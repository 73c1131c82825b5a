"""Which sites are worth a close look, and which are worth a judgement. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..probe.program.findings import Analysis
from .close_look import SiteSeen
from .survey import SiteTime

LOOKED_AT_FOR_ONE_JUDGED = 3
"""Hooks cost little: loops around and inside the ones that turn out to matter are looked at, too."""
LEAST_ITERATIONS = 2


def to_look_at(times: Sequence[SiteTime], least_share: float, top: int) -> tuple[SiteTime, ...]:
    """The sites in which the program spends enough of its time, most first."""
    enough = [each for each in times if each.share >= least_share]
    return tuple(enough[: top * LOOKED_AT_FOR_ONE_JUDGED])


def to_judge(
    times: Sequence[SiteTime], analyses: Mapping[str, Analysis], seen: Mapping[str, SiteSeen], top: int
) -> tuple[str, ...]:
    """The ids of those whose iterations could run at once, as far as was seen; most time first."""
    fit = [
        each.site.id
        for each in times
        if each.site.id in analyses
        and analyses[each.site.id].verdict != "dependent"
        and (each.site.id not in seen or _often_enough(seen[each.site.id]))
    ]
    return tuple(fit[:top])


def _often_enough(seen: SiteSeen) -> bool:
    return seen.entries > 0 and seen.iterations / seen.entries >= LEAST_ITERATIONS
