from __future__ import annotations

import pytest

from advisor.decide.evidence.estimates import estimate_plans
from advisor.decide.search import final_rounds
from advisor.records import Plan, Trial
from tests.problems import SERIAL, problem_of, processes, threads, trial_of

PROBLEM = problem_of(held=1e-4, wait=0.02, calls=400)
HYBRID = Plan(
    model="hybrid", idiom="Process + Thread", processes=2, threads=16, tasks=None, chunk_size=1, start_method="fork"
)


def finalists(*trials: Trial) -> tuple[Plan, ...]:
    return final_rounds.finalist_plans(PROBLEM, estimate_plans((trial_of(SERIAL, 1.0), *trials)))


def test_with_serial_alone_there_is_no_final() -> None:
    assert finalists() == ()


def test_what_would_be_advised_is_first() -> None:
    assert finalists(trial_of(threads(4), 0.1))[0] == threads(4)
    assert finalists(trial_of(HYBRID, 0.1), trial_of(threads(4), 0.2)) == (HYBRID,)


def test_a_hybrid_must_win_by_more_than_others_and_the_simpler_plan_it_may_not_beat_is_a_rival() -> None:
    assert finalists(trial_of(HYBRID, 0.100), trial_of(threads(4), 0.109)) == (threads(4), HYBRID)
    assert finalists(trial_of(HYBRID, 0.100), trial_of(threads(4), 0.122)) == (HYBRID, threads(4))
    assert finalists(trial_of(HYBRID, 0.100), trial_of(threads(4), 0.130)) == (HYBRID,)
    assert finalists(trial_of(threads(4), 0.100), trial_of(HYBRID, 0.100)) == (threads(4),)


def test_a_simpler_plan_that_may_tie_is_a_rival_and_one_too_slow_is_none() -> None:
    assert finalists(trial_of(processes(2), 0.100), trial_of(threads(4), 0.109)) == (processes(2), threads(4))
    assert finalists(trial_of(processes(2), 0.100), trial_of(threads(4), 0.120)) == (processes(2),)


def test_a_plan_with_more_to_it_must_promise_more_than_a_tie() -> None:
    assert finalists(trial_of(threads(4), 0.100), trial_of(processes(2), 0.100)) == (threads(4), processes(2))
    assert finalists(trial_of(threads(4), 0.100), trial_of(processes(2), 0.104)) == (threads(4),)


def test_runs_that_agree_bring_the_final_to_an_end() -> None:
    twice = [trial_of(threads(4), 0.100)] * 3 + [trial_of(HYBRID, 0.100)] * 3
    assert finalists(*twice) == (threads(4),)


def test_a_pool_far_below_what_is_worth_its_code_needs_no_final() -> None:
    assert finalists(trial_of(threads(4), 1.2)) == ()
    assert finalists(trial_of(threads(4), 0.95)) == (threads(4),)


def test_nobody_enters_a_final_late_but_what_would_be_advised() -> None:
    trials = (
        trial_of(SERIAL, 1.0),
        trial_of(threads(4), 0.100),
        trial_of(processes(2), 0.104),
        trial_of(HYBRID, 0.1001),
        *(trial_of(plan, 0.100, 1.0, number) for number in (1, 2) for plan in (SERIAL, threads(4))),
    )
    wanted = list(final_rounds.wanted(PROBLEM, trials, estimate_plans(trials), 2, settled=False))
    assert all(plan in (SERIAL, threads(4)) for plan, _ in wanted)


@pytest.mark.parametrize(("rounds", "settled", "goes_on"), [(1, True, False), (1, False, True), (6, False, False)])
def test_a_final_ends_once_the_choice_stands_and_in_any_case_after_so_many_rounds(
    rounds: int, settled: bool, goes_on: bool
) -> None:
    trials = (
        trial_of(SERIAL, 1.0),
        trial_of(threads(4), 0.1),
        *(trial_of(plan, 0.1, 1.0, number) for number in range(1, rounds + 1) for plan in (SERIAL, threads(4))),
    )
    wanted = list(final_rounds.wanted(PROBLEM, trials, estimate_plans(trials), rounds, settled=settled))
    assert wanted == ([(SERIAL, rounds + 1)] if goes_on else [])


def test_a_choice_that_stands_after_exploring_runs_once_more_beside_serial() -> None:
    trials = (trial_of(SERIAL, 1.0), trial_of(threads(4), 0.1))
    assert list(final_rounds.wanted(PROBLEM, trials, estimate_plans(trials), 0, settled=True)) == [(SERIAL, 1)]
