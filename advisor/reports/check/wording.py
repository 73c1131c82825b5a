"""The words on a check that more than one of its formats needs."""

from __future__ import annotations

from typing import NamedTuple

from ... import formatting as fmt
from ...records.checked import CheckReport, GateFinding, Level, Status, TargetCheck

STATUS_WORDS: dict[Status, str] = {
    "passed": "passed",
    "failed": "failed",
    "skipped": "skipped",
    "unusable": "cannot be used",
    "function-failed": "the function failed",
    "crashed": "advisor crashed",
}
NOT_CHECKED: tuple[Status, ...] = ("unusable", "function-failed", "crashed")
UNLISTED = "pyproject.toml"
"""Where a target is listed: the place of what concerns a target whose own file is not known."""


class Remark(NamedTuple):
    """Anything to say at a place in a file: a finding, or that a target could not be checked."""

    code: str
    level: Level
    message: str
    """One line, with the values."""
    subject: str
    """The part of it that is the same in the next run."""
    target: str
    file: str | None
    line: int | None


def remarks(check: CheckReport) -> tuple[Remark, ...]:
    """Everything to say, the targets in their order."""
    return tuple(remark for target in check.targets for remark in _of_target(target))


def sentence(finding: GateFinding) -> str:
    """The finding in one line, with its values."""
    stated = values(finding)
    return f"{fmt.one_line(finding.message)} {f'({stated})' if stated else ''}".strip()


def values(finding: GateFinding) -> str:
    """``was: 2 %; now: 97 %; limit: at most 32 %``; empty where there are none."""
    named = (("was", finding.old), ("now", finding.new), ("limit", finding.threshold))
    return "; ".join(f"{name}: {fmt.one_line(value)}" for name, value in named if value is not None)


def outcome(check: CheckReport) -> str:
    """The run in a few words: ``2 targets in 13.5 s: 1 passed, 1 failed``."""
    counts = [f"{check.count(status)} {status.replace('-', ' ')}" for status in STATUS_WORDS if check.count(status)]
    targets = fmt.count(len(check.targets), "target")
    return f"{targets} in {fmt.seconds(check.elapsed_seconds)}: {', '.join(counts) or 'nothing to check'}"


def trouble(check: TargetCheck) -> str:
    """Why a target was not checked, in one line that does not name it."""
    words = STATUS_WORDS[check.status]
    return f"{words[:1].upper()}{words[1:]}: {headline(check)}".rstrip(": ")


def headline(check: TargetCheck) -> str:
    """What there is to say of one target: the advice, or why there is none."""
    if check.reason is not None:
        # Its name stands beside it everywhere.
        return fmt.one_line(check.reason).removeprefix(f"{fmt.one_line(check.target)}: ")
    advice = check.report.recommendation if check.report else None
    return fmt.one_line(advice.headline) if advice else ""


def notes(check: CheckReport) -> tuple[str, ...]:
    """The sentences on the run as a whole."""
    return tuple(fmt.one_line(note) for note in (check.baseline_note, *check.notes) if note)


def _of_target(check: TargetCheck) -> list[Remark]:
    said = [
        Remark(
            finding.code, finding.level, sentence(finding), finding.message,
            finding.target, finding.file, finding.line,
        )
        for finding in check.findings
    ]  # fmt: skip
    if check.status in NOT_CHECKED:
        said.append(Remark(check.status, "error", trouble(check), "", check.target, check.file, check.line))
    return said
