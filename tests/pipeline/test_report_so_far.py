from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from advisor.decide.problem import Problem
from advisor.pipeline.progress import Progress
from advisor.pipeline.report_so_far import UnfinishedAnalysis
from advisor.records import Job, Target, Trial
from tests.problems import SERIAL, problem_of, processes, profile_of, timing_of, trial_of

JOB = Job(target=Target(text="shop:price", module="shop", qualname="price", import_roots=("/home/dev",)))
SERIAL_SECONDS = 2.0


class Probe:
    """Answers every trial alike, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []

    def __call__(self, python: str, request: Mapping[str, Any], limits: object, on_event: object = None) -> Any:
        self.asked.append(request)
        return {
            "wall_seconds": 0.5, "startup_seconds": 0.1, "calls": request["sample_calls"],
            "peak_rss_bytes": 50_000_000, "result_digests": [],
        }  # fmt: skip


def slow_to_start() -> tuple[Problem, tuple[Trial, ...]]:
    problem = problem_of(held=0.005, calls=200, models=("serial", "multiprocessing"))
    problem = replace(
        problem,
        demand=replace(problem.demand, import_seconds=0.4),
        facts=replace(problem.facts, default_start_method="spawn", calls=200),
    )
    plan = replace(processes(2), start_method="spawn")
    return problem, (
        trial_of(SERIAL, SERIAL_SECONDS, SERIAL_SECONDS),
        trial_of(plan, 1.2, SERIAL_SECONDS),
    )


def test_a_what_if_is_tried_in_what_is_left_of_the_budget_and_leaves_the_verdict_alone() -> None:
    problem, trials = slow_to_start()
    profile, probe = profile_of(timing_of(held=0.005)), Probe()
    draft = UnfinishedAnalysis(JOB, problem, profile, lambda: 0.0, 0.0)
    verified = draft.verify(probe, {}, 10**9, Progress(), trials, ())
    assert [request["parameters"]["start_method"] for request in probe.asked] == ["fork"]
    without, report = draft.report(profile, trials, (), None), draft.report(profile, trials, (), None, verified)
    assert report.recommendation == without.recommendation
    assert report.trials == without.trials
    assert report.cost.calls_made == without.cost.calls_made + 200
    assert report.outlook is not None
    found = {one.code: one.verified_speedup for one in report.outlook.what_ifs}
    assert found["start-method-fork"] == SERIAL_SECONDS / 0.5
    assert {code for code, speedup in found.items() if speedup is not None} == {"start-method-fork"}


def test_no_what_if_is_tried_when_the_budget_is_spent() -> None:
    problem, trials = slow_to_start()
    probe = Probe()
    draft = UnfinishedAnalysis(
        JOB, problem, profile_of(timing_of(held=0.005)), lambda: problem.options.budget_seconds, 0.0
    )
    assert draft.verify(probe, {}, 10**9, Progress(), trials, ()) == ()
    assert probe.asked == []
