"""The verdict on a terminal of 24 lines."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from .. import formatting as fmt
from ..decide.shown_trials import best_per_model, is_recommended, is_ruled_out
from ..records import Report, Trial
from . import wording
from .charts import terminal_bars
from .page_layout import Block, fitting, whole_sentences

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

LINES = 23
"""One less than the smallest usual terminal, for the prompt that follows."""
LINES_WHERE_NARROW = 34
"""The same words need more lines below ``_ROOMY_FROM_WIDTH`` columns."""
NARROWEST = 40
_JOB_FROM_WIDTH, _ROOMY_FROM_WIDTH, _WORDS_FROM_WIDTH, _MEMORY_FROM_WIDTH = 48, 60, 74, 86
_HEAD, _WHY, _TABLE, _CHART, _SAFETY, _FINDINGS, _TAIL = range(7)
_CHART_RANK = 5
_ROOM_WITHOUT_BOUND = 1000
LONGEST_TEXT = 1_500
"""Characters of one foreign text; report.json holds it whole."""
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
    lines: int | None = LINES,
    colour: bool = False,
) -> str:
    """The verdict, its reasons, the best trial of each model, a chart of speed-ups, what is safe and what to know.

    Args:
        report: What to render.
        written: The files that hold the report, for the last lines.
        width: Columns of the terminal; taken as ``NARROWEST`` where it is less.
        lines: At most so many; ``LINES``, or ``LINES_WHERE_NARROW``, where it is less; ``None`` for as many as it
            takes to leave nothing out, as for a page that is no terminal's.
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
    bound = None if lines is None else max(lines, least_lines(console.width))
    for line in _page(report, console, written, bound):
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


def _page(report: Report, console: Console, written: Sequence[PurePath], lines: int | None) -> list[Text]:
    """Whole sentences, the weightiest first; with a bound, what does not fit is left to the files."""
    blocks = [*_blocks(report, console, written, bounded=lines is not None)]
    if lines is None:
        blocks.append(Block(section=_CHART, rank=0, lines=tuple(_chart(report, console.width, _ROOM_WITHOUT_BOUND))))
        return _joined(blocks, None)
    least_chart = terminal_bars.LEAST_LINES if _chart(report, console.width, terminal_bars.LEAST_LINES) else 0
    chart = Block(section=_CHART, rank=_CHART_RANK, lines=(_text(""),) * least_chart)
    kept = fitting([*blocks, chart], lines)
    if len(kept) <= len(blocks):
        # One line less, for the word on what is left out.
        kept = fitting([*blocks, chart], lines - 1)
    drawn = [block for block in kept if block.section != _CHART]
    left_out = len(report.findings) - sum(block.section == _FINDINGS for block in drawn)
    if left_out:
        more = _text(f"and {left_out} more in the report", "dim")
        drawn.append(Block(section=_FINDINGS, rank=0, lines=(more,)))
    free = lines - sum(len(block.lines) for block in drawn)
    room = min(free, max(least_chart, free - _BLANKS)) if chart in kept else 0
    drawn.append(Block(section=_CHART, rank=0, lines=tuple(_chart(report, console.width, room))))
    return _joined(drawn, lines)


def _blocks(report: Report, console: Console, written: Sequence[PurePath], bounded: bool) -> Iterator[Block[Text]]:
    """All but the chart, by section and weight."""
    roomy = console.width >= _ROOMY_FROM_WIDTH

    def said(
        section: int, rank: int, text: str, style: str = "", most: int = 3 if roomy else 6
    ) -> Iterator[Block[Text]]:
        lines = tuple(_capped(console, text, most if bounded else _ROOM_WITHOUT_BOUND, style))
        if lines:
            yield Block(section=section, rank=rank, lines=lines)

    yield from said(_HEAD, 0, wording.verdict(report), "bold", 3 if roomy else 5)
    yield from said(_HEAD, 0, wording.confidence(report), "green", 2)
    yield from said(_HEAD, 0, wording.interruption(report), "yellow", 2 if roomy else 3)
    for number, text in enumerate(_reasons(report)):
        yield from said(_WHY, (1, 4, 6)[min(number, 2)], text)
    yield Block(section=_TABLE, rank=0, lines=tuple(_table(report, console.width)))
    for text in _failures(report, console.width):
        yield from said(_TABLE, 3, text, "dim")
    for number, text in enumerate(wording.certificate(report)):
        yield from said(_SAFETY, 3 if number else 0, text, most=2 if roomy else 4)
    findings = sorted(report.findings, key=lambda finding: _SEVERITIES.index(finding.severity))
    if not findings and not report.certificate:
        yield from said(_SAFETY, 1, wording.NO_FINDINGS)
    for number, finding in enumerate(findings):
        ruled_out = f", rules out {' and '.join(finding.excludes)}" if finding.excludes else ""
        text = f"{finding.severity}{ruled_out}: {fmt.one_line(finding.message)}"
        rank = {"error": 2, "warning": 3 if number == 0 else 7, "note": 8}[finding.severity]
        yield from said(_FINDINGS, rank, text, _STYLES[finding.severity])
    for text in _whereabouts(written):
        yield from said(_TAIL, 0, text, "dim", 2)


def _joined(blocks: Sequence[Block[Text]], lines: int | None) -> list[Text]:
    """In the order of reading, blank lines between groups where they fit in."""
    ordered = sorted(blocks, key=lambda block: block.section)
    groups: dict[int, list[Text]] = {}
    for block in ordered:
        groups.setdefault(min(block.section, _SAFETY), []).extend(block.lines)
    sections = [section for section in groups.values() if section]
    taken = sum(map(len, sections))
    if lines is not None and lines - taken < len(sections) - 1:
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
            rows.append(_text(_failed_row(names, trial, width), "dim"))
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


def _failed_row(names: tuple[str, str, str], trial: Trial, width: int) -> str:
    """Why the trial failed, where that fits in beside its names; else only that it failed."""
    start = _row((*names, "", "", "", ""), width).rstrip()
    told = f"{start}  failed: {wording.trial_note(trial)}"
    return told if _to_width(told, width) == told else _to_width(f"{start}  failed", width)


def _failures(report: Report, width: int) -> list[str]:
    """Why trials failed whose rows have no room for it, where no finding says it either."""
    told = " ".join(fmt.one_line(finding.message) for finding in report.findings)
    rows = "\n".join(line.plain for line in _table(report, width))
    notes = [(t.plan.model, wording.trial_note(t)) for t in best_per_model(report) if t.failure]
    return [f"{model} failed: {note}" for model, note in notes if note not in told and f"failed: {note}" not in rows]


def _whereabouts(written: Sequence[PurePath]) -> list[str]:
    if not written:
        return ["To keep this with the code to paste: add -o report.html"]
    by_suffix = {path.suffix.lower(): fmt.one_line(str(path)) for path in written}
    first, *others = written
    also = [fmt.one_line(str(path.name if path.parent == first.parent else path)) for path in others]
    report = f"Report: {', '.join([fmt.one_line(str(first)), *also])}"
    if ".json" in by_suffix:
        return [report, f"Code to paste: advisor show {shlex.quote(by_suffix['.json'])} --code"]
    readable = by_suffix.get(".html") or by_suffix.get(".md")
    if readable:
        return [report, f"Code to paste: in {readable}"]
    return [report, "Code to paste: add -o report.html"]


def _capped(console: Console, text: str, lines: int, style: str = "") -> list[Text]:
    """The text wrapped: its first whole sentences; only a sentence that is itself too long is cut, with an ellipsis."""

    def wrap(words: str) -> list[Text]:
        return list(_text(words, style).wrap(console, console.width)) if words else []

    shown, is_whole = whole_sentences(fmt.clip(text, LONGEST_TEXT), lines, wrap)
    wrapped = wrap(shown)
    kept = wrapped[:lines]
    if not is_whole and len(wrapped) > lines:
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
