"""The survey's samples -> where the program's time goes, by site and by function. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..probe.program.sites import Site
from ..records.program import TimePlace

LEAST_SHARE_OF_A_PLACE = 0.01
MOST_PLACES = 12
WAITING_MODULES = frozenset(
    ("threading", "_base", "thread", "process", "pool", "queue", "queues", "connection", "popen_fork", "synchronize",
     "popen_spawn_posix", "popen_forkserver", "selectors")
)  # fmt: skip
"""Files of the standard library in which a thread stands that waits for what it has handed out."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A position in the program's own code."""

    file: str
    function: str
    line: int
    column: int | None


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Where a thread or a task was, the outermost first; ``leaf`` is what it had called outside its own code."""

    places: tuple[Place, ...]
    leaf: str | None


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What the sampler saw. A stack is meant by its number, from 0."""

    stacks: tuple[Stack, ...]
    instants: tuple[tuple[tuple[int, ...], float], ...]
    """Stacks that were there at the same time, and for how many seconds."""
    processor_seconds: Mapping[int, float]
    """Processor time of each stack."""
    looks: int

    @property
    def seconds(self) -> float:
        """What was sampled."""
        return sum(seconds for _, seconds in self.instants)


@dataclass(frozen=True, kw_only=True)
class SiteTime:
    """What the survey saw of a site."""

    site: Site
    wall_seconds: float
    cpu_seconds: float
    share: float


def read_survey(watched: Mapping[str, Any]) -> Survey:
    """From what the sampler has written."""
    places = [
        Place(file=file, function=name, line=line, column=column) for file, name, line, column in watched["places"]
    ]
    stacks = tuple(
        Stack(places=tuple(places[number] for number in stack["places"]), leaf=stack["leaf"])
        for stack in watched["stacks"]
    )
    instants = tuple(
        (tuple(number - 1 for number in numbers), float(seconds)) for numbers, seconds in watched["instants"]
    )
    processor = {int(number) - 1: float(seconds) for number, seconds in watched["processor"]}
    return Survey(stacks=stacks, instants=instants, processor_seconds=processor, looks=int(watched["looks"]))


def site_times(
    survey: Survey, sites: Sequence[Site], paths: Mapping[str, str], waits: Mapping[str, int], program_seconds: float
) -> tuple[SiteTime, ...]:
    """The time inside each site, callees included; the longest first.

    Whatever runs or waits below a site counts for it, in any thread and any task: a moment in which two are in it
    counts once.
    """
    members = sites_of_stacks(survey, sites, paths, waits)
    wall: dict[str, float] = defaultdict(float)
    for numbers, seconds in survey.instants:
        for name in frozenset().union(*(members[number] for number in numbers)):
            wall[name] += seconds
    cpu: dict[str, float] = defaultdict(float)
    for number, seconds in survey.processor_seconds.items():
        for name in members[number] if number >= 0 else ():
            cpu[name] += seconds
    found = [
        SiteTime(
            site=site,
            wall_seconds=min(wall[site.id], program_seconds),
            cpu_seconds=cpu[site.id],
            share=min(1.0, wall[site.id] / program_seconds),
        )
        for site in sites
        if wall[site.id] > 0
    ]
    return tuple(sorted(found, key=lambda each: -each.wall_seconds))


def sites_of_stacks(
    survey: Survey, sites: Sequence[Site], paths: Mapping[str, str], waits: Mapping[str, int]
) -> tuple[frozenset[str], ...]:
    """The ids of the sites that each stack is inside.

    Args:
        survey: what was sampled.
        sites: of any files.
        paths: of the files, as the sites name them.
        waits: for the ids of sites that hand work out, the line up to which it is waited for.
    """
    by_file: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        by_file[paths[site.file]].append(site)
    known: dict[tuple[Place, bool], frozenset[str]] = {}

    def around(place: Place, waiting: bool) -> frozenset[str]:
        if (place, waiting) not in known:
            inside = [
                each
                for each in by_file[place.file]
                if each.contains(place.line, place.column)
                or (waiting and place.function == each.function and each.line <= place.line <= waits.get(each.id, 0))
            ]
            known[place, waiting] = frozenset(each.id for each in inside)
        return known[place, waiting]

    return tuple(
        frozenset().union(*(around(place, _is_waiting(stack, place)) for place in stack.places))
        for stack in survey.stacks
    )


def _is_waiting(stack: Stack, place: Place) -> bool:
    """Whether the function at this place, or a comprehension in it, waits for a pool or a thread."""
    if (stack.leaf or "").partition(":")[0] not in WAITING_MODULES:
        return False
    last = stack.places[-1]
    return last.file == place.file and (last == place or last.function.startswith(f"{place.function}.<locals>.<"))


def overlap_seconds(
    survey: Survey, sites: Sequence[Site], paths: Mapping[str, str], waits: Mapping[str, int]
) -> dict[frozenset[str], float]:
    """For each two sites the time in which one and the same stack was inside both: loops in loops."""
    members = sites_of_stacks(survey, sites, paths, waits)
    found: dict[frozenset[str], float] = defaultdict(float)
    for numbers, seconds in survey.instants:
        pairs: set[frozenset[str]] = set()
        for number in numbers:
            names = sorted(members[number])
            pairs.update(frozenset((a, b)) for index, a in enumerate(names) for b in names[index + 1 :])
        for pair in pairs:
            found[pair] += seconds
    return dict(found)


def time_places(survey: Survey, program_seconds: float, sources: Mapping[str, Sequence[str]]) -> tuple[TimePlace, ...]:
    """The functions of the program's own code in which the time is spent, what they call elsewhere included."""
    wall: dict[tuple[str, str], float] = defaultdict(float)
    cpu: dict[tuple[str, str], float] = defaultdict(float)
    lines: dict[tuple[str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    leaves: dict[tuple[str, str], dict[str | None, float]] = defaultdict(lambda: defaultdict(float))
    for numbers, seconds in survey.instants:
        innermost = {_function_of(survey.stacks[number].places[-1]): number for number in numbers}
        for key, number in innermost.items():
            wall[key] += seconds / len(innermost)
            lines[key][survey.stacks[number].places[-1].line] += seconds
            leaves[key][survey.stacks[number].leaf] += seconds
    for number, seconds in survey.processor_seconds.items():
        if number >= 0:
            cpu[_function_of(survey.stacks[number].places[-1])] += seconds
    found = []
    for key, seconds in sorted(wall.items(), key=lambda each: -each[1])[:MOST_PLACES]:
        if seconds < LEAST_SHARE_OF_A_PLACE * program_seconds:
            continue
        line = max(lines[key], key=lambda each: lines[key][each])
        text = sources.get(key[0], ())
        found.append(
            TimePlace(
                file=key[0],
                function=key[1],
                line=line,
                source=text[line - 1].strip() if 0 < line <= len(text) else "",
                calls=max(leaves[key], key=lambda each: leaves[key][each]),
                share=min(1.0, seconds / program_seconds),
                cpu_fraction=cpu[key] / seconds,
            )
        )
    return tuple(found)


def _function_of(place: Place) -> tuple[str, str]:
    return place.file, place.function
