from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.decide.evidence.estimates import estimate_plans, interval, serial_job_seconds
from tests.problems import SERIAL, threads, trial_of


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=9))
def test_interval_holds_its_middle(ratios: list[float]) -> None:
    middle, low, high = interval(ratios)
    assert low < middle < high
    assert math.isfinite(high)


def test_one_run_says_less_than_three() -> None:
    _, low, high = interval([2.0])
    _, low_of_three, high_of_three = interval([2.0, 2.02, 1.98])
    assert high - low > high_of_three - low_of_three


def test_interval_covers_the_truth_as_often_as_it_says() -> None:
    chance = random.Random(1)
    truth, held = 2.0, 0
    for _ in range(400):
        _, low, high = interval([truth * math.exp(chance.gauss(0, 0.05)) for _ in range(3)])
        held += low <= truth <= high
    assert held >= 0.9 * 400


def test_plans_come_fastest_first_with_their_medians() -> None:
    trials = [trial_of(SERIAL, 1.0), *(trial_of(threads(2), seconds) for seconds in (0.5, 0.9, 0.52))]
    first, second = estimate_plans(trials)
    assert first.plan == threads(2)
    assert first.job_seconds == pytest.approx(0.52)
    assert first.runs == 3
    assert second.plan == SERIAL


def test_serial_time_is_that_of_the_round() -> None:
    trials = [trial_of(SERIAL, 1.0), trial_of(SERIAL, 2.0, round_number=1)]
    assert serial_job_seconds(trials, 1) == pytest.approx(2.0)
    assert serial_job_seconds([], 0) is None
