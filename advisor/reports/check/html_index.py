"""The index of a check in HTML: a row a target, each with a link to its report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from ... import formatting as fmt
from ...records.checked import CheckReport, GateFinding, Status, TargetCheck

_WORDS: dict[Status, str] = {
    "passed": "passed",
    "failed": "failed",
    "skipped": "skipped",
    "unusable": "unusable",
    "function-failed": "function failed",
    "crashed": "crashed",
}


class Row(TypedDict):
    """A target in the table."""

    target: str
    place: str
    link: str | None
    status: Status
    word: str
    advice: str
    speedup: str
    time: str
    reason: str
    findings: list[dict[str, str]]


def render(check: CheckReport, folder: Path | None = None) -> str:
    """A page without a network, script or foreign markup.

    Args:
        check: What to show.
        folder: Where the page will lie; links to reports lead on from there.
    """
    counts = [f"{check.count(status)} {word}" for status, word in _WORDS.items() if check.count(status)]
    targets = fmt.count(len(check.targets), "target")
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("check_index.html.j2").render(
        summary=f"{targets}: {', '.join(counts)}, in {fmt.seconds(check.elapsed_seconds)}.",
        verdict="All targets pass" if check.exit_status == 0 else "Not all targets pass",
        notes=[fmt.one_line(note) for note in (check.baseline_note, *check.notes) if note],
        rows=[_row(target, folder or Path()) for target in check.targets],
    )


def _row(check: TargetCheck, folder: Path) -> Row:
    advice = check.report.recommendation if check.report else None
    line = "" if check.line is None else f":{check.line}"
    return Row(
        target=fmt.one_line(check.target),
        place=fmt.one_line(f"{check.file}{line}") if check.file else "",
        link=_link(check.report_file, folder),
        status=check.status,
        word=_WORDS[check.status],
        advice=f"{advice.plan.model}, {fmt.workers(advice.plan)}" if advice else fmt.MISSING,
        speedup=fmt.ratio(advice.speedup) if advice else fmt.MISSING,
        time=fmt.seconds(check.elapsed_seconds),
        reason=fmt.one_line(check.reason or ""),
        findings=[_finding(finding) for finding in check.findings],
    )


def _link(report_file: str | None, folder: Path) -> str | None:
    if report_file is None:
        return None
    return quote(Path(os.path.relpath(report_file, folder)).as_posix())


def _finding(finding: GateFinding) -> dict[str, str]:
    values = [
        f"{name} {fmt.one_line(value)}"
        for name, value in (("was", finding.old), ("is", finding.new), ("limit", finding.threshold))
        if value
    ]
    return {
        "level": finding.level,
        "code": finding.code,
        "message": fmt.one_line(finding.message),
        "figures": "; ".join(values),
        "place": "" if finding.file is None else f"{finding.file}:{finding.line}" if finding.line else finding.file,
    }
