"""A review on a terminal: place, mistake and advice, as editors read them, and one last line with the counts."""

from __future__ import annotations

from collections.abc import Iterator

from ... import formatting as fmt
from ...records.reviewed import SEVERITIES, ReviewFinding, ReviewReport


def render(review: ReviewReport) -> str:
    """Plain text."""
    lines = [line for finding in review.findings for line in _finding(finding)]
    notes = [fmt.one_line(note) for note in review.notes]
    return "\n".join([*lines, *([""] if lines else []), *notes, summary(review)]) + "\n"


def summary(review: ReviewReport) -> str:
    """The run in one sentence."""
    counts = [fmt.count(review.count(level), level) for level in SEVERITIES if review.count(level)]
    files, seconds = fmt.count(review.files, "file"), fmt.seconds(review.cost.elapsed_seconds)
    return f"{files} in {seconds}: {', '.join(counts) or 'nothing found'}."


def _finding(finding: ReviewFinding) -> Iterator[str]:
    place = f"{fmt.one_line(finding.file)}:{finding.line}:{finding.column}"
    yield f"{place}: {finding.severity}: {finding.code} {finding.name}: {fmt.one_line(finding.message)}"
    yield f"    {fmt.one_line(finding.advice)}"
