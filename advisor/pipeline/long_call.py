"""A call that outlasts the time there is: what a part of it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..child.interpreter import Ask, ChildFailedError, ChildLimits, Event
from ..errors import FunctionFailedError, UnusableError, failure_advice
from ..records import LongCall, Options, SerialTiming, TargetFacts
from ..records.decoding import decode
from . import serial_profile
from .progress import Progress

SILENCE_SECONDS = 1.0
"""Beyond the part's time: so long an interpreter may be silent before it is given up."""
START_SECONDS = 60.0
PART_SECONDS = 4.0
"""Of a call that outlasts the default bound: enough to see what it does."""


def time_or_watch(
    ask: Ask,
    request: Mapping[str, Any],
    options: Options,
    memory_bytes: int,
    progress: Progress,
) -> tuple[TargetFacts, SerialTiming]:
    """Time the function serially; of a call that outlasts the default bound, what a part of it shows.

    Raises:
        UnusableError: the target or the inputs cannot be used.
        FunctionFailedError: a call raised, crashed, or went over a limit that the user set.
    """
    try:
        return serial_profile.time_serially(ask, request, options, memory_bytes, progress.facts)
    except serial_profile.OutlastedError:
        progress.stage("watching a part of one call")
        facts, part = measure_part(ask, request, options, memory_bytes, PART_SECONDS)
    return facts, part.timing if part.ended else at_least(part.timing, options.timeout_seconds)


def at_least(timing: SerialTiming, seconds: float) -> SerialTiming:
    """What was seen of a part of a call, for a call that takes at least so long."""
    longer = seconds / timing.wall_seconds_per_call
    return replace(
        timing,
        outlasted=True,
        wall_seconds_per_call=seconds,
        wall_seconds_low=seconds,
        wall_seconds_high=seconds,
        wall_seconds_most=seconds,
        first_call_seconds=seconds,
        cpu_seconds_per_call=timing.cpu_seconds_per_call * longer,
        main_cpu_seconds_per_call=timing.main_cpu_seconds_per_call * longer,
        children_cpu_seconds_per_call=timing.children_cpu_seconds_per_call * longer,
        queued_seconds_per_call=timing.queued_seconds_per_call * longer,
        call_seconds=(),
    )


def measure_part(
    ask: Ask,
    request: Mapping[str, Any],
    options: Options,
    memory_bytes: int,
    part_seconds: float,
    on_facts: Callable[[TargetFacts], None] = lambda _facts: None,
) -> tuple[TargetFacts, LongCall]:
    """Make one call in a fresh interpreter and see what it does for ``part_seconds``, or until it ends.

    A call that ends within them is measured whole: ``ended`` is true, and the timing is that of one call. A call
    that does not is abandoned; its timing holds for the part that was seen.

    Raises:
        UnusableError: the target or the inputs cannot be used.
        FunctionFailedError: the call raised, crashed, or took too much memory.
    """
    facts: list[TargetFacts] = []
    parts: list[Event] = []

    def listen(event: Event) -> None:
        if event["event"] == "facts":
            facts.append(decode(TargetFacts, event))
            on_facts(facts[0])
        elif event["event"] == "part":
            parts.append(event)

    start_seconds = max(options.timeout_seconds, START_SECONDS)
    limits = ChildLimits(
        silence_seconds=part_seconds + SILENCE_SECONDS,
        total_seconds=start_seconds + 2 * part_seconds + SILENCE_SECONDS,
        memory_bytes=memory_bytes,
        start_seconds=start_seconds,
    )
    asked = {**request, "task": "profile_part", "part_seconds": part_seconds}
    try:
        return _heard(facts, ask(options.python, asked, limits, listen))
    except ChildFailedError as error:
        if error.unusable:
            raise UnusableError(str(error)) from None
        if error.failure.kind != "timeout" or not parts:
            raise FunctionFailedError(failure_advice(error.failure.kind, error.failure.message)) from None
    seen, part = _heard(facts, parts[-1])
    return seen, silent_since(part, limits.silence_seconds)


def silent_since(part: LongCall, silence_seconds: float) -> LongCall:
    """The part with the silence that followed it, in which no thread of the interpreter could run.

    Only a call that holds the GIL keeps the others from it; what holds it is taken to compute.
    """
    timing = part.timing
    wall_seconds = timing.wall_seconds_per_call + silence_seconds
    held_seconds = (timing.gil_held_fraction or 0.0) * timing.wall_seconds_per_call + silence_seconds
    return replace(
        part,
        timing=replace(
            timing,
            wall_seconds_per_call=wall_seconds,
            wall_seconds_low=wall_seconds,
            wall_seconds_high=wall_seconds,
            wall_seconds_most=wall_seconds,
            first_call_seconds=wall_seconds,
            cpu_seconds_per_call=timing.cpu_seconds_per_call + silence_seconds,
            main_cpu_seconds_per_call=timing.main_cpu_seconds_per_call + silence_seconds,
            gil_held_fraction=held_seconds / wall_seconds,
            gil_samples=timing.gil_samples + 1,
        ),
    )


def _heard(facts: list[TargetFacts], event: Event) -> tuple[TargetFacts, LongCall]:
    timing = decode(SerialTiming, event)
    return facts[0], LongCall(ended=event["ended"], children_running=event["children_running"], timing=timing)
