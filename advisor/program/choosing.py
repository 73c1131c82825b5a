"""Which sites are worth a close look, and which are worth a judgement. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..probe.program.findings import Analysis
from .close_look import SiteSeen
from .survey import SiteTime

LOOKED_AT_FOR_ONE_JUDGED = 3
"""Hooks cost little: loops around and inside the ones that turn out to matter are looked at, too."""
EXISTING = ("pool", "gather")
LEAST_ITERATIONS = 2
LEAST_EXECUTION_SECONDS = 0.004
"""Of one execution of a loop: threads take about a millisecond to start, processes ten times as much."""


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
        and (each.site.id not in seen or each.site.kind in EXISTING or _is_worth_it(each, seen[each.site.id]))
    ]
    return tuple(fit[:top])


def _is_worth_it(time: SiteTime, seen: SiteSeen) -> bool:
    """Whether an execution has something to overlap, and lasts long enough for it."""
    if seen.entries == 0 or seen.iterations < LEAST_ITERATIONS * seen.entries:
        return False
    return time.wall_seconds >= LEAST_EXECUTION_SECONDS * seen.entries
