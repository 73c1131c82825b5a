from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.decide.model import chunking, cost_model
from advisor.decide.problem import Problem
from advisor.decide.search.candidates import candidates
from advisor.records import Plan
from tests.problems import COSTS, SERIAL, facts_of, problem_of, processes, profile_of, threads, timing_of

calls_counts = st.integers(2, 100_000)
parts = st.floats(1e-6, 0.1)


def speedup(problem: Problem, plan: Plan) -> float:
    return problem.demand.serial_job_seconds / cost_model.job_seconds(plan, problem.demand, problem.machine)


def test_sleeping_calls_speed_up_by_the_number_of_threads() -> None:
    problem = problem_of(held=1e-6, wait=0.05, calls=1000)
    assert speedup(problem, threads(8)) == pytest.approx(8, rel=0.02)


def test_the_gil_caps_threads_at_wall_over_held() -> None:
    problem = problem_of(held=0.004, wait=0.021, calls=4000)
    assert speedup(problem, threads(64)) == pytest.approx(25 / 4, rel=0.05)
    assert cost_model.ceiling_name(threads(64), problem.demand, problem.machine) == "the GIL"


def test_cores_cap_code_without_the_gil() -> None:
    problem = problem_of(free=0.01, calls=1000, cores=4)
    assert speedup(problem, threads(16)) == pytest.approx(4, rel=0.05)
    assert cost_model.ceiling_name(threads(16), problem.demand, problem.machine) == "the cores"


def test_pure_python_gains_from_processes_alone() -> None:
    problem = problem_of(held=0.01, calls=1000, cores=4)
    assert speedup(problem, threads(4)) <= 1.0
    assert 3.3 < speedup(problem, processes(4)) <= 4.0


def test_an_outside_limit_is_a_ceiling() -> None:
    problem = problem_of(held=1e-5, wait=0.02, calls=1000)
    limited = cost_model.job_seconds(threads(64), problem.demand, problem.machine, limit_per_second=200)
    assert limited == pytest.approx(1000 / 200, rel=0.05)


def test_few_calls_leave_workers_idle_in_the_last_round() -> None:
    problem = problem_of(held=1e-6, wait=0.1, calls=9)
    assert speedup(problem, threads(8)) == pytest.approx(9 / 2, rel=0.05)


def test_start_up_eats_the_gain_of_a_short_job() -> None:
    problem = problem_of(held=0.001, calls=6)
    assert speedup(problem, processes(2)) < 1.0


def test_fresh_interpreters_pay_for_the_import() -> None:
    problem = problem_of(held=0.001, calls=100)
    spawned = Plan(model="multiprocessing", idiom="Pool.map", processes=2, chunk_size=1, start_method="spawn")
    assert cost_model.startup_seconds(spawned, problem.demand, problem.machine) == pytest.approx(0.06 + 0.01)


@given(parts, parts, parts, calls_counts, st.sampled_from((1, 2, 8, 256)))
def test_no_plan_beats_physics(held: float, free: float, wait: float, calls: int, cores: int) -> None:
    problem = problem_of(held, free, wait, calls, cores)
    for plan in candidates(problem):
        predicted = cost_model.job_seconds(plan, problem.demand, problem.machine)
        work = calls * (held + free) / cores
        assert predicted >= 0.999 * max(work, calls * (held + free + wait) / plan.workers)


@given(calls_counts, st.integers(1, 64))
def test_chunks_leave_work_for_every_process(calls: int, workers: int) -> None:
    problem = problem_of(held=1e-5, calls=calls)
    size = chunking.good_chunk_size(processes(workers), problem.demand, problem.machine)
    assert 1 <= size <= max(1, calls // workers)


def test_serial_takes_what_its_calls_take() -> None:
    problem = problem_of(held=0.01, calls=100)
    assert cost_model.job_seconds(SERIAL, problem.demand, problem.machine) == pytest.approx(1.0)


def test_small_calls_pay_in_chunks_and_in_number_or_not_at_all() -> None:
    small = problem_of(held=3e-6, calls=1000)
    found = chunking.paying_job(processes(2), small.demand, small.machine, 1.1)
    assert found is not None
    chunk_size, calls = found
    assert chunk_size * 3e-6 > 10 * small.machine.costs.process_task_seconds
    more = replace(small.demand, calls=10 * calls)
    plan = replace(processes(2), chunk_size=chunk_size)
    assert cost_model.job_seconds(plan, more, small.machine) < more.serial_job_seconds / 1.1
    dear = replace(small.demand, transport_seconds=1e-5)
    assert chunking.paying_job(processes(2), dear, small.machine, 1.1) is None


def test_a_busy_event_loop_saves_what_waking_a_sleeping_processor_costs() -> None:
    cold = problem_of(held=1e-3, wait=0.02, calls=400, coroutine=True)
    warm = replace(cold, demand=replace(cold.demand, cold_seconds=5e-4))
    tasks = Plan(model="asyncio", idiom="asyncio tasks", tasks=256)
    assert speedup(warm, tasks) > 1.6 * speedup(cold, tasks)
    assert speedup(warm, threads(64)) == speedup(cold, threads(64))
    assert cost_model.least_job_seconds(tasks, warm.demand, warm.machine) == pytest.approx(400 * 5e-4)


@given(parts, st.floats(0, 100))
def test_waking_is_never_all_that_a_call_computes(held: float, sleeps: float) -> None:
    timing = replace(timing_of(held=held, wait=0.02), sleeps_per_call=sleeps)
    demand = cost_model.demand_of(profile_of(timing), facts_of(coroutine=True), COSTS)
    assert 0 <= demand.cold_seconds <= 0.6 * held
    if sleeps == 0:
        assert demand.cold_seconds == 0
