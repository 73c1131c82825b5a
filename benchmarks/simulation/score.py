"""How good the advice is on simulated machines: ``python -m benchmarks.simulation.score [--page] [FUNCTIONS]``."""

from __future__ import annotations

import concurrent.futures
import math
import os
import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from advisor.decide.model.cost_model import demand_of
from advisor.decide.problem import Problem
from advisor.inputs.checked_options import make_options
from advisor.pipeline import serial_profile
from advisor.pipeline.progress import Progress
from advisor.pipeline.report_so_far import UnfinishedAnalysis
from advisor.pipeline.trials import probe_request
from advisor.records import Confidence, Job, Machine, MachineCosts, Plan, Target
from benchmarks import accuracy_page
from benchmarks.calibration import calibration
from benchmarks.plans import every_plan
from benchmarks.simulation.functions import SimulatedFunction, random_function
from benchmarks.simulation.probe import SimulatedProbe
from benchmarks.simulation.running import SimulatedMachine

CORES = (1, 2, 2, 4, 8, 16, 64, 256)
COSTS = MachineCosts(
    thread_start_seconds=8e-5,
    process_start_seconds=(("fork", 0.004), ("forkserver", 0.03), ("spawn", 0.06)),
    thread_task_seconds=1e-5,
    process_task_seconds=6e-5,
    asyncio_task_seconds=1e-5,
    pipe_bytes_per_second=1e9,
)


@dataclass(frozen=True)
class Outcome:
    """One function on one machine: what was advised against what would have been best."""

    number: int
    function: SimulatedFunction
    cores: int
    advised: Plan
    best: Plan
    efficiency: float
    """Best seconds over advised seconds."""
    same_family: bool
    trials: int
    advice_seconds: float
    prediction_error: float | None
    """Of the advised plan, before its first trial; relative."""
    confidence: Confidence
    truth_in_interval: bool
    """Of the speed-up stated."""


def judge(number: int) -> Outcome:
    """Make the numbered random function and machine, take advice, and sweep every plan for the truth."""
    chance = random.Random(number)
    function = random_function(chance)
    machine = SimulatedMachine(chance.choice(CORES), COSTS)
    probe = SimulatedProbe(function, machine, number)
    job = Job(target=Target(text="simulated:function", module="simulated", qualname="function", import_roots=()))
    options = replace(make_options(), lines=False)
    request = probe_request("profile", job, job.inputs, options)
    facts, timing = serial_profile.time_serially(probe, request, options, 10**12, lambda _facts: None)
    profile = serial_profile.make_profile(timing, COSTS)
    described = Machine(
        usable_cores=machine.cores,
        physical_cores=machine.cores,
        memory_limit_bytes=10**12,
        platform="simulated",
        costs=COSTS,
    )
    problem = Problem(demand=demand_of(profile, facts, COSTS), facts=facts, machine=described, options=options)
    draft = UnfinishedAnalysis(job, problem, profile, probe.clock, 0.0)
    trials, findings = draft.try_plans(probe, request, 10**12, Progress(), lambda _report: None)
    advice_seconds = probe.clock_seconds
    recommendation = draft.report(profile, trials, findings, None).recommendation
    if recommendation is None:
        raise AssertionError(f"no advice for function {number}")
    truth = {plan: probe.job_seconds(plan) for plan in every_plan(facts, machine.cores)}
    advised = recommendation.plan
    advised_seconds = truth.get(advised) or probe.job_seconds(advised)
    best = min(truth, key=lambda plan: truth[plan])
    families = {plan.model for plan, seconds in truth.items() if seconds <= 1.05 * truth[best]}
    # The plan advised need not be one of those swept.
    right_family = advised.model in families or advised_seconds <= 1.05 * truth[best]
    first = next(trial for trial in trials if trial.plan == advised)
    error = None
    if first.predicted_speedup is not None and first.speedup:
        error = first.predicted_speedup / first.speedup - 1
    true_speedup = truth[next(iter(truth))] / advised_seconds
    return Outcome(
        number, function, machine.cores, advised, best, min(1.0, truth[best] / advised_seconds),
        right_family, len(trials), advice_seconds, error, recommendation.confidence,
        advised.model == "serial" or recommendation.speedup_low <= true_speedup <= recommendation.speedup_high,
    )  # fmt: skip


def summary(outcomes: Sequence[Outcome]) -> str:
    """The figures of many outcomes, in a few lines."""
    efficiencies = sorted(outcome.efficiency for outcome in outcomes)
    errors = sorted(abs(o.prediction_error) for o in outcomes if o.prediction_error is not None)
    mean = math.exp(statistics.fmean(math.log(e) for e in efficiencies))
    lines = [
        f"functions                      {len(outcomes)}",
        f"efficiency, geometric mean     {mean:.3f}",
        f"efficiency, 1st percentile     {efficiencies[len(efficiencies) // 100]:.3f}",
        f"efficiency, least              {efficiencies[0]:.3f}",
        f"right family                   {statistics.fmean(o.same_family for o in outcomes):.3f}",
        f"trials, median                 {statistics.median(o.trials for o in outcomes):.0f}",
        f"advice seconds, median         {statistics.median(o.advice_seconds for o in outcomes):.1f}",
    ]
    lines.append(f"interval holds the truth       {statistics.fmean(o.truth_in_interval for o in outcomes):.3f}")
    lines += [
        f"{c + ' confidence':30} {text}" for c, text in calibration((o.confidence, o.efficiency) for o in outcomes)
    ]
    if errors:
        lines.append(f"prediction error, median       {statistics.median(errors):.3f}")
        lines.append(f"prediction error, 90th perc.   {errors[int(0.9 * len(errors))]:.3f}")
    return "\n".join(lines)


def main(words: Sequence[str]) -> None:
    """Judge so many functions on all cores and print the figures, the worst last."""
    numbers = [word for word in words if word != accuracy_page.OPTION]
    functions = int(numbers[0]) if numbers else 2000
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(judge, range(functions), chunksize=5))
    print(summary(outcomes))
    if accuracy_page.OPTION in words:
        accuracy_page.keep("simulated", summary(outcomes))
    for outcome in sorted(outcomes, key=lambda o: o.efficiency)[:12]:
        print(f"{outcome.efficiency:.2f} #{outcome.number} {outcome.cores} cores, {outcome.trials} trials")
        print(f"     advised {outcome.advised}\n     best    {outcome.best}\n     {outcome.function}")


if __name__ == "__main__":
    main(sys.argv[1:])
