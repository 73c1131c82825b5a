from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.decide.model.classify import classify, split_call
from advisor.records import Classification
from tests.problems import COSTS, timing_of

parts = st.floats(1e-6, 1.0)


@pytest.mark.parametrize(
    ("held", "free", "wait", "expected"),
    [
        (0.01, 0.0, 0.0, "cpu-bound"),
        (0.0, 0.01, 0.0, "cpu-bound"),
        (0.0001, 0.0, 0.02, "io-bound"),
        (0.005, 0.0, 0.005, "mixed"),
        (2e-6, 0.0, 0.0, "trivial"),
    ],
)
def test_class_follows_cpu_against_wall(held: float, free: float, wait: float, expected: Classification) -> None:
    timing = timing_of(held, free, wait)
    assert classify(timing, split_call(timing), COSTS)[0] == expected


def test_sentence_names_its_figures() -> None:
    timing = timing_of(held=0.004, wait=0.021)
    assert "16 % holding the GIL" in classify(timing, split_call(timing), COSTS)[1]


def test_waiting_for_a_processor_is_not_waiting() -> None:
    split = split_call(timing_of(held=0.01, queued=0.01))
    assert split.wait_seconds == pytest.approx(0.0)
    assert split.cpu_fraction == pytest.approx(1.0)


def test_short_wait_is_not_trivial_to_threads_that_overlap_it() -> None:
    timing = timing_of(held=1e-6, wait=0.0005)
    assert classify(timing, split_call(timing), COSTS)[0] == "io-bound"


@given(parts, parts, parts)
def test_parts_make_up_the_call(held: float, free: float, wait: float) -> None:
    split = split_call(timing_of(held, free, wait))
    total = split.gil_held_seconds + split.gil_free_seconds + split.wait_seconds
    assert total == pytest.approx(held + free + wait, rel=1e-6)
    assert 0 <= split.gil_held_low_seconds <= split.gil_held_seconds


def test_time_lost_to_other_work_is_named_so_that_the_shares_are_whole() -> None:
    timing = timing_of(held=0.01, queued=0.01)
    assert "50 % queued behind other work" in classify(timing, split_call(timing), COSTS)[1]
    quiet = timing_of(held=0.01)
    assert "queued" not in classify(quiet, split_call(quiet), COSTS)[1]
