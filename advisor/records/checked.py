"""What a check makes: a finding a cause, a ``TargetCheck`` a target, a ``CheckReport`` the run.

All are frozen. A finding carries its old and new value and its threshold as they are to be read, with their units;
what is missing is ``None``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import Report

Level = Literal["error", "warning", "note"]
Status = Literal["passed", "failed", "skipped", "unusable", "function-failed", "crashed"]

EXIT_STATUSES: dict[Status, int] = {
    "passed": 0,
    "skipped": 0,
    "failed": 1,
    "unusable": 2,
    "function-failed": 3,
    "crashed": 70,
}
"""Of the process, for a target with that outcome; ``crashed`` is this program's own defect, ``errors.DEFECT``."""
_GRAVEST_FIRST: tuple[Status, ...] = ("crashed", "unusable", "function-failed", "failed", "passed")
"""What kept the gate from answering outranks an answer."""


@dataclass(frozen=True, kw_only=True)
class GateFinding:
    """One thing that the gate has to say about one target. An ``error`` fails the target."""

    code: str
    """One of ``rules.RULES``, or the code of the ``Finding`` that it stands for."""
    level: Level
    message: str
    """One plain sentence, without the values."""
    old: str | None
    """The value in the baseline."""
    new: str | None
    threshold: str | None
    """What the new value had to keep to."""
    line: int | None
    """1-based: the ``def`` line, or the line that does it where that is known."""
    file: str | None
    """With forward slashes; relative to ``CheckReport.root`` where it lies below it, else absolute."""
    target: str
    """As the user names it."""


@dataclass(frozen=True, kw_only=True)
class TargetCheck:
    """One target, checked or not."""

    target: str
    """As the user names it."""
    status: Status
    report: Report | None
    """The analysis; ``None`` where there is none: skipped, unusable, failed."""
    findings: tuple[GateFinding, ...]
    elapsed_seconds: float
    file: str | None = None
    """As in ``GateFinding``."""
    line: int | None = None
    """Of the ``def``."""
    reason: str | None = None
    """Why it was skipped, or what kept it from being checked; one or two plain lines."""
    report_file: str | None = None
    """The target's HTML report, as a path from the working directory, with forward slashes."""


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """One run of ``advisor check``."""

    targets: tuple[TargetCheck, ...]
    """In the order in which they are configured, whatever the order in which they ran."""
    baseline_note: str | None
    """What the comparison rests on, or why there is none; ``None`` where there is nothing to say."""
    elapsed_seconds: float
    root: str | None = None
    """The repository's folder, or the configuration's where there is no repository; absolute."""
    notes: tuple[str, ...] = ()
    """Plain sentences on the run as a whole: what was saved, which targets were left out."""

    @property
    def findings(self) -> tuple[GateFinding, ...]:
        """Those of all targets, in their order."""
        return tuple(finding for check in self.targets for finding in check.findings)

    @property
    def exit_status(self) -> int:
        """0 all pass, 1 a gate failed, 2 a target is unusable, 3 a function failed, 70 a defect of this program."""
        seen = {check.status for check in self.targets}
        return next((EXIT_STATUSES[status] for status in _GRAVEST_FIRST if status in seen), 0)

    def count(self, status: Status) -> int:
        """How many targets ended so."""
        return sum(check.status == status for check in self.targets)
