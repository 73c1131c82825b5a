from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.child.interpreter import ChildFailedError, ChildLimits, Event
from advisor.decide.search.next_trial import Step
from advisor.pipeline.budget import AnalysisBudget
from advisor.records import Failure, Plan

LIMITS = ChildLimits(silence_seconds=60, total_seconds=60, memory_bytes=10**9)
THREADS = Plan(model="threading", idiom="ThreadPoolExecutor.map", threads=4)


def bounds_at(now_seconds: float, most_calls: int | None = None) -> AnalysisBudget:
    return AnalysisBudget(lambda: now_seconds, 100.0, most_calls)


def step(calls: int, plan: Plan = THREADS) -> Step:
    return Step(plan=plan, calls=calls, round=0, predicted_speedup=None, expected_seconds=1.0)


class Probe:
    """Makes as many calls as it is asked for and may make, or fails."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.made = 0
        self.limits: list[ChildLimits] = []

    def __call__(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: ChildLimits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        self.limits.append(limits)
        wanted, most = request.get("sample_calls", 1000), request["most_calls"]
        self.made += wanted if most is None else min(wanted, most)
        if self.fails:
            raise ChildFailedError(Failure(kind="crashed", message="it crashed."), unusable=False)
        return {"event": request["task"], "calls_made": wanted if most is None else min(wanted, most)}


@given(st.integers(3, 500), st.lists(st.integers(1, 300), max_size=8), st.booleans())
def test_no_more_calls_are_made_than_allowed(most: int, samples: list[int], fails: bool) -> None:
    bounds, probe = bounds_at(0, most), Probe()
    ask = bounds.around(probe)
    ask("python", {"task": "profile"}, LIMITS)
    assert 2 <= bounds.calls_made <= max(2, most // 4)
    probe.fails = fails
    for calls in samples:
        fitting = bounds.fitting(step(calls), first=False)
        if fitting is None:
            continue
        assert fitting.calls <= calls
        try:
            ask("python", {"task": "trial", "sample_calls": fitting.calls}, LIMITS)
        except ChildFailedError:
            assert fails
    assert probe.made <= bounds.calls_made <= most


def test_a_request_is_given_no_more_time_than_is_left() -> None:
    probe = Probe()
    bounds_at(70).around(probe)("python", {"task": "profile"}, LIMITS)
    bounds_at(20).around(probe)("python", {"task": "profile"}, LIMITS)
    assert [limits.total_seconds for limits in probe.limits] == [30, 60]


def test_the_first_trial_is_cut_to_the_time_left_and_no_other() -> None:
    slow = replace(step(100), expected_seconds=50.0)
    late = bounds_at(90)
    first, other = late.fitting(slow, first=True), late.fitting(slow, first=False)
    assert first is not None
    assert 1 <= first.calls <= 14
    assert other == slow


def test_what_did_not_fit_is_told() -> None:
    bounds = bounds_at(0, 10)
    bounds.count(9)
    assert bounds.fitting(step(8), first=False) is None
    (finding,) = bounds.findings(step(8))
    assert (finding.code, finding.severity, finding.excludes) == ("max-calls", "note", ())
    assert "9 calls made" in finding.evidence
    assert bounds.findings(None) == bounds_at(0).findings(step(8)) == ()


@pytest.mark.parametrize("most", [3, 40, 1000])
def test_no_more_workers_are_tried_than_the_calls_can_keep_busy(most: int) -> None:
    from advisor.records import Options

    wanted = bounds_at(0, most).workers(Options(python="p")).max_workers
    assert wanted is not None
    assert 2 <= wanted <= max(2, most // 4)
    assert bounds_at(0).workers(Options(python="p")).max_workers is None
