"""Why none of the models wanted is right for a function, where that is beyond noise; pure.

Causes first: a model that is ruled out, one that physics keeps from gaining. Times only where the gap between plans
that ran side by side is far wider than their intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import formatting as fmt
from ..decide.evidence.estimates import estimate_plans
from ..decide.model import cost_model
from ..decide.problem import Problem
from ..decide.search.candidates import candidates
from ..records import Model, Recommendation, Report
from .deciding_figures import Figures, held_fraction
from .suspicions import Repeat

GAP_RATIO = 1.25
"""Between the least that the recommended plan gains and the most that a wanted one does."""


NEAR_FRACTION = 0.1
"""How near to the ceiling the share of the GIL may have been before, to say that it was there."""


PROVEN_FRACTION = 0.8
"""Of the share of the GIL: with less of it proven, the share is not sure enough to rule threads out."""


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """That none of the models wanted is right."""

    recommended: str
    """With its workers and speed-up."""
    cause: str
    """One sentence that begins in the middle of one."""
    threshold: str
    repeat: Repeat


def find(
    report: Report, wanted: Sequence[Model], earlier: Figures | None = None, gap_ratio: float = GAP_RATIO
) -> Misfit | None:
    """Why none of ``wanted`` is right; ``None`` where one is, or where noise may be all there is to it.

    Args:
        report: The analysis.
        wanted: The models that are expected.
        earlier: Figures under which one of them was recommended: what already held then is no reason now.
        gap_ratio: How far plans must lie apart for their times to be a reason.
    """
    advice = report.recommendation
    if advice is None or advice.plan.model in wanted:
        return None
    found = _impossible(report, wanted)
    if found is None and not (earlier is not None and _was_pointless(earlier, report)):
        found = _pointless(report, wanted)
    found = found or _slower(report, wanted, advice, gap_ratio)
    if found is None:
        return None
    cause, threshold, repeat = found
    gain = "" if advice.plan.model == "serial" else f", {fmt.workers(advice.plan)}, {fmt.ratio(advice.speedup)} as fast"
    return Misfit(recommended=f"{advice.plan.model}{gain}", cause=cause, threshold=threshold, repeat=repeat)


_Why = tuple[str, str, Repeat]


def _impossible(report: Report, wanted: Sequence[Model]) -> _Why | None:
    """Each is ruled out by a finding or does not fit the function at all."""
    allowed = {plan.model for plan in candidates(_problem(report))}
    causes: list[str] = []
    repeat: Repeat = "nothing"
    for model in wanted:
        against = [finding for finding in report.findings if model in finding.excludes]
        if against:
            causes.append(f"it is ruled out ({against[0].message.rstrip('.')})")
            if all(finding.code.startswith("trial-") for finding in against):
                repeat = "analysis"
        elif model not in allowed and model in report.options.models:
            kind = "a coroutine function" if report.target.is_coroutine else "no coroutine function"
            causes.append(f"it is {kind}, which {model} does not fit")
        else:
            return None
    return f"{'; '.join(dict.fromkeys(causes))}.", "not ruled out", repeat


def _pointless(report: Report, wanted: Sequence[Model]) -> _Why | None:
    """None can gain what makes a pool worth its trouble: the share of the GIL, or calls that are too small."""
    least = report.options.min_speedup_ratio
    threshold = f"a ceiling of at least {fmt.ratio(least)}"
    if "serial" in wanted:
        return None
    if report.profile.classification == "trivial":
        return "its calls are too small for a pool to pay.", threshold, "profile"
    ceilings = [_ceiling(report, model) for model in wanted]
    if any(ceiling is None or ceiling >= least for ceiling in ceilings):
        return None
    held = fmt.share(held_fraction(report.profile))
    most = max(ceiling for ceiling in ceilings if ceiling is not None)
    return f"{held} of a call holds the GIL, so the gain is at most {fmt.ratio(most)}.", threshold, "profile"


def _was_pointless(earlier: Figures, report: Report) -> bool:
    held = earlier.gil_held_fraction or 0.0
    return earlier.classification == "trivial" or held * report.options.min_speedup_ratio > 1 - NEAR_FRACTION


def _ceiling(report: Report, model: Model) -> float | None:
    """What the share of the GIL leaves of a gain; ``None`` for models that it does not bind, or where it is unsure."""
    held, proven = held_fraction(report.profile), held_fraction(report.profile, proven=True)
    if model != "threading" or not report.target.gil_enabled or not held or (proven or 0.0) < PROVEN_FRACTION * held:
        return None
    return 1 / held


def _slower(report: Report, wanted: Sequence[Model], advice: Recommendation, gap_ratio: float) -> _Why | None:
    """The best plan of those wanted ran far slower, side by side with what is recommended."""
    ran = [estimate for estimate in estimate_plans(report.trials) if estimate.plan.model in wanted]
    if not ran:
        return None
    best = max(ran, key=lambda estimate: estimate.speedup_high)
    if advice.speedup_low < gap_ratio * best.speedup_high:
        return None
    cause = f"{fmt.workers(best.plan)} ran {fmt.ratio(best.speedup)} as fast as serial."
    return cause, f"within {fmt.ratio(gap_ratio)} beyond both intervals", "analysis"


def _problem(report: Report) -> Problem:
    demand = cost_model.demand_of(report.profile, report.target, report.machine.costs)
    return Problem(demand=demand, facts=report.target, machine=report.machine, options=report.options)
