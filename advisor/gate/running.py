"""Targets, checked one after another. The analysis, the judge and the clock are passed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..errors import FunctionFailedError, UnusableError
from ..records import Report
from .records import CheckReport, GateFinding, Status, TargetCheck

Analyse = Callable[[str], Report]
Judge = Callable[[str, Report], tuple[GateFinding, ...]]
Clock = Callable[[], float]


def check_targets(targets: Sequence[str], analyse: Analyse, judge: Judge, clock: Clock = time.monotonic) -> CheckReport:
    """Check each target; one that cannot be checked does not keep the others from it."""
    started = clock()
    checks = tuple(check_target(target, analyse, judge, clock) for target in targets)
    return CheckReport(checks, None, clock() - started)


def check_target(target: str, analyse: Analyse, judge: Judge, clock: Clock) -> TargetCheck:
    """One target's outcome."""
    started = clock()

    def ended(status: Status, reason: str) -> TargetCheck:
        return TargetCheck(target, status, None, (), clock() - started, reason=reason)

    try:
        report = analyse(target)
        findings = judge(target, report)
    except UnusableError as error:
        return ended("unusable", str(error))
    except FunctionFailedError as error:
        return ended("function-failed", str(error))
    status: Status = "failed" if any(finding.level == "error" for finding in findings) else "passed"
    return TargetCheck(target, status, report, findings, clock() - started, report.target.file, report.target.line)
