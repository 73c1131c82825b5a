"""Has the user's interpreter read what each site's iterations need, leave and touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ..child.interpreter import Ask, ChildLimits
from ..records.decoding import decode
from .close_look import Body
from .survey import SiteTime
from .surveying import READING_SECONDS, Surveyed


def read_bodies(
    ask: Ask, python: str, times: Sequence[SiteTime], surveyed: Surveyed, memory_bytes: int
) -> Mapping[str, Body]:
    """Analysis and body function of each site, by its id."""
    sites = [
        [surveyed.paths[each.site.file], asdict(each.site), surveyed.is_main(surveyed.paths[each.site.file])]
        for each in times
    ]
    if not sites:
        return {}
    limits = ChildLimits(silence_seconds=READING_SECONDS, total_seconds=READING_SECONDS, memory_bytes=memory_bytes)
    answer = ask(python, {"task": "read_bodies", "sites": sites}, limits)
    bodies = (decode(Body, fields) for fields in answer["bodies"])
    return {body.analysis.site.id: body for body in bodies}
