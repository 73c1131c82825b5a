"""Is it the same advice again? ``python -m benchmarks.stability [--hog] [--page] [NAME ...]``.

Advice is taken ten times for each workload, with ``--hog`` beside a process that keeps one core busy. The same advice
is the same model with workers within a factor of two of what was advised most often. Beside it: how far the measured
speed-up of one plan differs from one analysis to the next, which no prediction can undercut.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from advisor.inputs.checked_options import make_options
from advisor.pipeline import analysis
from advisor.records import Plan, Recommendation
from benchmarks import accuracy_page
from benchmarks.oracle import job_of
from workloads.catalogue import chosen

REPEATS = 10
WORKERS_RATIO = 2.0


def agreement(plans: Sequence[Plan]) -> float:
    """The share of the plans that agree with the commonest model at its median number of workers."""
    model = Counter(plan.model for plan in plans).most_common(1)[0][0]
    usual = statistics.median_low([plan.workers for plan in plans if plan.model == model])
    same = [plan.model == model and usual / WORKERS_RATIO <= plan.workers <= usual * WORKERS_RATIO for plan in plans]
    return sum(same) / len(plans)


def speedup_scatter(recommendations: Sequence[Recommendation]) -> float | None:
    """Standard deviation of the logarithm of the speed-up, of the plan advised most often; ``None`` for one alone."""
    usual = Counter(found.plan for found in recommendations).most_common(1)[0][0]
    logarithms = [math.log(found.speedup) for found in recommendations if found.plan == usual]
    return statistics.stdev(logarithms) if len(logarithms) > 1 else None


@contextlib.contextmanager
def cpu_hog() -> Iterator[None]:
    """One core kept busy by a process of its own."""
    hog = multiprocessing.Process(target=_spin, daemon=True)
    hog.start()
    try:
        yield
    finally:
        hog.kill()
        hog.join()


def _spin() -> None:
    while True:
        pass


def main(words: Sequence[str]) -> None:
    """Print each workload's agreement, and that of all."""
    names = [word for word in words if word not in {"--hog", accuracy_page.OPTION}]
    shares, lines = [], []
    with cpu_hog() if "--hog" in words else contextlib.nullcontext():
        for workload in chosen(names):
            options = make_options(lines=False)
            reports = [analysis.analyze(job_of(workload), options) for _ in range(REPEATS)]
            found = [report.recommendation for report in reports if report.recommendation is not None]
            shares.append(agreement([advice.plan for advice in found]))
            scatter = speedup_scatter(found)
            apart = "       " if scatter is None else f"±{scatter:6.1%}"
            seen = Counter(f"{advice.plan.model} x{advice.plan.workers}" for advice in found).most_common()
            text = ", ".join(f"{times} {plan}" for plan, times in seen)
            lines.append(f"{workload.name:26} {shares[-1]:.2f} {apart}  {text}")
            print(lines[-1], flush=True)
    lines.append(f"same advice: {statistics.fmean(shares):.3f} of {REPEATS * len(shares)}")
    print(lines[-1])
    if accuracy_page.OPTION in words:
        accuracy_page.keep("stability-beside-work" if "--hog" in words else "stability", "\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
