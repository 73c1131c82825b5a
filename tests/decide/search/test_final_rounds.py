from __future__ import annotations

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


def test_a_simpler_plan_that_may_tie_is_a_rival_and_one_too_slow_is_none() -> None:
    assert finalists(trial_of(HYBRID, 0.100), trial_of(threads(4), 0.109)) == (HYBRID, threads(4))
    assert finalists(trial_of(HYBRID, 0.100), trial_of(threads(4), 0.120)) == (HYBRID,)


def test_a_plan_with_more_to_it_must_promise_more_than_a_tie() -> None:
    assert finalists(trial_of(threads(4), 0.100), trial_of(HYBRID, 0.100)) == (threads(4), HYBRID)
    assert finalists(trial_of(threads(4), 0.100), trial_of(HYBRID, 0.104)) == (threads(4),)


def test_runs_that_agree_bring_the_final_to_an_end() -> None:
    twice = [trial_of(threads(4), 0.100)] * 3 + [trial_of(HYBRID, 0.100)] * 3
    assert finalists(*twice) == (threads(4),)


def test_a_pool_far_below_what_is_worth_its_code_needs_no_final() -> None:
    assert finalists(trial_of(threads(4), 1.2)) == ()
    assert finalists(trial_of(threads(4), 0.95)) == (threads(4),)


def test_a_pool_that_ran_now_slower_now_faster_than_serial_is_looked_at_again() -> None:
    assert finalists(*[trial_of(threads(4), took) for took in (1.1, 1.1, 0.6)]) == (threads(4),)
    assert finalists(*[trial_of(threads(4), took) for took in (1.1, 1.1, 1.09)]) == ()


def test_nobody_enters_a_final_late_but_what_would_be_advised() -> None:
    trials = (
        trial_of(SERIAL, 1.0),
        trial_of(threads(4), 0.100),
        trial_of(processes(2), 0.104),
        trial_of(HYBRID, 0.1001),
        *(trial_of(plan, 0.100, 1.0, number) for number in (1, 2) for plan in (SERIAL, threads(4))),
    )
    wanted = list(final_rounds.wanted(PROBLEM, trials, estimate_plans(trials), 2))
    assert all(plan in (SERIAL, threads(4)) for plan, _ in wanted)


def test_one_that_took_the_lead_late_goes_on_until_its_own_runs_suffice() -> None:
    def wanted_after(rounds: tuple[int, ...]) -> list[tuple[Plan, int]]:
        trials = (
            trial_of(SERIAL, 1.0),
            *(trial_of(SERIAL, 1.0, 1.0, number) for number in (1, 2, 3, 4, 5)),
            *(trial_of(threads(4), 0.100, 1.0, number) for number in rounds),
        )
        return list(final_rounds.wanted(PROBLEM, trials, estimate_plans(trials), 5))

    assert wanted_after((4, 5)) == [(SERIAL, 6)]
    assert wanted_after((3, 4, 5)) == []


def test_one_at_the_least_speedup_advised_goes_on_and_one_clear_of_it_ends() -> None:
    def wanted_after(seconds: float, rounds: int) -> list[tuple[Plan, int]]:
        numbers = range(1, rounds + 1)
        trials = (
            trial_of(SERIAL, 1.0),
            *(trial_of(plan, took, 1.0, n) for n in numbers for plan, took in ((SERIAL, 1.0), (threads(4), seconds))),
        )
        return list(final_rounds.wanted(PROBLEM, trials, estimate_plans(trials), rounds))

    assert wanted_after(1 / 1.12, 4) == wanted_after(1 / 1.08, 4) == [(SERIAL, 5)]
    assert wanted_after(1 / 1.12, 6) == wanted_after(1 / 1.08, 6) == []
    assert wanted_after(1 / 1.3, 4) == wanted_after(1 / 0.9, 4) == []
