from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from advisor.child.interpreter import ChildFailedError, ChildLimits, Event
from advisor.pipeline import safety_run
from advisor.records import Failure, Inspection
from tests.problems import problem_of, profile_of, timing_of

SEEN: Event = {"calls_made": 9, "observations": [], "differs_on_repeat": False, "stressed_calls": 0}
CRASH = "crashed"


class Probe:
    """Comes as far as the stress run, then fails so many times, each in the way that is named."""

    def __init__(self, *failures: Any) -> None:
        self.failures = list(failures)
        self.traced: list[bool] = []

    def __call__(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: ChildLimits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        self.traced.append(request.get("trace_stores", True))
        on_event({"event": "inspecting", "what": "stress", **SEEN})
        if self.failures:
            raise ChildFailedError(Failure(kind=self.failures.pop(0), message="it failed."), unusable=False)
        return {"event": "inspect", **SEEN, "stressed_calls": 64, "stressed_workers": 8}


def inspected(probe: Probe) -> Inspection:
    profile = profile_of(timing_of(held=0.01))
    return safety_run.inspect(probe, {"task": "profile"}, profile, problem_of(held=0.01), 10**9)


def test_a_crash_under_the_trace_function_alone_is_no_race() -> None:
    probe = Probe(CRASH)
    seen = inspected(probe)
    assert probe.traced == [True, False]
    assert seen.observations == ()
    assert seen.stressed_calls == 64


def test_a_crash_without_one_is_a_race() -> None:
    seen = inspected(Probe(CRASH, CRASH))
    assert [(o.code, o.name) for o in seen.observations] == [("race", "the interpreter")]


@pytest.mark.parametrize("kind", ["timeout", "memory"])
def test_calls_at_once_that_are_given_up_are_not_asked_for_again(kind: Any) -> None:
    probe = Probe(kind)
    seen = inspected(probe)
    assert probe.traced == [True]
    assert seen.not_seen is not None
