from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.decide.evidence.opportunity import Standing, choice_probability, opportunity_loss, win_probability
from advisor.records import Plan
from tests.problems import SERIAL, processes, threads

SPEEDUPS = st.floats(0.2, 50.0)
DEVIATIONS = st.floats(0.0, 0.5)


def standing(plan: Plan, speedup: float, deviation: float) -> Standing:
    return Standing(plan=plan, log_speedup=math.log(speedup), deviation=deviation, runs=1)


@given(SPEEDUPS, SPEEDUPS, DEVIATIONS, DEVIATIONS)
def test_a_loss_is_never_negative_and_at_least_what_is_known_to_be_lost(
    ours: float, theirs: float, our_deviation: float, their_deviation: float
) -> None:
    chosen, rival = standing(threads(2), ours, our_deviation), standing(processes(2), theirs, their_deviation)
    loss = opportunity_loss(chosen, rival, 1.05)
    assert loss >= max(0.0, math.log(theirs / ours / 1.05)) - 1e-9


def test_where_nothing_is_in_doubt_only_what_is_beyond_a_tie_is_lost() -> None:
    chosen = standing(threads(2), 2.0, 0.0)
    assert opportunity_loss(chosen, standing(processes(2), 2.08, 0.0), 1.05) == 0.0
    assert opportunity_loss(chosen, standing(processes(2), 2.31, 0.0), 1.05) == pytest.approx(math.log(1.1), abs=1e-3)


def test_equal_plans_cost_less_the_better_they_are_known() -> None:
    losses = [
        opportunity_loss(standing(threads(2), 2.0, spread), standing(processes(2), 2.0, spread), 1.05)
        for spread in (0.2, 0.1, 0.05, 0.02)
    ]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.005 < losses[0]


def test_of_a_family_the_likeliest_rival_stands_for_all() -> None:
    assert choice_probability({}) == 1.0
    assert choice_probability({threads(2): 0.1, threads(4): 0.3}) == pytest.approx(0.7)
    assert choice_probability({threads(4): 0.3, processes(2): 0.5, SERIAL: 0.0}) == pytest.approx(0.35)


def test_the_better_of_two_that_are_known_wins() -> None:
    chosen = standing(threads(2), 2.0, 0.0)
    assert win_probability(chosen, standing(processes(2), 2.2, 0.0), 1.05) == 1.0
    assert win_probability(chosen, standing(processes(2), 2.05, 0.0), 1.05) == 0.0
    assert win_probability(chosen, standing(processes(2), 2.1, 0.1), 1.05) == pytest.approx(0.5)
