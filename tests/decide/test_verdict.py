from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.decide.problem import Problem
from advisor.decide.verdict import recommend
from advisor.records import Plan, Recommendation, Trial
from tests.problems import SERIAL, problem_of, processes, profile_of, threads, timing_of, trial_of


def write_snippet(plan: Plan) -> str:
    return f"def run(items): ...  # {plan.idiom}"


def advise(*trials: Trial, problem: Problem | None = None, **options: object) -> Recommendation:
    asked = problem or problem_of(held=0.005)
    asked = replace(asked, options=replace(asked.options, **options))  # type: ignore[arg-type] # a test's choice
    advice = recommend(asked, profile_of(timing_of(held=0.005)), trials, (), write_snippet)
    assert advice is not None
    return advice


def runs(plan: object, *seconds: float) -> list[Trial]:
    return [trial_of(plan, took, 1.0, number) for number, took in enumerate(seconds)]  # type: ignore[arg-type]


def test_the_fastest_plan_wins() -> None:
    advice = advise(*runs(SERIAL, 1.0), *runs(threads(2), 0.9), *runs(processes(2), 0.55))
    assert advice.plan == processes(2)
    assert advice.speedup == pytest.approx(1 / 0.55)


def test_a_near_tie_goes_to_the_simpler_model() -> None:
    assert advise(*runs(SERIAL, 1.0), *runs(threads(2), 0.52), *runs(processes(2), 0.5)).plan == threads(2)


def test_a_near_tie_goes_to_fewer_threads() -> None:
    assert advise(*runs(SERIAL, 1.0), *runs(threads(4), 0.26), *runs(threads(64), 0.25)).plan == threads(4)


def test_below_min_speedup_serial_stays() -> None:
    slight = (*runs(SERIAL, 1.0), *runs(threads(2), 0.93, 0.93, 0.93))
    assert advise(*slight).plan == SERIAL
    assert advise(*slight, min_speedup_ratio=1.05).plan == threads(2)


def test_a_tie_that_is_not_worth_its_code_does_not_win_it() -> None:
    trials = (*runs(SERIAL, 1.0), *runs(threads(2), 0.92, 0.92), *runs(processes(2), 0.9, 0.9))
    assert advise(*trials).plan == processes(2)


def test_a_plan_that_may_as_well_be_slower_is_not_advised() -> None:
    advice = advise(*runs(SERIAL, 1.0), *runs(processes(2), 0.4, 1.6, 0.7))
    assert (advice.plan, advice.confidence, advice.decided) == (SERIAL, "low", False)
    assert "may as well be slower" in advice.headline


def test_where_a_model_that_could_win_was_not_tried_the_question_is_open() -> None:
    advice = advise(*runs(SERIAL, 12.0), problem=problem_of(held=4.0, calls=3))
    assert (advice.decided, advice.confidence, advice.plan) == (False, "low", SERIAL)
    for word in ("Undecided", "multiprocessing", "not tried", "--budget"):
        assert word in advice.headline


def test_what_no_plan_could_win_is_decided_without_trials_of_any() -> None:
    advice = advise(*runs(SERIAL, 2e-6), problem=problem_of(held=1e-6, calls=2))
    assert (advice.decided, advice.confidence, advice.plan) == (True, "high", SERIAL)


def test_an_excluded_model_is_not_advised_however_fast() -> None:
    problem = replace(problem_of(held=0.005), excluded=("threading",))
    trials = (*runs(SERIAL, 1.0), *runs(threads(8), 0.1), *runs(processes(2), 0.5))
    assert advise(*trials, problem=problem).plan == processes(2)


def test_more_even_runs_give_more_confidence() -> None:
    once = advise(*runs(SERIAL, 1.0), *runs(processes(2), 0.5))
    thrice = advise(*runs(SERIAL, 1.0), *runs(processes(2), 0.5, 0.51, 0.5))
    wild = advise(*runs(SERIAL, 1.0), *runs(processes(2), 0.2, 1.5, 0.5))
    assert (once.confidence, thrice.confidence, wild.confidence) == ("moderate", "high", "low")
    assert thrice.speedup_low < thrice.speedup < thrice.speedup_high


def test_break_even_is_start_up_over_what_a_call_saves() -> None:
    trial = replace(trial_of(processes(2), 0.6), startup_seconds=0.1)
    assert advise(trial_of(SERIAL, 1.0), trial).break_even_calls == 40
    assert advise(trial_of(SERIAL, 1.0)).break_even_calls is None


def test_words_name_target_workers_and_gain() -> None:
    advice = advise(*runs(SERIAL, 1.0), *runs(processes(2), 0.5))
    for word in ("shop:price", "2 processes", "500 ms", "1.00 s"):
        assert word in advice.headline
    assert len(advice.reasons) == 2
    assert advice.snippet == write_snippet(advice.plan)


def test_a_plan_far_below_its_ceilings_is_bound_from_outside() -> None:
    problem = problem_of(held=1e-5, wait=0.005)
    slower = runs(processes(2), 0.6)
    limited = advise(*runs(SERIAL, 1.0), *runs(threads(8), 0.25), *slower, problem=problem)
    free = advise(*runs(SERIAL, 1.0), *runs(threads(8), 0.13), *slower, problem=problem)
    assert "outside the call" in limited.reasons[1]
    assert "the number of workers" in free.reasons[1]


def test_without_a_serial_run_there_is_no_advice() -> None:
    assert recommend(problem_of(held=0.01), profile_of(timing_of(held=0.01)), (), (), write_snippet) is None
