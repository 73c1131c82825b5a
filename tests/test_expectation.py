from __future__ import annotations

from dataclasses import replace

import pytest

from advisor import expectation
from advisor.records import Plan, Trial
from tests.problems import SERIAL, problem_of, threads, trial_of

HYBRID = Plan("hybrid", "Process + Thread", 2, 16, None, 1, "fork")
WAITING = problem_of(held=1e-4, wait=0.02, calls=400)
SERIAL_SECONDS = WAITING.demand.serial_job_seconds


def ran(plan: Plan, job_seconds: float, predicted_speedup: float | None = None) -> Trial:
    return replace(trial_of(plan, job_seconds, SERIAL_SECONDS), predicted_speedup=predicted_speedup)


BASE = (trial_of(SERIAL, SERIAL_SECONDS, SERIAL_SECONDS),)


def test_without_trials_the_model_alone_speaks() -> None:
    expected = expectation.expected_job_seconds(WAITING, BASE, threads(8))
    assert expected == pytest.approx(SERIAL_SECONDS / 8, rel=0.1)


def test_one_model_far_behind_says_nothing_of_another() -> None:
    trials = (*BASE, ran(threads(64), SERIAL_SECONDS / 4))
    assert expectation.shared_limit_per_second(WAITING, trials) is None
    assert expectation.limit_per_second(WAITING, trials, HYBRID) is None
    assert expectation.limit_per_second(WAITING, trials, threads(16)) == pytest.approx(400 / (SERIAL_SECONDS / 4))


def test_a_limit_that_one_process_and_two_meet_alike_holds_for_every_plan() -> None:
    trials = (*BASE, ran(threads(64), SERIAL_SECONDS / 4), ran(HYBRID, SERIAL_SECONDS / 3.9))
    processes = Plan("multiprocessing", "Pool.map", 16, None, None, 1, "fork")
    limit = expectation.limit_per_second(WAITING, trials, processes)
    assert limit == pytest.approx(400 / (SERIAL_SECONDS / 4))
    assert expectation.optimistic_job_seconds(WAITING, trials, processes) > SERIAL_SECONDS / 4.2


def test_a_lock_of_each_process_is_no_limit_of_all() -> None:
    trials = (*BASE, ran(threads(64), SERIAL_SECONDS), ran(HYBRID, SERIAL_SECONDS / 2))
    assert expectation.shared_limit_per_second(WAITING, trials) is None


def test_expectation_that_held_is_doubted_less() -> None:
    first = ran(threads(64), SERIAL_SECONDS / 6, predicted_speedup=40.0)
    held = ran(threads(32), SERIAL_SECONDS / 6, predicted_speedup=6.0)
    missed = ran(threads(32), SERIAL_SECONDS / 6, predicted_speedup=9.0)
    after_hold = expectation.optimistic_job_seconds(WAITING, (*BASE, first, held), threads(16))
    after_miss = expectation.optimistic_job_seconds(WAITING, (*BASE, first, missed), threads(16))
    assert after_miss < after_hold < expectation.expected_job_seconds(WAITING, (*BASE, first, held), threads(16))
