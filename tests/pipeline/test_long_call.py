from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import pytest

from advisor.child.interpreter import ChildFailedError, ChildLimits, Event
from advisor.errors import FunctionFailedError, UnusableError
from advisor.pipeline.long_call import SILENCE_SECONDS, measure_part
from advisor.records import Failure, LongCall
from tests.jobs import make_facts
from tests.problems import OPTIONS, timing_of

Listen = Callable[[Event], None]


class Probe:
    """Says what it is told to, then answers or fails."""

    def __init__(self, events: list[Event], answer: Event | ChildFailedError) -> None:
        self.events, self.answer = events, answer
        self.asked: list[Mapping[str, Any]] = []

    def __call__(
        self, python: str, request: Mapping[str, Any], limits: ChildLimits, on_event: Listen = lambda _event: None
    ) -> Event:
        self.asked.append(request)
        for event in self.events:
            on_event(event)
        if isinstance(self.answer, ChildFailedError):
            raise self.answer
        return self.answer


FACTS: Event = {"event": "facts", **asdict(make_facts())}


def part(name: str, ended: bool = False, held: float = 0.0, wait: float = 0.0) -> Event:
    return {"event": name, "ended": ended, "children_running": 0, **asdict(timing_of(held=held, wait=wait))}


def failed(kind: Any, unusable: bool = False) -> ChildFailedError:
    return ChildFailedError(Failure(kind=kind, message="it did."), unusable)


def measure(events: list[Event], answer: Event | ChildFailedError) -> LongCall:
    probe = Probe([FACTS, *events], answer)
    _, seen = measure_part(probe, {"task": "profile"}, OPTIONS, 10**9, 4.0)
    assert (probe.asked[0]["task"], probe.asked[0]["part_seconds"]) == ("profile_part", 4.0)
    return seen


@pytest.mark.parametrize("ended", [True, False])
def test_what_the_probe_saw_is_what_is_told(ended: bool) -> None:
    seen = measure([part("part", wait=1.0)], part("profile_part", ended, held=1.0, wait=3.0))
    assert seen.ended == ended
    assert seen.timing.wall_seconds_per_call == 4.0
    assert seen.timing.gil_held_fraction == 0.25


def test_silence_after_a_part_is_a_call_that_holds_the_gil() -> None:
    seen = measure([part("part", wait=1.0)], failed("timeout"))
    silence = 4.0 + SILENCE_SECONDS
    assert not seen.ended
    assert seen.timing.wall_seconds_per_call == 1.0 + silence
    assert seen.timing.gil_held_fraction == pytest.approx(silence / (1.0 + silence))
    assert seen.timing.main_cpu_seconds_per_call == pytest.approx(silence)


@pytest.mark.parametrize("kind", ["raised", "crashed", "memory"])
def test_a_call_that_fails_has_failed(kind: str) -> None:
    with pytest.raises(FunctionFailedError):
        measure([part("part", wait=1.0)], failed(kind))


def test_an_import_that_never_ends_is_no_call() -> None:
    with pytest.raises(UnusableError):
        measure([], failed("timeout", unusable=True))
