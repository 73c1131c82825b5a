"""Asks the probe to look at what calls share: state, locks, handles, random streams, races."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..child.interpreter import Ask, ChildFailedError, ChildLimits, Event
from ..decide.model import memory
from ..decide.problem import Problem, copies_imports, start_method
from ..records import Inspection, Observation, Options, Profile
from ..records.decoding import decode

SECONDS = 0.6
"""What the calls of one inspection may take, about; a part of the budget where that is small."""
BUDGET_SHARE = 0.04
SETTLE_SECONDS = 3.0


def inspect(
    ask: Ask,
    request: Mapping[str, Any],
    profile: Profile,
    problem: Problem,
    memory_bytes: int,
) -> Inspection:
    """Look at the function in an interpreter of its own; what cannot be seen is said in ``not_seen``."""
    facts, options, machine = problem.facts, problem.options, problem.machine
    if profile.timing.outlasted:
        return Inspection(not_seen="a call outlasts the time there was to watch it.")
    seconds = min(SECONDS, BUDGET_SHARE * options.budget_seconds)
    wall = profile.wall_seconds_per_call
    asked = {
        **request,
        "task": "inspect",
        "wall_seconds": wall,
        "wait_fraction": min(1.0, max(0.0, profile.wait_seconds_per_call / wall)),
        "seconds": seconds,
        "most_threads": memory.most_workers("threading", profile.timing, machine.memory_limit_bytes),
    }
    limits = ChildLimits(
        silence_seconds=SETTLE_SECONDS + 3 * facts.import_seconds + 3 * profile.timing.wall_seconds_most,
        total_seconds=2 * SETTLE_SECONDS + 3 * facts.import_seconds + 3 * seconds + profile.timing.first_call_seconds,
        memory_bytes=memory_bytes,
    )
    left = profile.timing.observations
    heard: list[Event] = []
    try:
        seen = decode(Inspection, ask(options.python, asked, limits, heard.append))
    except ChildFailedError as error:
        seen = _cut_short(heard, error)
        if _crashed_at_once(heard, error):
            # A trace function in many threads crashes some builds of Python: only a second crash without one counts.
            heard.clear()
            try:
                untraced = {**asked, "trace_stores": False}
                seen = decode(Inspection, ask(options.python, untraced, limits, heard.append))
            except ChildFailedError as second:
                seen = _cut_short(heard, second)
    if seen.differs_on_repeat is None and seen.calls_made == 0:
        # Not watched here, but while they were timed.
        seen = replace(seen, observations=(*seen.observations, *left))
    if _draws(seen) and not copies_imports(facts, start_method(problem)):
        return replace(seen, seeded_streams=_seeded_streams(ask, request, seen, options, limits))
    return seen


def _draws(seen: Inspection) -> bool:
    return any(o.code == "changes-random-state" and o.meaning == "draws" for o in seen.observations)


def _seeded_streams(
    ask: Ask, request: Mapping[str, Any], seen: Inspection, options: Options, limits: ChildLimits
) -> tuple[str, ...]:
    """Streams of random numbers that start in the same state in every fresh interpreter: a second one is asked."""
    try:
        answer = ask(options.python, {**request, "task": "random_states"}, limits)
    except ChildFailedError:
        return ()
    mine = dict(seen.random_states)
    return tuple(name for name, state in answer["random_states"] if mine.get(name) == state)


def _crashed_at_once(heard: list[Event], error: ChildFailedError) -> bool:
    stages = [event["what"] for event in heard if event["event"] == "inspecting"]
    return stages[-1:] == ["stress"] and error.failure.kind == "crashed"


def _cut_short(heard: list[Event], error: ChildFailedError) -> Inspection:
    """As far as it got. A function that runs alone and dies among threads is not safe in threads."""
    looked = [event for event in heard if event["event"] == "inspecting"]
    stage = looked[-1]["what"] if looked else "start"
    if stage == "stress":
        seen = decode(Inspection, looked[-1])
        if error.failure.kind in ("crashed", "exited"):
            died = Observation(
                code="race", name="the interpreter", evidence=f"With many calls at once {error.failure.message}"
            )
            return replace(seen, observations=(*seen.observations, died))
        return replace(seen, not_seen=f"many calls at once did not end: {error.failure.message}")
    return Inspection(not_seen=f"the function could not be watched: {error.failure.message}")
