"""Calls of given sizes on workers that share what there is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.decide.model.scheduling import makespan

sizes = st.lists(st.floats(0.01, 10.0), min_size=1, max_size=40).map(tuple)


def test_even_calls_come_in_rounds() -> None:
    assert makespan((), 50, 1, 48, math.inf) == pytest.approx(2.0)
    assert makespan((), 48, 1, 48, math.inf) == pytest.approx(1.0)


def test_a_chunk_is_work_for_one() -> None:
    assert makespan((), 12, 6, 4, math.inf) == pytest.approx(6.0)


def test_a_large_last_call_keeps_one_worker_busy() -> None:
    ascending = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 5.0)
    # In calls of mean size (1.5): three rounds of small calls and a half, then the large one.
    assert makespan(ascending, 8, 1, 2, math.inf) == pytest.approx((3 + 5) / 1.5)
    assert makespan(ascending[::-1], 8, 1, 2, math.inf) == pytest.approx(6 / 1.5)


def test_two_cores_shared_by_eight_serve_two() -> None:
    assert makespan((), 800, 1, 8, 2.0) == pytest.approx(400, rel=0.01)


def test_a_long_job_is_followed_at_its_end_alone() -> None:
    assert makespan((), 10_000_000, 1, 4, math.inf) == pytest.approx(2_500_000)


@given(sizes, st.integers(1, 20), st.floats(0.5, 30))
def test_no_schedule_beats_its_bounds(seen: tuple[float, ...], workers: int, capacity: float) -> None:
    calls = len(seen)
    longest = max(seen) * calls / sum(seen)
    taken = makespan(seen, calls, 1, workers, capacity)
    assert taken >= 0.999 * max(calls / workers, calls / capacity, longest / min(1.0, capacity))
    assert taken <= 1.001 * calls / min(1.0, capacity) * 2 ** (1 / 6)


@given(sizes, st.integers(1, 12))
def test_a_sample_stands_for_all(seen: tuple[float, ...], workers: int) -> None:
    many = makespan(seen, 40 * len(seen), 1, workers, math.inf)
    assert many >= 0.999 * 40 * len(seen) / workers
