"""A review as a job's summary or a pull request's comment."""

from __future__ import annotations

from collections.abc import Iterator

from ...records.reviewed import ReviewFinding, ReviewReport
from ..markdown import LENGTH, escape
from . import plain_text

_LEVELS = {"error": "❌ error", "warning": "⚠️ warning", "note": "note"}
_LONGEST_CELL = 160
_MORE = "\n…and more: the page would be too long for a comment.\n"


def render(review: ReviewReport) -> str:
    """Markdown for GitHub and GitLab, of fewer than ``markdown.LENGTH`` characters."""
    page = ""
    for piece in _pieces(review):
        if len(page) + len(piece) > LENGTH - len(_MORE):
            return page + _MORE
        page += piece
    return page


def _pieces(review: ReviewReport) -> Iterator[str]:
    state = "passed" if review.exit_status == 0 else "failed"
    yield f"### advisor review {state}\n\n{escape(plain_text.summary(review))}\n"
    for note in review.notes:
        yield f"\n{escape(note)}\n"
    if review.findings:
        yield "\n"
    for finding in review.findings:
        yield _finding(finding)


def _finding(finding: ReviewFinding) -> str:
    place = f"<code>{escape(f'{finding.file}:{finding.line}', _LONGEST_CELL)}</code>"
    code = f"[{finding.code}]({finding.url})"
    return f"- {_LEVELS[finding.severity]} {code} at {place}: {escape(finding.message)} {escape(finding.advice)}\n"
