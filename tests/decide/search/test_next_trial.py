from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decide.evidence.estimates import estimate_plans
from advisor.decide.problem import Problem, start_method
from advisor.decide.search import next_trial
from advisor.decide.search.candidates import candidates
from advisor.records import Failure, ResultDigest, Trial
from tests.problems import SERIAL, problem_of, processes, threads, trial_of

PLENTY_SECONDS = 1e9


def walk(problem: Problem, job_seconds: object, most: int = 80) -> tuple[Trial, ...]:
    """Follow the search on a machine that answers with ``job_seconds(plan)``, without noise."""
    trials: tuple[Trial, ...] = ()
    serial_seconds = problem.demand.serial_job_seconds
    for _ in range(most):
        step = next_trial.next_step(problem, trials, PLENTY_SECONDS)
        if step is None:
            return trials
        took = job_seconds(step.plan)  # type: ignore[operator] # any callable from a plan to seconds
        trials = (*trials, trial_of(step.plan, took, serial_seconds, step.round))
    raise AssertionError("the search does not end")


def test_serial_comes_first() -> None:
    step = next_trial.next_step(problem_of(held=0.01), (), PLENTY_SECONDS)
    assert step is not None
    assert step.plan == SERIAL


def test_pure_python_on_one_core_needs_no_pool_trial() -> None:
    problem = problem_of(held=0.01, cores=1)
    assert {trial.plan.model for trial in walk(problem, lambda _plan: 2.0)} == {"serial"}


def test_a_quick_analysis_tries_one_plan_beside_serial() -> None:
    problem = problem_of(held=0.005)
    quick = replace(problem, options=replace(problem.options, quick=True))
    step = next_trial.next_step(quick, (trial_of(SERIAL, 1.0),), 60.0)
    assert step is not None
    assert step.plan.model == "multiprocessing"
    assert next_trial.next_step(quick, (trial_of(SERIAL, 1.0), trial_of(step.plan, 0.5)), 60.0) is None


def test_two_threads_are_tried_where_the_gil_is_free() -> None:
    problem = problem_of(free=0.01)
    trials = walk(problem, lambda plan: 2.0 / min(plan.workers, 2))
    assert any(trial.plan == threads(2) for trial in trials)


def test_a_server_that_answers_four_at_once_gets_four_threads_looked_at() -> None:
    problem = problem_of(held=1e-4, wait=0.02, calls=400)
    trials = walk(problem, lambda plan: 8.0 / min(plan.workers, 4))
    assert any(trial.plan.model == "threading" and 3 <= trial.plan.workers <= 6 for trial in trials)


def test_no_step_is_longer_than_what_is_left() -> None:
    problem = problem_of(held=0.01)
    serial = (trial_of(SERIAL, 2.0),)
    assert next_trial.next_step(problem, serial, 0.01) is None


def test_excluded_models_are_not_tried() -> None:
    problem = replace(problem_of(held=0.01), excluded=("multiprocessing", "hybrid"))
    assert {plan.model for plan in candidates(problem)} == {"serial", "threading"}


def test_more_workers_than_those_that_failed_are_not_tried() -> None:
    problem = problem_of(held=1e-4, wait=0.05, calls=1000)
    failed = replace(trial_of(threads(16), 1.0), job_seconds=None, failure=Failure(kind="raised", message="refused"))
    step = next_trial.next_step(problem, (trial_of(SERIAL, 50.0), failed), PLENTY_SECONDS)
    assert step is not None
    assert step.plan.model != "threading" or step.plan.workers < 16


def test_results_in_doubt_call_for_a_second_serial_run() -> None:
    trials = (
        trial_of(SERIAL, 2.0, digests=(ResultDigest(calls=200, items="i", results="a"),)),
        trial_of(processes(2), 1.0, digests=(ResultDigest(calls=200, items="i", results="b"),)),
    )
    step = next_trial.next_step(problem_of(held=0.01), trials, PLENTY_SECONDS)
    assert step is not None
    assert step.plan == SERIAL


def test_max_workers_bounds_every_plan() -> None:
    problem = problem_of(held=0.001, wait=0.02)
    bounded = replace(problem, options=replace(problem.options, max_workers=3))
    assert max(plan.workers for plan in candidates(bounded)) <= 3


def test_an_idiom_asked_for_is_the_only_one() -> None:
    problem = problem_of(held=0.01)
    asked = replace(problem, options=replace(problem.options, idiom="Process + Queue"))
    assert {plan.idiom for plan in candidates(asked)} == {"Process + Queue"}


def test_fork_is_not_used_past_live_threads() -> None:
    problem = problem_of(held=0.01)
    assert start_method(problem) == "fork"
    assert start_method(replace(problem, facts=replace(problem.facts, threads_after_import=2))) == "forkserver"


@settings(max_examples=60, deadline=None)
@given(
    st.floats(1e-6, 0.05),
    st.floats(0, 0.05),
    st.floats(0, 0.05),
    st.integers(2, 5000),
    st.sampled_from((1, 2, 16, 256)),
    st.floats(0.3, 3.0),
)
def test_the_search_ends_whatever_trials_say(
    held: float, free: float, wait: float, calls: int, cores: int, luck: float
) -> None:
    problem = problem_of(held, free, wait, calls, cores)
    serial_seconds = problem.demand.serial_job_seconds
    trials = walk(problem, lambda plan: serial_seconds * luck / plan.workers**0.3)
    for trial in trials:
        assert 1 <= trial.plan.workers <= max(2, calls, 128)


def test_calls_with_threads_of_their_own_get_a_plan_that_holds_those_to_one() -> None:
    problem = problem_of(free=0.05, calls=20)
    assert all(plan.blas_threads is None for plan in candidates(problem))
    several = replace(problem, demand=replace(problem.demand, free_seconds=0.09, helper_seconds=0.04))
    held = [plan for plan in candidates(several) if plan.blas_threads == 1]
    assert {plan.model for plan in held} == {"threading", "multiprocessing"}
    assert {plan.workers for plan in held} <= {2, 3}


def test_processes_are_tried_before_hybrids_that_promise_hardly_more() -> None:
    problem = problem_of(held=0.01, calls=24)
    trials = walk(problem, lambda plan: 0.24 / min(plan.processes or 1, 2))
    pools = [trial.plan.model for trial in trials if trial.plan.model != "serial"]
    assert pools[0] == "multiprocessing"
    assert "hybrid" not in pools


def test_a_shortfall_that_a_busy_machine_explains_is_tried_again_and_one_that_it_cannot_explain_is_not() -> None:
    problem = problem_of(held=1e-4, wait=0.02, calls=400, models=("serial", "threading"))
    serial = trial_of(SERIAL, 8.0, 8.0)

    def follows(reached: float) -> bool:
        run = replace(trial_of(threads(64), 8.0 / reached, 8.0), predicted_speedup=40.0)
        estimates = estimate_plans((serial, run))
        again = next_trial._second_opinions(problem, (serial, run), estimates[0])
        return [step.plan for step in again] == [threads(64)]

    assert follows(20.0)
    assert not follows(4.0)
    assert not follows(38.0)


def test_threads_that_fall_short_run_again_and_in_a_short_job_twice() -> None:
    def next_after(call_seconds: float, runs: int) -> object:
        problem = replace(problem_of(free=call_seconds), excluded=("multiprocessing", "hybrid"))
        serial_seconds = problem.demand.serial_job_seconds
        short = replace(trial_of(threads(2), 1.1 * serial_seconds, serial_seconds), predicted_speedup=1.9)
        trials = (trial_of(SERIAL, serial_seconds, serial_seconds), *[short] * runs)
        step = next_trial.next_step(problem, trials, PLENTY_SECONDS)
        return step.plan if step is not None else None

    in_a_long_job = [next_after(0.01, runs) for runs in (1, 2)]
    in_a_short_job = [next_after(0.0002, runs) for runs in (1, 2, 3)]
    assert in_a_long_job == [threads(2), None]
    assert in_a_short_job == [threads(2), threads(2), None]
