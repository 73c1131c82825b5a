from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decide.evidence.outside_limit import limits_per_second
from advisor.decide.outlook import make_outlook, with_verified
from advisor.decide.problem import Problem
from advisor.decide.what_ifs import next_verification
from advisor.records import Outlook, Plan, Recommendation, Trial, WhatIf
from tests.problems import SERIAL, problem_of, processes, threads, timing_of, trial_of


def outlook_of(
    problem: Problem, trials: tuple[Trial, ...] = (), advice: Recommendation | None = None, result_bytes: int = 100
) -> Outlook:
    demand = problem.demand
    timing = timing_of(demand.held_seconds, demand.free_seconds, demand.wait_seconds)
    return make_outlook(problem, replace(timing, result_bytes=result_bytes), trials, advice)


def advice_of(plan: Plan, speedup: float, break_even: int | None = 40) -> Recommendation:
    return Recommendation(
        plan=plan,
        speedup=speedup,
        speedup_low=speedup,
        speedup_high=speedup,
        confidence="high",
        break_even_calls=break_even,
        serial_job_seconds=1.0,
        job_seconds=1 / speedup,
        headline="",
        reasons=(),
        snippet="",
    )


def what_if(outlook: Outlook, code: str) -> WhatIf:
    (found,) = [one for one in outlook.what_ifs if one.code == code]
    return found


def ceilings(outlook: Outlook, model: str) -> dict[str, float]:
    return {ceiling.name: ceiling.speedup for ceiling in outlook.ceilings if ceiling.model == model}


def test_a_curve_starts_at_one_call_at_a_time_and_rises_to_the_gil() -> None:
    outlook = outlook_of(problem_of(held=0.004, wait=0.021))
    (curve,) = [curve for curve in outlook.curves if curve.model == "threading"]
    assert (curve.points[0].workers, curve.points[0].predicted_speedup) == (1, 1.0)
    assert [point.workers for point in curve.points] == sorted({point.workers for point in curve.points})
    most = max(point.predicted_speedup for point in curve.points)
    assert most == pytest.approx(ceilings(outlook, "threading")["the GIL"], rel=0.15)
    assert ceilings(outlook, "threading")["the GIL"] == pytest.approx(0.025 / 0.004, rel=0.05)


def test_a_curve_of_the_hybrid_takes_the_best_of_as_many_workers() -> None:
    outlook = outlook_of(problem_of(held=0.007, wait=0.03))
    (curve,) = [curve for curve in outlook.curves if curve.model == "hybrid"]
    for point in curve.points[1:]:
        as_many = [other for other in outlook.surface if other.workers == point.workers]
        assert point.predicted_speedup == max(other.predicted_speedup for other in as_many)


def test_the_cores_are_the_ceiling_of_processes_that_compute() -> None:
    outlook = outlook_of(problem_of(held=0.05, cores=4))
    assert min(ceilings(outlook, "multiprocessing").items(), key=lambda item: item[1])[0] == "the GIL"
    assert ceilings(outlook, "hybrid")["the cores"] == pytest.approx(4, rel=0.05)


def test_an_excluded_model_has_no_curve_but_keeps_what_was_measured() -> None:
    problem = replace(problem_of(held=0.001, wait=0.02), excluded=("threading",))
    outlook = outlook_of(problem, (trial_of(SERIAL, 1.0), trial_of(threads(8), 0.2)))
    assert "threading" not in {curve.model for curve in outlook.curves}
    assert [point.plan for point in outlook.measured] == [threads(8)]


def test_memory_grows_by_what_a_process_took() -> None:
    trials = (trial_of(SERIAL, 1.0), replace(trial_of(processes(2), 0.5), peak_rss_bytes=90_000_000))
    outlook = outlook_of(problem_of(held=0.05, cores=4), trials)
    (curve,) = [curve for curve in outlook.curves if curve.model == "multiprocessing"]
    assert {point.workers: point.memory_bytes for point in curve.points}[4] == 30_000_000 + 4 * 30_000_000


def test_lines_of_total_time_cross_where_the_plan_breaks_even() -> None:
    plan = processes(2)
    started = replace(trial_of(plan, 0.6), startup_seconds=0.1)
    outlook = outlook_of(problem_of(held=0.005), (trial_of(SERIAL, 1.0), started), advice_of(plan, 1.67, 40))
    serial, pool = outlook.calls_lines
    assert (serial.plan.model, pool.plan) == ("serial", plan)
    ahead = {a.calls: b.job_seconds < a.job_seconds for a, b in zip(serial.points, pool.points, strict=True)}
    # 0.1 s of start-up, earned back at 2.5 ms a call.
    assert ahead == {calls: calls > 40 for calls in ahead}
    assert {40, 200} <= ahead.keys()
    at_the_job = next(point for point in pool.points if point.calls == 200)
    assert at_the_job.job_seconds == pytest.approx(0.6)


def test_without_trials_the_model_speaks_alone() -> None:
    outlook = outlook_of(problem_of(held=0.005, wait=0.02))
    assert outlook.calls_lines == ()
    assert outlook.measured == ()
    assert all(p.expected_speedup == pytest.approx(p.predicted_speedup) for c in outlook.curves for p in c.points)


@pytest.mark.parametrize(
    ("held", "wait", "trials", "name"),
    [
        (0.001, 0.03, {threads(16): 0.25}, "an outside limit"),
        (0.001, 0.03, {threads(16): 0.07}, None),
        (0.0, 0.0, {threads(2): 0.95, processes(2): 0.51}, "a lock"),
        (0.0, 0.0, {threads(2): 0.95, processes(2): 0.95}, "memory bandwidth"),
    ],
)
def test_what_the_profile_does_not_show_is_a_ceiling_by_name(
    held: float, wait: float, trials: dict[Plan, float], name: str | None
) -> None:
    free = 0.0 if wait else 0.005
    problem = problem_of(held=held, free=free, wait=wait)
    serial_seconds = problem.demand.serial_job_seconds
    tried = (
        trial_of(SERIAL, serial_seconds, serial_seconds),
        *(trial_of(plan, share * serial_seconds, serial_seconds) for plan, share in trials.items()),
    )
    found = ceilings(outlook_of(problem, tried), "threading")
    unexplained = set(found) - {"the GIL", "the cores", "the longest call"}
    assert unexplained == ({name} if name else set())
    if name:
        assert found[name] == pytest.approx(1 / trials[next(iter(trials))], rel=0.01)


def test_without_the_gil_threads_gain_what_the_cores_allow() -> None:
    found = what_if(outlook_of(problem_of(held=0.05, cores=8, models=("serial", "threading"))), "no-gil")
    assert found.plan.model == "threading"
    assert found.gain_ratio == pytest.approx(8, rel=0.15)


def test_twice_the_cores_halve_what_computes_and_leave_what_waits() -> None:
    computing, waiting = problem_of(held=0.05), problem_of(wait=0.05)
    assert what_if(outlook_of(computing), "twice-the-cores").gain_ratio == pytest.approx(2, rel=0.1)
    assert what_if(outlook_of(waiting), "twice-the-cores").gain_ratio == pytest.approx(1, rel=0.01)


def test_pickling_and_results_count_where_they_are_large() -> None:
    problem = problem_of(held=0.005)
    heavy = replace(problem, demand=replace(problem.demand, transport_seconds=0.02))
    free, smaller = (
        what_if(outlook_of(heavy, result_bytes=10_000), code) for code in ("free-pickling", "smaller-results")
    )
    light = what_if(outlook_of(problem), "free-pickling")
    assert light.gain_ratio < 1.01
    assert free.gain_ratio > 1.5
    assert 1.4 < smaller.gain_ratio <= free.gain_ratio
    assert what_if(outlook_of(heavy, result_bytes=0), "smaller-results").gain_ratio == pytest.approx(1)


def test_slow_imports_count_under_forkserver_and_a_preloaded_one_pays_them_once() -> None:
    problem = problem_of(held=0.005, calls=400, cores=4)
    slow = replace(
        problem,
        demand=replace(problem.demand, import_seconds=0.4),
        options=replace(problem.options, start_method="forkserver"),
        machine=replace(problem.machine, usable_cores=4),
    )
    lazy, preloaded = (what_if(outlook_of(slow), code) for code in ("lazy-imports", "preloaded-forkserver"))
    assert lazy.gain_ratio > 1.3
    assert lazy.gain_ratio >= preloaded.gain_ratio >= 1
    assert "preloaded-forkserver" not in {one.code for one in outlook_of(problem).what_ifs}


def test_one_blas_thread_is_for_calls_with_helpers_and_verified_by_its_trials() -> None:
    problem = problem_of(free=0.04, cores=8)
    several = replace(problem, demand=replace(problem.demand, wall_seconds=0.01, helper_seconds=0.03))
    alone = replace(threads(8), blas_threads=1)
    trials = (trial_of(SERIAL, 1.0), trial_of(threads(8), 0.8), trial_of(alone, 0.4))
    found = what_if(outlook_of(several, trials), "one-blas-thread")
    assert found.plan.blas_threads == 1
    assert found.verified_speedup == pytest.approx(2.5)
    assert what_if(outlook_of(several), "one-blas-thread").verified_speedup is None
    assert "one-blas-thread" not in {one.code for one in outlook_of(problem).what_ifs}


def slow_to_import() -> Problem:
    problem = problem_of(held=0.005, calls=400, models=("serial", "multiprocessing"))
    return replace(
        problem,
        demand=replace(problem.demand, import_seconds=0.4),
        facts=replace(problem.facts, default_start_method="spawn"),
    )


def test_another_start_method_is_tried_where_it_gains_and_there_is_time() -> None:
    problem, plan = slow_to_import(), replace(processes(2), start_method="spawn")
    serial_seconds = problem.demand.serial_job_seconds
    trials = (trial_of(SERIAL, serial_seconds, serial_seconds), trial_of(plan, 1.6, serial_seconds))
    ledger = outlook_of(problem, trials, advice_of(plan, serial_seconds / 1.6)).what_ifs
    verification = next_verification(problem, ledger, trials, remaining_seconds=9.0)
    assert verification is not None
    assert verification.code == "start-method-fork"
    assert verification.step.plan.start_method == "fork"
    assert verification.step.calls == 400
    assert next_verification(problem, ledger, trials, remaining_seconds=1.0) is None
    slow = [replace(one, job_seconds=9.0) for one in ledger]
    sampled = next_verification(problem, slow, trials, remaining_seconds=9.0)
    assert sampled is not None
    assert sampled.step.calls == trials[-1].calls
    assert next_verification(problem, slow, trials[:1], remaining_seconds=9.0) is None
    assert next_verification(problem, outlook_of(problem_of(held=0.005), trials).what_ifs, trials, 9.0) is None


def test_fork_is_not_proposed_past_live_threads() -> None:
    problem = slow_to_import()
    threaded = replace(problem, facts=replace(problem.facts, threads_after_import=3))
    assert "start-method-fork" in {one.code for one in outlook_of(problem).what_ifs}
    assert "start-method-fork" not in {one.code for one in outlook_of(threaded).what_ifs}


def test_a_limit_that_trials_have_shown_goes_on_to_hold() -> None:
    problem = problem_of(held=0.004, wait=0.02, models=("serial", "threading"))
    serial_seconds = problem.demand.serial_job_seconds
    trials = (
        trial_of(SERIAL, serial_seconds, serial_seconds),
        trial_of(threads(16), serial_seconds / 2, serial_seconds),
    )
    assert limits_per_second(problem, trials).keys() == {"threading"}
    outlook = outlook_of(problem, trials, advice_of(threads(16), 2.0))
    assert what_if(outlook, "no-gil").gain_ratio == pytest.approx(1, rel=0.05)
    assert what_if(outlook, "no-outside-limit").gain_ratio > 2


def test_what_ifs_start_from_what_was_measured() -> None:
    plan = processes(2)
    trials = (trial_of(SERIAL, 10.0, 10.0), trial_of(plan, 5.4, 10.0))
    found = what_if(outlook_of(problem_of(held=0.05), trials, advice_of(plan, 1.85)), "twice-the-cores")
    assert found.speedup == pytest.approx(1.85 * found.gain_ratio)
    assert found.job_seconds == pytest.approx(1 / 1.85 / found.gain_ratio)


def test_a_verified_what_if_stands_beside_its_prediction() -> None:
    outlook = with_verified(outlook_of(problem_of(held=0.05)), {"no-gil": 1.7})
    assert what_if(outlook, "no-gil").verified_speedup == 1.7
    assert what_if(outlook, "twice-the-cores").verified_speedup is None


def test_what_was_measured_ranks_before_what_was_hoped_for() -> None:
    outlook = outlook_of(problem_of(held=0.05, cores=2))
    best = outlook.what_ifs[0]
    assert with_verified(outlook, {best.code: 0.5}).what_ifs[-1].code == best.code


SECONDS = st.one_of(st.just(0.0), st.floats(1e-7, 5.0))


@settings(max_examples=60, deadline=None)
@given(SECONDS, SECONDS, SECONDS, st.integers(1, 100_000), st.sampled_from([1, 2, 8, 64]), st.booleans())
def test_every_figure_is_finite_and_the_ledger_is_ranked(
    held: float, free: float, wait: float, calls: int, cores: int, coroutine: bool
) -> None:
    problem = problem_of(held + 1e-7, free, wait, calls, cores, coroutine)
    serial_seconds = problem.demand.serial_job_seconds
    trials = (trial_of(SERIAL, serial_seconds, serial_seconds),)
    outlook = outlook_of(problem, trials, advice_of(SERIAL, 1.0, None))
    gains = [one.gain_ratio for one in outlook.what_ifs]
    assert gains == sorted(gains, reverse=True)
    figures = [
        figure for curve in outlook.curves for p in curve.points for figure in (p.predicted_speedup, p.job_seconds)
    ]
    figures += [ceiling.speedup for ceiling in outlook.ceilings]
    figures += [point.job_seconds for line in outlook.calls_lines for point in line.points]
    assert all(math.isfinite(figure) and figure > 0 for figure in [*gains, *figures])
