"""Target -> Profile, by asking the probe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..child.interpreter import Ask, ChildFailedError, ChildLimits, Event
from ..decide.model.classify import classify, split_call
from ..errors import FunctionFailedError, UnusableError, failure_advice
from ..records import MachineCosts, Options, Profile, SerialTiming, TargetFacts
from ..records.decoding import decode

BARE_SECONDS = 0.5
GIL_SECONDS = 0.3
IMPORT_SECONDS = 60.0
LONG_CALL_SHARE = 0.125
"""Of the budget: a call that takes more is made as seldom as can be."""


class OutlastedError(FunctionFailedError):
    """A call takes longer than a call may unless the user says how long: it has not failed."""


def read_facts(ask: Ask, request: Mapping[str, Any], options: Options, memory_bytes: int) -> TargetFacts:
    """What the target is, without one call of it.

    Raises:
        UnusableError: the target or the inputs cannot be used.
    """
    facts, _ = _ask(ask, {**request, "describe_only": True}, options, memory_bytes, lambda _event: None)
    return facts


def time_serially(
    ask: Ask,
    request: Mapping[str, Any],
    options: Options,
    memory_bytes: int,
    on_facts: Callable[[TargetFacts], None],
) -> tuple[TargetFacts, SerialTiming]:
    """Run the function serially in a fresh interpreter; ``on_facts`` hears of it before the first call.

    Raises:
        UnusableError: the target or the inputs cannot be used.
        OutlastedError: a call went over the default bound.
        FunctionFailedError: a call raised, crashed, or went over a limit that the user set.
    """
    facts, answer = _ask(ask, request, options, memory_bytes, on_facts)
    return facts, decode(SerialTiming, answer)


def make_profile(timing: SerialTiming, costs: MachineCosts) -> Profile:
    """The profile without its hot lines."""
    split = split_call(timing)
    classification, explanation = classify(timing, split, costs)
    return Profile(
        timing=timing,
        gil_held_seconds_per_call=split.gil_held_seconds,
        gil_held_low_seconds_per_call=split.gil_held_low_seconds,
        gil_free_seconds_per_call=split.gil_free_seconds,
        wait_seconds_per_call=split.wait_seconds,
        cpu_fraction=split.cpu_fraction,
        classification=classification,
        explanation=explanation,
    )


def _ask(
    ask: Ask,
    request: Mapping[str, Any],
    options: Options,
    memory_bytes: int,
    on_facts: Callable[[TargetFacts], None],
) -> tuple[TargetFacts, Event]:
    heard: list[TargetFacts] = []

    def listen(event: Event) -> None:
        if event["event"] == "facts":
            heard.append(decode(TargetFacts, event))
            on_facts(heard[0])

    timed = {
        **request,
        "bare_seconds": min(BARE_SECONDS, 0.05 * options.budget_seconds),
        "gil_seconds": min(GIL_SECONDS, 0.03 * options.budget_seconds),
        "long_seconds": LONG_CALL_SHARE * options.budget_seconds,
    }
    limits = ChildLimits(
        silence_seconds=options.timeout_seconds,
        total_seconds=IMPORT_SECONDS + options.budget_seconds + options.timeout_seconds,
        memory_bytes=memory_bytes,
        start_seconds=max(options.timeout_seconds, options.budget_seconds),
    )
    try:
        answer = ask(options.python, timed, limits, listen)
    except ChildFailedError as error:
        if error.unusable:
            raise UnusableError(str(error)) from None
        advice = failure_advice(error.failure.kind, error.failure.message)
        if error.failure.kind == "timeout" and not options.timeout_given:
            raise OutlastedError(advice) from None
        raise FunctionFailedError(advice) from None
    return heard[0], answer
