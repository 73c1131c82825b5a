from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.decide.evidence import expected_time
from advisor.decide.model import cost_model
from advisor.records import Plan, Trial
from tests.problems import SERIAL, problem_of, processes, threads, trial_of

HYBRID = Plan(
    model="hybrid", idiom="Process + Thread", processes=2, threads=16, tasks=None, chunk_size=1, start_method="fork"
)
WAITING = problem_of(held=1e-4, wait=0.02, calls=400)
SERIAL_SECONDS = WAITING.demand.serial_job_seconds


def ran(plan: Plan, job_seconds: float, predicted_speedup: float | None = None) -> Trial:
    return replace(trial_of(plan, job_seconds, SERIAL_SECONDS), predicted_speedup=predicted_speedup)


BASE = (trial_of(SERIAL, SERIAL_SECONDS, SERIAL_SECONDS),)


def test_without_trials_the_model_alone_speaks() -> None:
    expected = expected_time.expected_job_seconds(WAITING, BASE, threads(8))
    assert expected == pytest.approx(SERIAL_SECONDS / 8, rel=0.1)


def test_one_model_far_behind_says_nothing_of_another() -> None:
    trials = (*BASE, ran(threads(64), SERIAL_SECONDS / 4))
    assert expected_time.shared_limit_per_second(WAITING, trials) is None
    assert expected_time.limit_per_second(WAITING, trials, HYBRID) is None
    assert expected_time.limit_per_second(WAITING, trials, threads(16)) == pytest.approx(400 / (SERIAL_SECONDS / 4))


def test_a_limit_that_one_process_and_two_meet_alike_holds_for_every_plan() -> None:
    trials = (*BASE, ran(threads(64), SERIAL_SECONDS / 4), ran(HYBRID, SERIAL_SECONDS / 3.9))
    processes = Plan(
        model="multiprocessing",
        idiom="Pool.map",
        processes=16,
        threads=None,
        tasks=None,
        chunk_size=1,
        start_method="fork",
    )
    limit = expected_time.limit_per_second(WAITING, trials, processes)
    assert limit == pytest.approx(400 / (SERIAL_SECONDS / 4))
    assert expected_time.optimistic_job_seconds(WAITING, trials, processes) > SERIAL_SECONDS / 4.2


def test_a_lock_of_each_process_is_no_limit_of_all() -> None:
    trials = (*BASE, ran(threads(64), SERIAL_SECONDS), ran(HYBRID, SERIAL_SECONDS / 2))
    assert expected_time.shared_limit_per_second(WAITING, trials) is None


def test_expectation_that_held_is_doubted_less() -> None:
    first = ran(threads(64), SERIAL_SECONDS / 6, predicted_speedup=40.0)
    held = ran(threads(32), SERIAL_SECONDS / 6, predicted_speedup=6.0)
    missed = ran(threads(32), SERIAL_SECONDS / 6, predicted_speedup=9.0)
    after_hold = expected_time.optimistic_job_seconds(WAITING, (*BASE, first, held), threads(16))
    after_miss = expected_time.optimistic_job_seconds(WAITING, (*BASE, first, missed), threads(16))
    assert after_miss < after_hold < expected_time.expected_job_seconds(WAITING, (*BASE, first, held), threads(16))


COMPUTING = problem_of(held=0.01, calls=200, cores=16)
COMPUTING_SECONDS = COMPUTING.demand.serial_job_seconds
TWO_BY_TWO = replace(HYBRID, threads=2)
COMPUTING_BASE = (trial_of(SERIAL, COMPUTING_SECONDS, COMPUTING_SECONDS),)


def modelled(plan: Plan) -> float:
    return cost_model.job_seconds(plan, COMPUTING.demand, COMPUTING.machine)


@pytest.mark.parametrize(("seen", "unseen"), [(processes(2), TWO_BY_TWO), (TWO_BY_TWO, processes(2))])
def test_what_slows_processes_slows_hybrids_as_well(seen: Plan, unseen: Plan) -> None:
    trials = (*COMPUTING_BASE, trial_of(seen, 1.2 * modelled(seen), COMPUTING_SECONDS))
    expected = expected_time.expected_job_seconds(COMPUTING, trials, unseen)
    assert expected == pytest.approx(1.2 * modelled(unseen))
    far_behind = (*COMPUTING_BASE, trial_of(seen, 9 * modelled(seen), COMPUTING_SECONDS))
    assert expected_time.expected_job_seconds(COMPUTING, far_behind, unseen) == pytest.approx(1.3 * modelled(unseen))


def test_processes_say_nothing_of_threads() -> None:
    trials = (*COMPUTING_BASE, trial_of(processes(2), 1.2 * modelled(processes(2)), COMPUTING_SECONDS))
    assert expected_time.expected_job_seconds(COMPUTING, trials, threads(2)) == pytest.approx(modelled(threads(2)))


def test_hybrids_are_doubted_less_once_processes_ran() -> None:
    ran_as_modelled = (*COMPUTING_BASE, trial_of(processes(2), modelled(processes(2)), COMPUTING_SECONDS))
    before = expected_time.optimistic_job_seconds(COMPUTING, COMPUTING_BASE, TWO_BY_TWO)
    after = expected_time.optimistic_job_seconds(COMPUTING, ran_as_modelled, TWO_BY_TWO)
    assert before < after < expected_time.expected_job_seconds(COMPUTING, ran_as_modelled, TWO_BY_TWO)


def test_threads_stay_in_the_running_where_the_gil_is_only_taken_to_be_held() -> None:
    assumed = replace(WAITING, demand=replace(WAITING.demand, held_seconds=4e-3, surely_held_seconds=0.0))
    proven = replace(WAITING, demand=replace(WAITING.demand, held_seconds=4e-3, surely_held_seconds=4e-3))
    hopes = [expected_time.optimistic_job_seconds(problem, BASE, threads(64)) for problem in (assumed, proven)]
    assert hopes[0] < 0.6 * hopes[1]


def test_two_workers_that_fall_short_alike_tell_of_no_limit() -> None:
    pair = (*BASE, ran(threads(2), SERIAL_SECONDS / 1.4), ran(processes(2), SERIAL_SECONDS / 1.4))
    assert expected_time.shared_limit_per_second(WAITING, pair) is None
