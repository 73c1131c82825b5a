from __future__ import annotations

import pytest

from advisor.decide.evidence.estimates import estimate_plans
from advisor.decide.search import stopping
from advisor.records import Trial
from tests.problems import SERIAL, problem_of, processes, threads, trial_of

PROBLEM = problem_of(held=1e-4, wait=0.02, calls=400)


def is_settled(*trials: Trial) -> bool:
    everything = (trial_of(SERIAL, 1.0), trial_of(SERIAL, 1.0, 1.0, 1), *trials)
    estimates = estimate_plans(everything)
    losses = stopping.opportunity_losses(PROBLEM, everything, estimates, ())
    return stopping.is_settled(PROBLEM, estimates, losses, stopping.LEAST_ACCEPTED_LOSS)


def test_a_clear_winner_that_ran_twice_stands() -> None:
    assert is_settled(trial_of(threads(4), 0.1), trial_of(threads(4), 0.1), trial_of(processes(2), 0.6))


def test_one_run_is_never_enough() -> None:
    assert not is_settled(trial_of(threads(4), 0.1), trial_of(processes(2), 0.6))


def test_a_rival_that_may_be_faster_keeps_the_choice_open() -> None:
    assert not is_settled(*[trial_of(threads(4), 0.1)] * 2, trial_of(processes(2), 0.094))


def test_a_pool_that_may_be_worth_its_code_keeps_serial_from_standing() -> None:
    assert not is_settled(trial_of(threads(4), 0.93))
    assert is_settled(*[trial_of(threads(4), 1.1)] * 2)


@pytest.mark.parametrize(("spent", "accepted"), [(0.0, 0.005), (0.3, 0.005), (1.0, 0.03)])
def test_more_may_be_lost_as_the_budget_is_spent(spent: float, accepted: float) -> None:
    assert stopping.accepted_loss(spent) == pytest.approx(accepted)
