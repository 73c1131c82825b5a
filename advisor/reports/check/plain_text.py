"""A check on a terminal: a line a target, and what failed with its old and new values."""

from __future__ import annotations

from ... import formatting as fmt
from ...records.checked import CheckReport, GateFinding, Status, TargetCheck

_MARKS: dict[Status, str] = {
    "passed": "ok",
    "failed": "FAILED",
    "skipped": "skipped",
    "unusable": "UNUSABLE",
    "function-failed": "FUNCTION FAILED",
    "crashed": "CRASHED",
}


def render(check: CheckReport) -> str:
    """Plain text: each target with its findings, the notes, one last line with the counts."""
    lines = [line for target in check.targets for line in _target(target)]
    notes = [fmt.one_line(note) for note in (check.baseline_note, *check.notes) if note]
    return "\n".join([*lines, *([""] if lines and notes else []), *notes, _summary(check)]) + "\n"


def _target(check: TargetCheck) -> list[str]:
    advice = check.report.recommendation if check.report else None
    said = [fmt.one_line(text) for text in (advice.headline if advice else None, check.reason) if text]
    head = f"{_MARKS[check.status]}  {fmt.one_line(check.target)}{_place(check.file, check.line)}"
    return [head, *(f"    {text}" for text in said), *(line for f in check.findings for line in _finding(f))]


def _finding(finding: GateFinding) -> list[str]:
    values = [
        f"{name} {fmt.one_line(value)}"
        for name, value in (("was", finding.old), ("is", finding.new), ("limit", finding.threshold))
        if value is not None
    ]
    head = f"    {finding.level}: {finding.code}: {fmt.one_line(finding.message)}"
    where = _place(finding.file, finding.line).strip()
    return [head, *([f"        {', '.join(values)}"] if values else []), *([f"        {where}"] if where else [])]


def _place(file: str | None, line: int | None) -> str:
    if file is None:
        return ""
    return f"  {fmt.one_line(file)}{f':{line}' if line is not None else ''}"


def _summary(check: CheckReport) -> str:
    parts = [f"{check.count(status)} {status.replace('-', ' ')}" for status in _MARKS if check.count(status)]
    targets = fmt.count(len(check.targets), "target")
    return f"{targets} in {fmt.seconds(check.elapsed_seconds)}: {', '.join(parts) or 'nothing to check'}."
