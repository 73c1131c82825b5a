from __future__ import annotations

from advisor.decide.search.first_opinion import first_opinion
from tests.problems import problem_of


def test_waiting_promises_threads() -> None:
    opinion = first_opinion(problem_of(wait=0.02))
    assert opinion.plan.model == "threading"
    assert opinion.predicted_speedup > 10


def test_python_that_computes_promises_processes_and_no_more_than_the_cores() -> None:
    opinion = first_opinion(problem_of(held=0.02))
    assert opinion.plan.model == "multiprocessing"
    assert 1.5 < opinion.predicted_speedup <= 2


def test_where_nothing_could_gain_serial_is_the_opinion() -> None:
    opinion = first_opinion(problem_of(held=1e-6, calls=10))
    assert (opinion.plan.model, opinion.predicted_speedup) == ("serial", 1.0)
