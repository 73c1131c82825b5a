"""Which trials stand for the rest where there is no room for all."""

from __future__ import annotations

from ..records import MODELS, Plan, Report, Trial


def best_per_model(report: Report) -> tuple[Trial, ...]:
    """One trial a model, the recommended model first, then by speed-up; a model that only failed comes last.

    Of a plan's trials the middle one is taken (of two the faster, as ``estimates`` does: other work only slows), so
    that no lucky run speaks for it; of the recommended model, the recommended plan.
    """
    chosen = [trial for model in MODELS if (trial := _best_of(report, model)) is not None]
    return tuple(sorted(chosen, key=lambda trial: _rank(report, trial)))


def middle_per_plan(report: Report) -> tuple[Trial, ...]:
    """One trial for each plan that was tried: the middle of its runs, or the one that failed."""
    by_plan: dict[Plan, list[Trial]] = {}
    for trial in report.trials:
        by_plan.setdefault(trial.plan, []).append(trial)
    return tuple(_middle(trials) for trials in by_plan.values())


def is_recommended(report: Report, trial: Trial) -> bool:
    """Whether the trial tried the plan that is recommended."""
    return report.recommendation is not None and trial.plan == report.recommendation.plan


def is_ruled_out(report: Report, trial: Trial) -> bool:
    """Whether a finding excludes the trial's model, however fast it was."""
    return any(trial.plan.model in finding.excludes for finding in report.findings)


def _best_of(report: Report, model: str) -> Trial | None:
    middles = [trial for trial in middle_per_plan(report) if trial.plan.model == model]
    return min(middles, key=lambda trial: _rank(report, trial), default=None)


def _middle(trials: list[Trial]) -> Trial:
    failed = [trial for trial in trials if trial.failure]
    if failed:
        return failed[0]
    ordered = sorted(trials, key=lambda trial: trial.speedup or 0.0)
    return ordered[len(ordered) // 2]


def _rank(report: Report, trial: Trial) -> tuple[bool, bool, float]:
    return not is_recommended(report, trial), trial.failure is not None, -(trial.speedup or 0.0)
