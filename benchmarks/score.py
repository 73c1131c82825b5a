"""How good the advice is (``make score``).

``python -m benchmarks.score [--tune | --plans-only | --kept] [--page] [NAME ...]``

A name is a workload's or a suite's: ``known`` (where there is none), ``unseen``, ``longer``.

For every workload: take advice as a user would, then time, interleaved with three repeats (more of short jobs) in
fresh interpreters, the plan advised, the best of the exhaustive sweep and what people use today. Efficiency is the
best seconds over a way's seconds. Each workload's outcome is kept under ``reports/score``. ``--tune`` adds the
``tune`` of intelligent-futures, which takes minutes a workload; ``--plans-only`` leaves all other libraries out;
``--kept`` sums up the outcomes kept; ``--page`` keeps the summary of one whole suite for ``docs/accuracy.md``.
"""

from __future__ import annotations

import contextlib
import json
import math
import statistics
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from advisor.child.interpreter import ChildFailedError, Children
from advisor.inputs.checked_options import make_options
from advisor.pipeline import analysis
from advisor.records import Confidence, Plan, Report
from advisor.records.decoding import decode
from benchmarks import accuracy_page
from benchmarks.calibration import calibration
from benchmarks.oracle import fastest_plans, job_of, job_seconds, load, options_for_measuring
from benchmarks.peers import TUNE, WAYS
from benchmarks.plans import serial_plan
from workloads.catalogue import SUITES, chosen
from workloads.labels.workload import Workload

REPEATS = 3
REPEATS_OF_SHORT, REPEATS_OF_SHORT_AND_GOOD = 7, 15
SHORT_SECONDS = 0.6
"""Three runs of a shorter job scatter by more than what is to be told apart, above all where all are good."""
CLEARLY_BEHIND = 0.67
"""Of the advice's speed: a library that reaches no more is not run again."""
PEER_SECONDS = 40.0
TUNE_SECONDS = 600.0
FOLDER = Path("reports/score")
BEST_PLANS = 3
"""How many of the sweep's fastest are timed again: the fastest of one sweep was lucky."""


@dataclass(frozen=True)
class Score:
    """One workload."""

    name: str
    advised: Plan
    best: Plan
    efficiency: dict[str, float | None]
    """For each way, 'advisor' among them; ``None`` where it failed."""
    right_family: bool
    advice_seconds: float
    sweep_seconds: float
    confidence: Confidence
    truth_in_interval: bool
    prediction_error: float | None


def todays_ways(report: Report) -> dict[str, Plan]:
    """What people write without measuring, as plans."""
    facts, cores = report.target, report.machine.usable_cores
    method, calls = facts.default_start_method, facts.calls
    # ThreadPoolExecutor() and Pool().map's own choices.
    threads = Plan(model="threading", idiom="ThreadPoolExecutor.map", threads=min(32, cores + 4))
    chunk_size = max(1, -(-calls // (4 * cores)))
    pool = Plan(
        model="multiprocessing",
        idiom="Pool.map",
        processes=cores,
        threads=None,
        tasks=None,
        chunk_size=chunk_size,
        start_method=method,
    )
    executor = Plan(
        model="multiprocessing",
        idiom="ProcessPoolExecutor.map",
        processes=cores,
        threads=None,
        tasks=None,
        chunk_size=1,
        start_method=method,
    )
    rule = pool if report.profile.cpu_fraction > 0.5 else threads
    return {"rule of thumb": rule, "ThreadPoolExecutor()": threads, "ProcessPoolExecutor()": executor, "Pool()": pool}


def score(workload: Workload, *, libraries: bool, tune: bool) -> Score:
    """Advice, then the contest."""
    swept = load(workload)
    job = job_of(workload)
    started = time.monotonic()
    report = analysis.analyze(job, make_options())
    advice_seconds = time.monotonic() - started
    if report.recommendation is None:
        raise AssertionError(f"no advice for {workload.name}")
    advised = report.recommendation.plan
    serial = serial_plan(report.target)
    ways = {"advisor": advised, "serial": serial, **todays_ways(report)}
    best = [plan for plan, _ in fastest_plans(swept)[:BEST_PLANS]]
    repeats = {
        **dict.fromkeys(ways.values(), REPEATS_OF_SHORT),
        **dict.fromkeys((*best, serial, advised), REPEATS_OF_SHORT_AND_GOOD),
    }
    times = _contest(workload, repeats, report.target.calls)
    reached = {plan: statistics.median(seconds) for plan, seconds in times.items() if seconds}
    peers = (_peer_seconds(workload, reached.get(advised, math.inf)) if libraries else {}) | (
        _tuned_seconds(workload) if tune else {}
    )
    top = min(reached, key=lambda plan: reached[plan])
    of_plans = {way: reached.get(plan) for way, plan in ways.items()}
    families = {p.model for p, s in reached.items() if s <= 1.05 * reached[top]}
    truth = reached.get(serial, 0.0) / reached[advised] if advised in reached else 0.0
    low, high = report.recommendation.speedup_low, report.recommendation.speedup_high
    return Score(
        workload.name, advised, top,
        {way: reached[top] / seconds if seconds else None for way, seconds in {**of_plans, **peers}.items()},
        advised.model in families, advice_seconds, swept["sweep_seconds"], report.recommendation.confidence,
        advised == serial or low <= truth <= high, _prediction_error(report),
    )  # fmt: skip


def _contest(workload: Workload, repeats: Mapping[Plan, int], calls: int) -> dict[Plan, list[float]]:
    """Each plan's seconds, of runs in turn: so many of each where the job is short under it, else ``REPEATS``."""
    job, options = job_of(workload), options_for_measuring()
    times: dict[Plan, list[float]] = {plan: [] for plan in repeats}
    with Children(seed=0) as children:
        for repeat in range(max(repeats.values())):
            for plan, most in repeats.items():
                is_long = min(times[plan], default=math.inf) > SHORT_SECONDS
                if repeat >= (REPEATS if is_long else most):
                    continue
                seconds = job_seconds(children.ask, job, options, plan, calls, 30)
                if seconds is not None:
                    times[plan].append(seconds)
    return times


def _peer_seconds(workload: Workload, advised_seconds: float) -> dict[str, float | None]:
    """Median seconds of each library; ``None`` where it failed or took too long."""
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    running = list(WAYS)
    with Children(seed=0) as children:
        for _ in range(REPEATS):
            for way in tuple(running):
                command = [sys.executable, "-m", "benchmarks.peers", way, workload.name]
                try:
                    printed = children.run(command, PEER_SECONDS)
                except ChildFailedError:
                    running.remove(way)
                else:
                    times[way].append(json.loads(printed.strip().splitlines()[-1])["seconds"])
                    if times[way][-1] * CLEARLY_BEHIND > advised_seconds:
                        running.remove(way)
    return {way: statistics.median(seconds) if seconds else None for way, seconds in times.items()}


def _tuned_seconds(workload: Workload) -> dict[str, float | None]:
    """What the configuration takes that ``tune`` selects."""
    found: dict[str, float | None] = dict.fromkeys(TUNE)
    with Children(seed=0) as children, contextlib.suppress(ChildFailedError):
        for way in TUNE:
            printed = children.run([sys.executable, "-m", "benchmarks.peers", way, workload.name], TUNE_SECONDS)
            answer = json.loads(printed.strip().splitlines()[-1])
            print(f"{workload.name:26} tuned in {answer['ready_seconds']:.0f} s", flush=True)
            found[way] = answer["seconds"]
    return found


def _prediction_error(report: Report) -> float | None:
    if report.recommendation is None:
        return None
    # Before its first trial, against all of its trials: a single run scatters by more than predictions are off.
    tried = [t for t in report.trials if t.plan == report.recommendation.plan and t.predicted_speedup and t.speedup]
    return None if not tried else (tried[0].predicted_speedup or 0) / report.recommendation.speedup - 1


def summary(scores: Sequence[Score]) -> str:
    """The table and the lines of ``docs/accuracy.md``, in Markdown."""
    ways = dict.fromkeys(way for score in scores for way in score.efficiency)
    lines = [
        "| way | efficiency, geometric mean | least | advisor's over it, least | failed |",
        "| --- | --- | --- | --- | --- |",
    ]
    for way in ways:
        reached = [s.efficiency[way] for s in scores if way in s.efficiency]
        ran = [e for e in reached if e is not None]
        mean = math.exp(statistics.fmean(math.log(e) for e in ran))
        ahead = min((s.efficiency["advisor"] or 0.0) / e for s in scores if (e := s.efficiency.get(way)))
        lines.append(f"| {way} | {mean:.3f} | {min(ran):.2f} | {ahead:.2f} | {len(reached) - len(ran)} |")
    errors = sorted(abs(s.prediction_error) for s in scores if s.prediction_error is not None)
    advice, sweeps = sum(s.advice_seconds for s in scores), sum(s.sweep_seconds for s in scores)
    lines += [
        "",
        f"- {len(scores)} workloads; right family in {statistics.fmean(s.right_family for s in scores):.2f}.",
        f"- Advice took {statistics.median(s.advice_seconds for s in scores):.1f} s (median).",
        f"- All advice took {advice / sweeps:.2f} of the sweeps' time.",
        f"- The interval held the truth in {statistics.fmean(s.truth_in_interval for s in scores):.2f}.",
    ]
    known = ((s.confidence, s.efficiency["advisor"] or 0.0) for s in scores)
    lines.append("- " + "; ".join(f"{confidence} confidence {text}" for confidence, text in calibration(known)) + ".")
    if errors:
        lines.append(
            f"- Prediction before the first trial: median error {statistics.median(errors):.2f}, "
            f"90th percentile {errors[int(0.9 * len(errors))]:.2f}."
        )
    return "\n".join(lines)


def main(words: Sequence[str]) -> None:
    """Score the catalogue, or the workloads and suites named."""
    options = {word for word in words if word.startswith("--")}
    names = [word for word in words if word not in options]
    workloads = chosen(names)
    paths = {workload: FOLDER / f"{workload.name}.json" for workload in workloads}
    if "--kept" in options:
        kept = [decode(Score, json.loads(p.read_text("utf-8"))) for p in paths.values() if p.exists()]
        _tell(kept, names, options)
        return
    scores = []
    for workload, path in paths.items():
        scored = score(workload, libraries="--plans-only" not in options, tune="--tune" in options)
        scores.append(scored)
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(scored), indent=1), encoding="utf-8")
        print(
            f"{workload.name:26} {scored.efficiency['advisor'] or 0:.2f}  advised {_short(scored.advised):24} "
            f"best {_short(scored.best):24} {scored.advice_seconds:5.1f} s",
            flush=True,
        )
    _tell(scores, names, options)


def _tell(scores: Sequence[Score], names: Sequence[str], options: Collection[str]) -> None:
    print(summary(scores))
    # Of a few workloads there is nothing to keep: a section is of a suite.
    if accuracy_page.OPTION in options and len(names) == 1 and names[0] in SUITES:
        accuracy_page.keep(names[0], summary(scores))


def _short(plan: Plan) -> str:
    figures = [f"{n}{letter}" for n, letter in ((plan.processes, "p"), (plan.threads, "t"), (plan.tasks, "a")) if n]
    chunk = f" chunk {plan.chunk_size}" if plan.chunk_size else ""
    blas = "" if plan.blas_threads is None else f" blas {plan.blas_threads}"
    return f"{plan.model} {'x'.join(figures)}{chunk}{blas}"


if __name__ == "__main__":
    main(sys.argv[1:])
