"""The verdict on a terminal of 24 lines."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from .. import formatting as fmt
from ..decide.shown_trials import best_per_model, is_recommended, is_ruled_out
from ..records import Report, Trial
from . import wording
from .charts import terminal_bars

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

LINES = 23
"""One less than the smallest usual terminal, for the prompt that follows."""
LINES_WHERE_NARROW = 34
"""The same words need more lines below ``_ROOMY_FROM_WIDTH`` columns."""
NARROWEST = 40
_JOB_FROM_WIDTH, _ROOMY_FROM_WIDTH, _WORDS_FROM_WIDTH, _MEMORY_FROM_WIDTH = 48, 60, 74, 86
_BLANKS = 4
"""Between the five parts of a page."""
_SEVERITIES = ("error", "warning", "note")
_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}
_PLAIN_SIGNS = str.maketrans({
    terminal_bars.MEASURED: "#", terminal_bars.INTERVAL: "=", terminal_bars.PREDICTED: "o", terminal_bars.SERIAL: "|",
    "×": "x", "–": "-", "…": ".", "µ": "u", "→": ">",
})  # fmt: skip


def render(
    report: Report,
    written: Sequence[PurePath] = (),
    *,
    width: int = 80,
    lines: int = LINES,
    colour: bool = False,
) -> str:
    """The verdict, its reasons, the best trial of each model, a chart of speed-ups, what is safe and what to know.

    Args:
        report: What to render.
        written: The files that hold the report, for the last lines.
        width: Columns of the terminal; taken as ``NARROWEST`` where it is less.
        lines: At most so many; ``LINES``, or ``LINES_WHERE_NARROW``, where it is less.
        colour: Whether to mark words with ANSI colours. No sense is lost without them.
    """
    from rich.console import Console

    page = StringIO()
    console = Console(
        file=page,
        width=max(width, NARROWEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        _environ={},
    )
    for line in _page(report, console, written, max(lines, least_lines(console.width))):
        console.print(line, soft_wrap=True, highlight=False)
    return page.getvalue()


def least_lines(width: int) -> int:
    """How many lines a page may take at any rate."""
    return LINES if width >= _ROOMY_FROM_WIDTH else LINES_WHERE_NARROW


def encodable(text: str, encoding: str | None) -> str:
    """The text for a stream that may know nothing but ASCII: signs become their nearest, the rest ``?``."""
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return text.translate(_PLAIN_SIGNS).encode("ascii", "replace").decode()
    return text


def _page(report: Report, console: Console, written: Sequence[PurePath], lines: int) -> list[Text]:
    more = 0 if console.width >= _ROOMY_FROM_WIDTH else 2
    head = _capped(console, wording.verdict(report), 2 + more, "bold")
    head += _capped(console, wording.confidence(report), 2, "green")
    head += _capped(console, wording.interruption(report), 1 + more, "yellow")
    table = _table(report, console.width)
    safety = [line for text in wording.certificate(report) for line in _capped(console, text, 1 + more)]
    tail = [line for text in _whereabouts(written) for line in _capped(console, text, 2, "dim")]
    taken = sum(len(section) for section in (head, table, safety, tail))
    why = [line for text in _reasons(report) for line in _capped(console, text, 2 + more)]
    kept_for_findings = min(2, len(report.findings))
    if lines - taken - len(why) < terminal_bars.LEAST_LINES + kept_for_findings:
        why = [line for text in _reasons(report) for line in _capped(console, text, 1 + more // 2)]
    free = lines - taken - len(why)
    room = min(free - kept_for_findings, max(terminal_bars.LEAST_LINES, free - kept_for_findings - _BLANKS))
    chart = _chart(report, console.width, room)
    free -= len(chart)
    findings = _findings(report, console, max(1, kept_for_findings, free - _BLANKS + 1))
    sections = [section for section in (head, why, table, chart, safety + findings + tail) if section]
    if free - len(findings) < len(sections) - 1:
        return [line for section in sections for line in section]
    return [line for section in sections for line in (*section, _text(""))][:-1]


def _chart(report: Report, width: int, lines: int) -> list[Text]:
    bars = terminal_bars.draw(report, width, lines)
    styles = ["bold green" if bar.recommended else "dim" if bar.ruled_out else "" for bar in bars]
    return [_text(bar.text, style) for bar, style in zip(bars, styles, strict=True)]


def _reasons(report: Report) -> list[str]:
    """Two reasons, and what a call does where they do not say it already."""
    reasons = report.recommendation.reasons[:2] if report.recommendation else ()
    profile = [] if wording.is_explained(report) else [wording.profile_line(report)]
    return [fmt.one_line(reason) for reason in reasons] + profile


def _table(report: Report, width: int) -> list[Text]:
    trials = best_per_model(report)
    if not trials:
        return [_text(wording.NO_TRIALS, "dim")]
    narrow = width < _WORDS_FROM_WIDTH
    header = _row(("", "model", "workers", "whole job", "speed-up", "predicted", "memory"), width)
    rows = [_text(header, "dim")]
    for trial in trials:
        plan, chosen, ruled_out = trial.plan, is_recommended(report, trial), is_ruled_out(report, trial)
        names = (
            ">" if chosen else "x" if ruled_out else "",
            plan.model,
            terminal_bars.numbers(plan) if narrow else fmt.workers(plan),
        )
        if trial.failure:
            start = _row((*names, "", "", "", ""), width).rstrip()
            rows.append(_text(_to_width(f"{start}  failed: {wording.trial_note(trial)}", width), "dim"))
            continue
        rows.append(
            _text(
                _row((*names, *_figures(trial)), width),
                "bold green" if chosen else "dim" if ruled_out else "",
            )
        )
    return rows


def _figures(trial: Trial) -> tuple[str, str, str, str]:
    return (
        fmt.seconds(trial.job_seconds),
        fmt.ratio(trial.speedup),
        fmt.ratio(trial.predicted_speedup),
        fmt.size(trial.peak_rss_bytes),
    )


def _row(cells: tuple[str, str, str, str, str, str, str], width: int) -> str:
    mark, model, workers, job, speedup, predicted, memory = cells
    workers_width = 9 if width < _WORDS_FROM_WIDTH else 24
    row = f"{mark:<2}{model:<16}{workers:<{workers_width}}"
    row += f"{job:>11}{speedup:>10}" if width >= _JOB_FROM_WIDTH else f"{speedup:>10}"
    if width >= _ROOMY_FROM_WIDTH:
        row += f"{predicted:>10}"
    return row + (f"{memory:>10}" if width >= _MEMORY_FROM_WIDTH else "")


def _findings(report: Report, console: Console, room: int) -> list[Text]:
    findings = sorted(report.findings, key=lambda finding: _SEVERITIES.index(finding.severity))
    if not findings:
        return [] if report.certificate else _capped(console, wording.NO_FINDINGS, 2)
    shown = findings if len(findings) <= room else findings[: max(1, room - 1)]
    lines: list[Text] = []
    for finding in shown:
        ruled_out = f", rules out {' and '.join(finding.excludes)}" if finding.excludes else ""
        text = f"{finding.severity}{ruled_out}: {fmt.one_line(finding.message)}"
        lines += _capped(console, text, max(1, min(2, room // len(findings))), _STYLES[finding.severity])
    left = len(findings) - len(shown)
    if left and len(lines) < room:
        lines.append(_text(f"and {left} more in the report", "dim"))
    return lines


def _whereabouts(written: Sequence[PurePath]) -> list[str]:
    if not written:
        return ["To keep this with the code to paste: add -o report.html"]
    by_suffix = {path.suffix.lower(): fmt.one_line(str(path)) for path in written}
    first, *others = written
    also = [fmt.one_line(str(path.name if path.parent == first.parent else path)) for path in others]
    report = f"Report: {', '.join([fmt.one_line(str(first)), *also])}"
    readable = by_suffix.get(".html") or by_suffix.get(".md")
    if readable:
        return [report, f"Code to paste: in {readable}"]
    if ".json" in by_suffix:
        return [report, f"Code to paste: advisor show {by_suffix['.json']} -o report.html"]
    return [report, "Code to paste: add -o report.html"]


def _capped(console: Console, text: str, lines: int, style: str = "") -> list[Text]:
    """The text wrapped, its last line cut with an ellipsis where it needs more lines than it may have."""
    wrapped = list(_text(text, style).wrap(console, console.width)) if text else []
    kept = wrapped[:lines]
    if len(wrapped) > lines:
        kept[-1] = _text(_to_width(f"{kept[-1].plain.rstrip()} …", console.width), style)
    for line in kept:
        line.rstrip()
    return kept


def _to_width(text: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text, style=style, end="")
