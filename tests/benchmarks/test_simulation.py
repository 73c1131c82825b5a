from __future__ import annotations

import math
import statistics

import pytest

from advisor.records import Plan
from benchmarks.simulation.functions import SimulatedFunction
from benchmarks.simulation.running import SimulatedMachine, run_seconds
from benchmarks.simulation.score import judge
from tests.problems import COSTS, SERIAL, processes, threads


def seconds(plan: Plan, function: SimulatedFunction, cores: int = 2) -> float:
    return run_seconds(plan, function, function.sizes(), SimulatedMachine(cores, COSTS))[0]


def speedup(plan: Plan, function: SimulatedFunction, cores: int = 2) -> float:
    return seconds(SERIAL, function, cores) / seconds(plan, function, cores)


def test_serial_takes_the_sum_of_its_calls() -> None:
    function = SimulatedFunction(0.002, 0.003, 0.005, calls=50)
    assert seconds(SERIAL, function) == pytest.approx(0.5)


def test_the_gil_lets_one_thread_of_a_process_compute() -> None:
    function = SimulatedFunction(0.01, 0.0, 0.0, calls=100)
    assert speedup(threads(4), function, cores=8) <= 1.0
    assert 3.5 < speedup(processes(4), function, cores=8) <= 4.0


def test_threads_without_the_gil_share_the_cores() -> None:
    function = SimulatedFunction(1e-6, 0.01, 0.0, calls=100)
    assert speedup(threads(2), function) == pytest.approx(2, rel=0.05)
    assert speedup(threads(16), function) == pytest.approx(2, rel=0.05)


def test_waits_overlap_up_to_the_outside_limit() -> None:
    free = SimulatedFunction(1e-6, 0.0, 0.02, calls=160)
    limited = SimulatedFunction(1e-6, 0.0, 0.02, calls=160, outside_places=4)
    assert speedup(threads(16), free) == pytest.approx(16, rel=0.1)
    assert speedup(threads(16), limited) == pytest.approx(4, rel=0.1)


def test_a_lock_serialises_threads() -> None:
    function = SimulatedFunction(1e-6, 0.0, 0.01, calls=50, lock=True)
    assert speedup(threads(8), function) == pytest.approx(1, rel=0.05)


def test_sizes_ascend_around_a_mean_of_one() -> None:
    sizes = SimulatedFunction(0.01, 0.0, 0.0, size_deviation=1.0).sizes()
    assert sizes == sorted(sizes)
    assert statistics.fmean(sizes) == pytest.approx(1)


def test_advice_on_random_machines_is_near_the_best_of_a_sweep() -> None:
    outcomes = [judge(number) for number in range(400, 412)]
    efficiencies = [outcome.efficiency for outcome in outcomes]
    assert math.prod(efficiencies) ** (1 / len(efficiencies)) >= 0.95
    assert min(efficiencies) >= 0.8
