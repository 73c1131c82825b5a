"""Trials -> figures with their uncertainty; pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...records import Plan, Trial

# Student's t at 95 % for 1 to 9 degrees of freedom.
T_95 = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26)
LEAST_HALF_WIDTH = 0.06
"""In log units: machines drift by that much between a trial and the day the advice is used."""
DISTURBANCE_SECONDS = 0.004
SINGLE_HALF_WIDTH = 0.18
MOST_HALF_WIDTH = 0.5


@dataclass(frozen=True, kw_only=True)
class PlanEstimate:
    """One plan over all its trials."""

    plan: Plan
    job_seconds: float
    """Median over the trials."""
    speedup: float
    """Median of the paired ratios."""
    speedup_low: float
    speedup_high: float
    runs: int
    startup_seconds: float
    peak_rss_bytes: int
    deviation: float
    """Of the logarithms of the paired ratios; 0 for a single run."""
    likely_speedup: float
    """What it most likely is, all things considered: ``belief``; before that the speed-up itself."""


def interval(ratios: Sequence[float], job_seconds: float = math.inf) -> tuple[float, float, float]:
    """(middle, low, high) of paired speed-ups at 95 %, by Student's t on their logarithms.

    ``job_seconds`` under the plan: of a short one the same few milliseconds of disturbance are a larger part.
    """
    # Other work on the machine only ever makes a run slower: of an even number the better middle counts.
    middle = statistics.median_high(ratios)
    if len(ratios) == 1:
        half = SINGLE_HALF_WIDTH
    else:
        deviation = statistics.stdev(math.log(ratio) for ratio in ratios)
        freedom = min(len(ratios) - 1, len(T_95))
        half = max(
            LEAST_HALF_WIDTH + DISTURBANCE_SECONDS / job_seconds, T_95[freedom - 1] * deviation / math.sqrt(len(ratios))
        )
    half = min(half, MOST_HALF_WIDTH)
    return middle, middle * math.exp(-half), middle * math.exp(half)


def serial_job_seconds(trials: Iterable[Trial], round_number: int | None = None) -> float | None:
    """Median of the serial trials, of one round where that has any."""
    serial = [t for t in trials if t.plan.model == "serial" and t.job_seconds is not None]
    of_round = [t for t in serial if t.round == round_number]
    times = [t.job_seconds for t in of_round or serial if t.job_seconds is not None]
    return statistics.median_low(times) if times else None


def estimate_plans(trials: Sequence[Trial]) -> tuple[PlanEstimate, ...]:
    """An estimate for each plan that ran, the fastest first."""
    by_plan: dict[Plan, list[Trial]] = {}
    for trial in trials:
        if trial.job_seconds is not None:
            by_plan.setdefault(trial.plan, []).append(trial)
    found = []
    for plan, runs in by_plan.items():
        times = [run.job_seconds for run in runs if run.job_seconds is not None]
        ratios = [run.speedup for run in runs if run.speedup is not None]
        middle, low, high = (
            (1.0, 1.0, 1.0) if plan.model == "serial" else interval(ratios or [1.0], statistics.median_low(times))
        )
        found.append(
            PlanEstimate(
                plan=plan,
                job_seconds=statistics.median_low(times),
                speedup=middle,
                speedup_low=low,
                speedup_high=high,
                runs=len(runs),
                startup_seconds=statistics.median(run.startup_seconds or 0.0 for run in runs),
                peak_rss_bytes=max(run.peak_rss_bytes or 0 for run in runs),
                deviation=statistics.stdev(map(math.log, ratios)) if len(ratios) > 1 else 0.0,
                likely_speedup=middle,
            )
        )
    return tuple(sorted(found, key=lambda estimate: estimate.job_seconds))
