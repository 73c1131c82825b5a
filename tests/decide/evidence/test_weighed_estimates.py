from __future__ import annotations

from advisor.decide.evidence.estimates import PlanEstimate
from advisor.decide.evidence.weighed_estimates import USUAL_SCATTER, run_scatter, weighed_estimates
from tests.problems import SERIAL, problem_of, threads, trial_of

PROBLEM = problem_of(held=1e-4, wait=0.02, calls=400)
SERIAL_SECONDS = PROBLEM.demand.serial_job_seconds


def believed(seconds: float, runs: int = 1) -> PlanEstimate:
    serial = trial_of(SERIAL, SERIAL_SECONDS)
    trials = (serial, *[trial_of(threads(4), seconds, SERIAL_SECONDS)] * runs)
    return next(e for e in weighed_estimates(PROBLEM, trials) if e.plan == threads(4))


def test_a_plan_that_ran_luckily_is_believed_less_and_the_less_the_fewer_its_runs() -> None:
    lucky = SERIAL_SECONDS / 4.4
    once, often = believed(lucky), believed(lucky, 8)
    assert 3.5 < once.likely_speedup < often.likely_speedup < once.speedup


def test_runs_that_contradict_what_was_expected_are_believed() -> None:
    assert believed(SERIAL_SECONDS / 0.9).likely_speedup < 1.0


def test_serial_is_what_it_is_and_scatter_is_the_usual_one_before_any_plan_ran_twice() -> None:
    trials = (trial_of(SERIAL, 1.0), trial_of(threads(4), 0.3, 1.0))
    estimates = weighed_estimates(PROBLEM, trials)
    assert next(e for e in estimates if e.plan == SERIAL).likely_speedup == 1.0
    assert run_scatter(estimates) == USUAL_SCATTER
