"""What a review of source makes: a finding a mistake, a ``ReviewReport`` the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .terms import Severity

FailOn = Literal["error", "warning", "note", "never"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""The gravest first."""


@dataclass(frozen=True, kw_only=True)
class ReviewFinding:
    """One mistake at a place."""

    code: str
    name: str
    """Of the check, in words: ``pool-in-loop``."""
    severity: Severity
    file: str
    """With forward slashes; relative to ``ReviewReport.root`` where it lies below it, else absolute."""
    line: int
    """1-based."""
    end_line: int
    """Of a statement with a body, that of its first line."""
    column: int
    """1-based."""
    function: str
    """Dotted, inside the module; empty at the module's level."""
    message: str
    """What happens here, one sentence."""
    happens: str
    """What the check is about, one sentence that is the same at every place."""
    advice: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ReviewCost:
    """What a review took."""

    elapsed_seconds: float
    lines: int
    """Of all files read."""


@dataclass(frozen=True, kw_only=True)
class ReviewReport:
    """One run of ``advisor review``."""

    findings: tuple[ReviewFinding, ...]
    """By file and line."""
    files: int
    """How many were read."""
    cost: ReviewCost
    fail_on: FailOn
    root: str
    """The folder that files are relative to."""
    notes: tuple[str, ...] = ()
    """Sentences on the run as a whole."""

    def count(self, severity: Severity) -> int:
        """How many findings have a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def exit_status(self) -> int:
        """1 where a finding is as grave as ``fail_on`` or graver, else 0."""
        if self.fail_on == "never":
            return 0
        failing = SEVERITIES[: SEVERITIES.index(self.fail_on) + 1]
        return int(any(finding.severity in failing for finding in self.findings))
