"""A check as a job's summary or a pull request's comment: a table of targets, then what was found."""

from __future__ import annotations

from collections.abc import Iterator

from ... import formatting as fmt
from ...records.checked import CheckReport, GateFinding, Status, TargetCheck
from ..markdown import LENGTH, escape
from . import wording

_MARKS: dict[Status, str] = {"passed": "✅", "skipped": "⏭️"}
_BAD = "❌"
_LEVELS = {"error": "❌ error", "warning": "⚠️ warning", "note": "note"}
_LONGEST_CELL = 160
_MORE = "\n…and more: the page would be too long for a comment.\n"


def render(check: CheckReport) -> str:
    """Markdown for GitHub and GitLab, of fewer than ``markdown.LENGTH`` characters."""
    page = ""
    for piece in _pieces(check):
        if len(page) + len(piece) > LENGTH - len(_MORE):
            return page + _MORE
        page += piece
    return page


def _pieces(check: CheckReport) -> Iterator[str]:
    state = "passed" if check.exit_status == 0 else "failed"
    yield f"### advisor check {state}\n\n{escape(wording.outcome(check))}.\n"
    if check.targets:
        yield "\n|  | target | advice | speed-up |\n| --- | --- | --- | ---: |\n"
        yield from (_row(target) for target in check.targets)
    for target in check.targets:
        if target.findings:
            yield f"\n**<code>{escape(target.target, _LONGEST_CELL)}</code>**\n\n"
            yield from (_finding(finding) for finding in target.findings)
    for note in wording.notes(check):
        yield f"\n{escape(note)}\n"


def _row(check: TargetCheck) -> str:
    advice = check.report.recommendation if check.report else None
    said = f"{wording.STATUS_WORDS[check.status]}: {wording.headline(check)}".rstrip(": ")
    gain = ""
    if advice is not None:
        said = advice.model if advice.model == "serial" else f"{advice.model}, {fmt.workers(advice.plan)}"
        gain = fmt.ratio(advice.speedup)
    cells = (_MARKS.get(check.status, _BAD), _code(check.target), escape(said), gain)
    return f"| {' | '.join(cells)} |\n"


def _finding(finding: GateFinding) -> str:
    stated = wording.values(finding)
    place = "" if finding.file is None else f"{finding.file}:{finding.line or 1}"
    parts = [f"{_LEVELS[finding.level]} {_code(finding.code)}", escape(finding.message)]
    parts += [f"({escape(stated)})"] if stated else []
    parts += [f"at {_code(place)}"] if place else []
    return f"- {' '.join(parts)}\n"


def _code(text: str) -> str:
    return f"<code>{escape(text, _LONGEST_CELL)}</code>"
