"""Findings, and the models that they exclude; pure.

``results``: trials and what they gave. ``sharing``: what the calls share, as the probe saw it. ``resources``:
cores, memory and limits outside the machine.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...records import Finding, Inspection, Model, Profile, Trial
from ..problem import Problem
from . import resources, results, sharing


def assess(
    problem: Problem, profile: Profile, trials: Sequence[Trial], inspection: Inspection | None = None
) -> tuple[Finding, ...]:
    """All findings so far, the gravest first."""
    found = [
        *results.pickling(problem.facts, profile),
        *sharing.observed(problem, inspection),
        *results.compared(trials, inspection),
        *results.failures(trials),
        *results.threads_at_import(problem),
        *resources.cores(profile, problem.machine, inspection),
        *resources.busy(profile),
        *resources.slow_import(problem),
        *resources.memory(problem, profile.timing, trials),
        *resources.outside_limits(problem, trials),
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(found, key=lambda finding: order[finding.severity]))


def excluded_models(findings: Sequence[Finding]) -> tuple[Model, ...]:
    """Every model that a finding rules out."""
    return tuple(dict.fromkeys(model for finding in findings for model in finding.excludes))


__all__ = ["assess", "excluded_models"]
