"""How good the advice is on jobs that last: ``python -m benchmarks.lasting_score [--again] [NAME ...]``.

For each workload of the suite ``lasting``, or of those named: advice as a user takes it, timed to its verdict; then a
sweep of every plan that nothing speaks against, on the whole job; then the best of the sweep, the plan advised and
serial five times in turn. All runs of a contest are forks of one interpreter, where that is as good as a fresh one.
Efficiency is the best plan's median over the advised plan's; plans whose medians differ by less than two runs of one and the same plan do count as
equal. Each outcome is kept under ``reports/lasting``; without ``--again`` those kept are not measured anew.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import math
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from advisor.child.host import THIS_SYSTEM
from advisor.child.interpreter import Children
from advisor.child.warm_interpreter import WarmInterpreter
from advisor.inputs.checked_options import make_options
from advisor.pipeline import analysis
from advisor.records import Confidence, Plan, Report
from advisor.records.decoding import decode
from benchmarks.calibration import calibration
from benchmarks.oracle import HOPELESS_RATIO, job_of, job_seconds, options_for_measuring
from benchmarks.plans import every_plan, serial_plan
from workloads.catalogue import SUITES, chosen
from workloads.labels.workload import Workload

FOLDER = Path("reports/lasting")
REPEATS = 5
BEST_PLANS = 3
THREADS = (2, 4, 8, 16, 32, 64, 128)
PROCESSES = (2, 4, 8, 16)


@dataclass(frozen=True, kw_only=True)
class LastingScore:
    """One workload."""

    name: str
    advised: Plan
    best: Plan
    efficiency: float
    """Best seconds over advised seconds; 1 where the difference is within the noise."""
    noise: float
    """How far two runs of one and the same plan lie apart, of its median: the median of all such pairs."""
    serial_seconds: float
    verdict_seconds: float
    sweep_seconds: float
    trials: int
    confidence: Confidence
    decided: bool
    models_tried: tuple[str, ...]


def score(workload: Workload) -> LastingScore:
    """Advice, then the sweep, then the contest."""
    told: list[float] = []
    started = time.monotonic()
    report = analysis.analyze(
        job_of(workload), make_options(lines=False), tell=lambda _report: told.append(time.monotonic() - started)
    )
    advice = report.recommendation
    if advice is None:
        raise AssertionError(f"no advice for {workload.name}")
    swept, sweep_seconds = _sweep(workload, report)
    serial = serial_plan(report.target)
    best = sorted(swept, key=lambda plan: swept[plan])[:BEST_PLANS]
    times = _contest(workload, report, tuple(dict.fromkeys((serial, advice.plan, *best))))
    reached = {plan: statistics.median(seconds) for plan, seconds in times.items() if seconds}
    top = min(reached, key=lambda plan: reached[plan])
    noise = _noise(times)
    efficiency = reached[top] / reached[advice.plan] if advice.plan in reached else 0.0
    return LastingScore(
        name=workload.name,
        advised=advice.plan,
        best=top,
        efficiency=1.0 if efficiency >= 1 - noise else efficiency,
        noise=noise,
        serial_seconds=reached[serial],
        verdict_seconds=told[0],
        sweep_seconds=sweep_seconds,
        trials=report.cost.trials_run,
        confidence=advice.confidence,
        decided=advice.decided,
        models_tried=tuple(sorted({trial.plan.model for trial in report.trials})),
    )


def _sweep(workload: Workload, report: Report) -> tuple[dict[Plan, float], float]:
    started = time.monotonic()
    serial_seconds = report.recommendation.serial_job_seconds if report.recommendation else math.inf
    unsafe = {model for finding in report.findings for model in finding.excludes}
    plans = [
        plan
        for plan in every_plan(report.target, THIS_SYSTEM.usable_cores())
        if (plan.processes or 2) in PROCESSES and (plan.threads or 2) in THREADS and plan.model not in unsafe
    ]
    times = _runs(workload, report, plans, 1, HOPELESS_RATIO * serial_seconds)
    return {plan: runs[0] for plan, runs in times.items() if runs}, time.monotonic() - started


def _contest(workload: Workload, report: Report, plans: Sequence[Plan]) -> dict[Plan, list[float]]:
    return _runs(workload, report, plans, REPEATS, 60.0)


def _runs(
    workload: Workload, report: Report, plans: Sequence[Plan], repeats: int, most_seconds: float
) -> dict[Plan, list[float]]:
    """Each plan's seconds for the whole job, of runs in turn."""
    job, options = job_of(workload), options_for_measuring()
    times: dict[Plan, list[float]] = {plan: [] for plan in plans}
    with Children(seed=0) as children, WarmInterpreter(children) as warm:
        for _ in range(repeats):
            for plan in plans:
                seconds = job_seconds(warm.ask, job, options, plan, report.target.calls, most_seconds)
                times[plan] += [] if seconds is None else [seconds]
    return times


def _noise(times: dict[Plan, list[float]]) -> float:
    apart = [abs(a - b) / statistics.median(runs) for runs in times.values() for a, b in itertools.pairwise(runs)]
    return statistics.median(apart) / math.sqrt(REPEATS) if apart else 0.0


def summary(scores: Sequence[LastingScore]) -> str:
    """The table of the suite, in Markdown."""
    efficiencies = sorted(s.efficiency for s in scores)
    verdicts = sorted(s.verdict_seconds for s in scores)
    mean = math.exp(statistics.fmean(math.log(max(e, 1e-3)) for e in efficiencies))
    ninetieth = verdicts[min(len(verdicts) - 1, int(0.9 * len(verdicts)))]
    part = statistics.median(s.verdict_seconds / s.sweep_seconds for s in scores)
    sure = sum(s.confidence == "high" and "multiprocessing" not in s.models_tried for s in scores)
    return "\n".join(
        [
            f"Measured on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d}; {len(scores)} jobs.",
            "",
            "| figure | value |",
            "| --- | --- |",
            f"| efficiency, geometric mean | {mean:.3f} |",
            f"| efficiency, least | {efficiencies[0]:.2f} |",
            f"| noise of a median, median | {statistics.median(s.noise for s in scores):.3f} |",
            f"| seconds to the verdict, median | {statistics.median(verdicts):.1f} |",
            f"| seconds to the verdict, 90th percentile | {ninetieth:.1f} |",
            f"| verdict over sweep, median | {part:.2f} |",
            f"| trials, median | {statistics.median(s.trials for s in scores):.0f} |",
            f"| undecided | {sum(not s.decided for s in scores)} |",
            f"| high confidence where no process was tried | {sure} |",
            *(f"| {c} confidence | {text} |" for c, text in calibration((s.confidence, s.efficiency) for s in scores)),
        ]
    )


def main(words: Sequence[str]) -> None:
    """Score the suite, or the workloads named."""
    names = [word for word in words if not word.startswith("--")]
    scores = []
    for workload in chosen(names) if names else SUITES["lasting"]:
        path = FOLDER / f"{workload.name}.json"
        if "--again" not in words and path.exists():
            scores.append(decode(LastingScore, json.loads(path.read_text("utf-8"))))
            continue
        scored = score(workload)
        scores.append(scored)
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(scored), indent=1), encoding="utf-8")
        with contextlib.suppress(BrokenPipeError):
            print(
                f"{scored.efficiency:.2f} {scored.name:26} {scored.verdict_seconds:5.1f} s, {scored.trials:2} trials, "
                f"{scored.confidence:8} {scored.advised.model} x{scored.advised.workers} "
                f"(best {scored.best.model} x{scored.best.workers}; serial {scored.serial_seconds:.1f} s; "
                f"noise {scored.noise:.3f}; sweep {scored.sweep_seconds:.0f} s)",
                flush=True,
            )
    print(summary(scores))


if __name__ == "__main__":
    main(sys.argv[1:])
