"""The report as a pull-request comment: the advice on top, all else folded below it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from .. import formatting as fmt
from ..decide.shown_trials import best_per_model, is_recommended, is_ruled_out
from ..records import Report, Trial
from . import repeat_command, wording

LENGTH = 65_000
"""Characters that a comment stays under; GitHub takes 65,536."""
_LONGEST_SENTENCE, _LONGEST_CELL = 400, 160
_KEPT_FOR_WORDS = 300
_SPECIAL = re.compile(
    r"[\\`*_{}\[\]#!|~$]"  # emphasis, code, links, headings, tables, mathematics
    r"|^[-+=]|(?<=^\d)[.)]"  # lists and headings
    r"|:(?=\S)|\.(?=[^\W\d])|(?<=www)\."  # addresses and emoji
)
_COLUMNS = ("", "model", "workers", "whole job", "speed-up", "interval", "predicted", "peak memory")
_RIGHT_FROM = 3
_ALL_COLUMNS = (*_COLUMNS[:3], "chunk", "start", "idiom", "calls", "time", "start-up", *_COLUMNS[3:])
_ALL_RIGHT_FROM = 6


def render(report: Report) -> str:
    """Markdown for GitHub, of fewer than ``LENGTH`` characters; detail that does not fit is left out."""
    page, left_out = _summary(report), list[str]()
    for title, pieces in _details(report):
        opening, closing = f"\n<details><summary>{title}</summary>\n\n", "\n</details>\n"
        room = LENGTH - len(page) - len(opening) - len(closing)
        if room > _KEPT_FOR_WORDS:
            page += opening + fitting(pieces, room - _KEPT_FOR_WORDS) + closing
        else:
            left_out.append(title)
    return page + (f"\nLeft out to keep this comment short: {'; '.join(left_out)}.\n" if left_out else "")


def escape(text: str, length: int = _LONGEST_SENTENCE) -> str:
    """Foreign text as one line that no Markdown or HTML reader takes for anything but text."""
    plain = html.escape(fmt.clip(fmt.one_line(text), length), quote=False)
    inert = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", plain)
    # A comment splits what would notify someone, or link to an issue, once entities are decoded.
    return inert.replace("@", "@<!-- -->").replace("&#35;", "&#35;<!-- -->")


def _summary(report: Report) -> str:
    advice = report.recommendation
    lines = [f"### advisor: <code>{escape(report.target.name, _LONGEST_CELL)}</code>", ""]
    lines += [f"**{escape(wording.verdict(report))}**", ""]
    if report.interrupted is not None and advice is not None:
        lines += [escape(wording.interruption(report)), ""]
    if advice is not None:
        lines += [
            wording.confidence(report),
            "",
            *(f"- {escape(reason)}" for reason in advice.reasons[:2]),
            "",
        ]
    lines += [*(f"{escape(line)}\n" for line in wording.certificate(report))]
    if report.findings or not report.certificate:
        lines += [wording.safety(report), ""]
    best = [_row(_cells(report, trial)) for trial in best_per_model(report)]
    lines += [_head(_COLUMNS, _RIGHT_FROM), *best] if best else [wording.NO_TRIALS]
    return "\n".join(lines) + "\n"


def _details(report: Report) -> Iterator[tuple[str, Sequence[str]]]:
    """The folded parts; the longest comes last, so that it is the one that is cut."""
    advice = report.recommendation
    if advice is not None:
        yield "The code", [_fenced(advice.snippet, "python")]
    if report.findings:
        yield f"{fmt.count(len(report.findings), 'finding')}", list(_findings(report))
    if report.certificate:
        yield "What is safe", list(_certificate(report))
    yield "Where a call's time goes", list(_profile(report))
    measured = [f"- {escape(sentence)}" for sentence in wording.how_measured(report)]
    yield (
        "How it was measured, and how to repeat it",
        [*measured, "", _fenced(repeat_command.repeating(report), "sh")],
    )
    if report.trials:
        rows = [_row(_all_cells(report, trial)) for trial in report.trials]
        title = f"Every trial ({len(rows)})"
        yield title, [_head(_ALL_COLUMNS, _ALL_RIGHT_FROM), *rows]


def _findings(report: Report) -> Iterator[str]:
    for finding in report.findings:
        ruled_out = f" Rules out {', '.join(finding.excludes)}." if finding.excludes else ""
        yield f"- **{finding.severity}** {escape(finding.message)}{ruled_out}"
        if finding.evidence:
            yield f"  <br><sub>{escape(finding.evidence)}</sub>"


def _certificate(report: Report) -> Iterator[str]:
    yield _head(("model", "verdict", "because"), 3)
    for verdict in report.certificate:
        because = " ".join(escape(sentence) for sentence in verdict.because)
        yield _row((verdict.model, f"**{verdict.verdict}**", because))


def _profile(report: Report) -> Iterator[str]:
    explanation = "" if wording.is_explained(report) else escape(report.profile.explanation)
    yield f"{wording.profile_line(report)} {explanation}".rstrip()
    yield ""
    nothing = wording.no_hot_lines(report.profile)
    if nothing:
        yield f"Hot lines: {escape(nothing)}"
        return
    yield _head(("line", "source", "Python", "native", "system"), 2)
    for hot in report.profile.hot_lines:
        source = f"<code>{escape(hot.source, _LONGEST_CELL)}</code>"
        shares = (hot.python_fraction, hot.native_fraction, hot.system_fraction)
        yield _row((str(hot.line), source, *(fmt.share(fraction) for fraction in shares)))


def _cells(report: Report, trial: Trial) -> tuple[str, ...]:
    plan = trial.plan
    ruled_out = "ruled out" if is_ruled_out(report, trial) else ""
    mark = "**recommended**" if is_recommended(report, trial) else ruled_out
    names = (mark, plan.model, fmt.workers(plan))
    if trial.failure:
        return (*names, f"failed: {escape(wording.trial_note(trial), _LONGEST_CELL)}", "", "", "", "")
    return (
        *names,
        fmt.seconds(trial.job_seconds),
        fmt.ratio(trial.speedup),
        fmt.ratio_range(trial.speedup_low, trial.speedup_high),
        fmt.ratio(trial.predicted_speedup),
        fmt.size(trial.peak_rss_bytes),
    )


def _all_cells(report: Report, trial: Trial) -> tuple[str, ...]:
    plan, cells = trial.plan, _cells(report, trial)
    chunk = fmt.count(plan.chunk_size)
    how = (chunk, plan.start_method or fmt.MISSING, f"<code>{escape(plan.idiom, _LONGEST_CELL)}</code>")
    times = (fmt.count(trial.calls), fmt.seconds(trial.wall_seconds), fmt.seconds(trial.startup_seconds))
    return (*cells[:_RIGHT_FROM], *how, *times, *cells[_RIGHT_FROM:])


def _head(columns: Sequence[str], right_from: int) -> str:
    rule = ["---:" if place >= right_from else "---" for place in range(len(columns))]
    return f"{_row(columns)}\n{_row(rule)}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def fitting(pieces: Sequence[str], room: int) -> str:
    """The pieces in lines of their own; those that do not fit into ``room`` characters are counted in words."""
    kept: list[str] = []
    used = 0
    for piece in pieces:
        used += len(piece) + 1
        if used > room:
            left = len(pieces) - len(kept)
            kept += ["", f"{left} more left out to keep this comment short; the other formats have all."]
            break
        kept.append(piece)
    return "\n".join(kept) + "\n"
