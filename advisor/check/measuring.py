"""What the gate measures with: one analysis, and parts of one again to confirm what it showed."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Protocol

from ..child.interpreter import Children
from ..pipeline import analysis, hot_lines, serial_profile
from ..pipeline.budget import LEAST_PROFILE_CALLS, AnalysisBudget
from ..pipeline.machine_costs import measure_machine, memory_limit_bytes
from ..pipeline.progress import Progress
from ..pipeline.trials import probe_request
from ..records import HotLine, Model, Report
from .targets import GateTarget


class Measure(Protocol):
    """Whatever measures targets: the real thing, or a fake."""

    def analyse(self, target: GateTarget, budget_seconds: float, models: tuple[Model, ...] | None = None) -> Report:
        """All of it, under some of the target's models where they are given."""

    def profile_again(self, target: GateTarget, report: Report) -> Report:
        """The report with its serial profile, import and memory measured anew."""

    def hot_line(self, target: GateTarget, report: Report) -> HotLine | None:
        """The line of the function that computes most."""


class RealMeasure:
    """Measures in children, as ``analyze`` does."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def know_machine(self, target: GateTarget) -> None:
        """Measure what pools cost here, so that the first target's budget does not pay for it."""
        with Children(target.options.seed) as children:
            measure_machine(children.ask, target.options.python)

    def analyse(self, target: GateTarget, budget_seconds: float, models: tuple[Model, ...] | None = None) -> Report:
        """As ``Measure``."""
        options = replace(target.options, budget_seconds=budget_seconds, models=models or target.options.models)
        return analysis.analyze(target.job, options, self._progress)

    def profile_again(self, target: GateTarget, report: Report) -> Report:
        """As ``Measure``."""
        options, job = report.options, target.job
        bounds = _rest(report)
        left = bounds.calls_left()
        if left is not None and left < LEAST_PROFILE_CALLS:
            # No call is left to look again with: what was seen stands.
            return report
        memory_bytes = int(analysis.MEMORY_FRACTION * memory_limit_bytes())
        self._progress.stage("timing it serially again")
        with Children(options.seed) as children:
            request = probe_request("profile", job, analysis.spooled(job, children), options)
            facts, timing = serial_profile.time_serially(
                bounds.around(children.ask), request, options, memory_bytes, self._progress.facts
            )
        return replace(report, target=facts, profile=serial_profile.make_profile(timing, report.machine.costs))

    def hot_line(self, target: GateTarget, report: Report) -> HotLine | None:
        """As ``Measure``."""
        options = replace(report.options, lines=True)
        self._progress.stage("finding the line")
        with Children(options.seed) as children:
            request = probe_request("profile", target.job, analysis.spooled(target.job, children), options)
            lines, _ = hot_lines.find_hot_lines(children, request, report.target, options, _rest(report))
        return max(lines, key=lambda line: line.python_fraction, default=None)


def _rest(report: Report) -> AnalysisBudget:
    """AnalysisBudget of what is done once more, after an analysis that has made its calls."""
    bounds = AnalysisBudget(time.monotonic, math.inf, report.options.max_calls)
    bounds.count(report.cost.calls_made)
    return bounds
