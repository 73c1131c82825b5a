from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.probe.costs import costs_task, empty_calls, passing, sampling
from tests.pipeline.sample_costs import FakeClock

# Fakes and wrong values are passed to these on purpose.
Meter: Any = sampling.Meter
measure_idiom: Any = empty_calls.measure_idiom
measure_passing: Any = passing.measure
per_step: Any = sampling.per_step
quantile: Any = sampling.quantile
task: Any = costs_task.costs


class FakeAnswers:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.signs_of_life = 0

    def send(self, event: str, **fields: Any) -> None:
        self.sent.append({"event": event, **fields})

    def alive(self) -> None:
        self.signs_of_life += 1


class Opening:
    """A context manager, as each measurement is, with a sample that reads a list."""

    def __init__(self, samples: list[float], error: Exception | None = None) -> None:
        self._samples = iter(samples)
        self._error = error
        self.closed = False

    def __enter__(self) -> Callable[[], float]:
        if self._error:
            raise self._error
        return lambda: next(self._samples)

    def __exit__(self, *_exception: object) -> None:
        self.closed = True


def test_a_row_is_the_median_and_the_quartiles() -> None:
    answers = FakeAnswers()
    meter = Meter(answers, tell=True, clock=FakeClock())
    meter.measure("data", "Pipe", Opening([5.0, 1.0, 2.0, 4.0, 3.0]), 5, 1.0, size_bytes=1000)
    assert meter.rows == [
        {
            "group": "data",
            "operation": "Pipe",
            "start_method": None,
            "size_bytes": 1000,
            "seconds": 3.0,
            "low_seconds": 2.0,
            "high_seconds": 4.0,
            "samples": 5,
            "note": None,
        }
    ]
    assert answers.sent == [{"event": "measuring", "what": "Pipe, 1000 bytes"}]
    assert answers.signs_of_life == 6


def test_sampling_stops_when_its_time_is_over_but_not_before_the_first() -> None:
    meter = Meter(FakeAnswers(), tell=False, clock=FakeClock(tick=0.4))
    meter.measure("start", "Thread", Opening([1.0] * 100), 100, 1.0)
    meter.measure("start", "Thread", Opening([1.0] * 100), 100, 0.0)
    assert [one["samples"] for one in meter.rows] == [3, 1]


def test_differences_below_zero_are_noise() -> None:
    meter = Meter(FakeAnswers(), tell=False, clock=FakeClock())
    meter.measure("task", "Pool.map", Opening([-1.0, 2.0, 0.0]), 3, 1.0)
    meter.measure("task", "Pool.map", Opening([-1.0]), 1, 1.0)
    assert [(one["seconds"], one["samples"]) for one in meter.rows] == [(2.0, 1), (None, 0)]
    assert "noise" in meter.rows[1]["note"]


@pytest.mark.parametrize(
    ("error", "note"), [(OSError(28, "No space left"), "No space left"), (MemoryError(), "MemoryError")]
)
def test_what_cannot_be_measured_leaves_a_note_and_the_rest_goes_on(error: Exception, note: str) -> None:
    meter = Meter(FakeAnswers(), tell=False, clock=FakeClock())
    meter.measure("data", "Queue", Opening([], error), 3, 1.0)
    samples_run_out = Opening([1.0])
    meter.measure("data", "Queue", samples_run_out, 3, 1.0)
    meter.measure("data", "Queue", Opening([1.0]), 1, 1.0)
    assert note in meter.rows[0]["note"]
    assert [one["seconds"] for one in meter.rows] == [None, None, 1.0]
    assert samples_run_out.closed


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_is_the_one_pandas_computes(samples: list[float], fraction: float) -> None:
    assert quantile(samples, fraction) == pytest.approx(pd.Series(samples).quantile(fraction), abs=1e-9)
    assert quantile([], fraction) is None


@given(st.floats(1e-8, 10.0), st.floats(1e-3, 1.0), st.integers(1, 1000))
def test_runs_are_made_long_enough_to_be_timed(step_seconds: float, wanted_seconds: float, first: int) -> None:
    run_lengths: list[int] = []

    def run(steps: int) -> float:
        run_lengths.append(steps)
        return steps * step_seconds

    with per_step(run, wanted_seconds, first) as sample:
        found = [sample() for _ in range(3)]
    assert found == pytest.approx([step_seconds] * 3)
    assert run_lengths[-1] * step_seconds >= wanted_seconds / 2 or run_lengths[-1] == sampling.MOST_STEPS
    assert len(run_lengths) < 30


@given(st.lists(st.floats(-1.0, 1e-3), min_size=1, max_size=5))
def test_runs_that_seem_to_take_no_time_end_nevertheless(noise: list[float]) -> None:
    turn = iter(range(10**6))
    with per_step(lambda _steps: noise[next(turn) % len(noise)], 0.5) as sample:
        sample()
    assert next(turn) < 30


def test_one_slow_start_does_not_shorten_the_runs() -> None:
    took = iter([9.0, 1e-6, *[1.0] * 10])
    lengths: list[int] = []

    def run(steps: int) -> float:
        lengths.append(steps)
        return next(took)

    with per_step(run, 0.5):
        assert lengths[-1] > 1


@pytest.mark.parametrize("way", passing.WAYS)
def test_data_that_would_not_fit_are_not_tried(way: str) -> None:
    meter = Meter(FakeAnswers(), tell=False)
    measure_passing(meter, way, 100_000_000, 1, 1.0, free_bytes=200_000_000)
    assert meter.rows[0]["seconds"] is None
    assert re.fullmatch(r"needs \d00 MB of free memory, there are 200", meter.rows[0]["note"])


def test_shared_memory_that_no_folder_has_room_for_is_not_tried() -> None:
    meter = Meter(FakeAnswers(), tell=False)
    measure_passing(meter, "Value", 10**18, 1, 1.0, free_bytes=None)
    assert re.match(r"needs \d+ MB free in .+, there are \d+$", meter.rows[0]["note"])


def test_a_call_in_a_loop_is_measured_without_its_start() -> None:
    meter = Meter(FakeAnswers(), tell=False)
    measure_idiom(meter, "loop", 2, 1e-4)
    (found,) = meter.rows
    assert (found["group"], found["operation"], found["start_method"]) == ("task", "loop", None)
    assert found["seconds"] > 0


def test_the_interpreter_says_who_it_is_without_measuring() -> None:
    answers = FakeAnswers()
    who = task({"identify": True}, answers)
    assert who.keys() == {"implementation", "python_version", "gil_enabled"}
    assert not answers.sent
