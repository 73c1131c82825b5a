"""The report as one HTML file that needs no network and asks for nothing."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import formatting as fmt
from ..decide.shown_trials import is_recommended, is_ruled_out
from ..records import (
    MODELS,
    CallPart,
    Confidence,
    Finding,
    HotLine,
    ModelVerdict,
    PartName,
    Profile,
    Report,
    TargetFacts,
    Trial,
    WhatIf,
)
from . import repeat_command, wording
from .charts import script as chart_script
from .charts.chart_rows import plan_name
from .charts.figures import figures_of
from .charts.model_marks import DASHES

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_DOTS: dict[Confidence, str] = {"high": "●●●", "moderate": "●●○", "low": "●○○"}
_LABELLED_FROM = 0.16
"""The share of the bar from which a part has room for its figure."""
LONGEST_LINE = 1_500
"""Characters of a foreign sentence that are shown; report.json holds them all."""
WORTH_NAMING_RATIO = 1.02
"""What buys less is named in a line, without figures."""
TRIAL_COLUMNS = (
    ("speed-up", "descending"),
    ("predicted", "descending"),
    ("whole job", "ascending"),
    ("time", "ascending"),
    ("start-up", "ascending"),
    ("calls", "descending"),
    ("round", "ascending"),
    ("peak memory", "ascending"),
)
"""With the order that the first press on a heading gives."""
_MARKS = {"safe": "✓", "unsafe": "✗", "unproven": "?"}
_PARTS: dict[PartName, tuple[str, str]] = {
    "gil-held": ("held", "running with the GIL"),
    "gil-free": ("free", "running without the GIL"),
    "waiting": ("wait", "waiting"),
    "queued": ("queued", "ready, but without a processor"),
    "transport": ("transport", "handing over, were it to a process"),
}
"""The style and the words of each part of a call."""


def render(report: Report) -> str:
    """A self-contained page: styles, data and scripts inside, nothing fetched, foreign text escaped.

    Charts are drawn by Vega from one bundle, through its expression interpreter, so that the page's policy can name
    every script by its hash and forbid all else, ``eval`` included.
    """
    environment = _environment()
    script = environment.get_template("report.js").render()
    charts = figures_of(report)
    bundle = chart_script.text() if charts else ""
    advice, profile = report.recommendation, report.profile
    title, _, lead = wording.verdict(report).partition(": ")
    return environment.get_template("report.html.j2").render(
        report=report,
        fmt=fmt,
        wording=wording,
        script=script,
        bundle=bundle,
        script_sources=" ".join(f"'{chart_script.digest(text)}'" for text in (script, bundle) if text),
        charts=charts,
        dashes=DASHES,
        title=_marked(_line(title), report.target.name),
        lead=_marked(_line(lead[:1].upper() + lead[1:]), report.target.name),
        race=_race(report),
        dots=_DOTS[advice.confidence] if advice else "",
        reasons=_reasons(report),
        safe=_safe(report),
        snippet=_highlighted(advice.snippet) if advice else None,
        parts=_parts(report),
        explanation="" if wording.is_explained(report) else _line(profile.explanation),
        what_ifs=[_what_if(one) for one in _worth(report)],
        idle_what_ifs=_idle(report),
        certificate=[_verdict(report, one) for one in report.certificate],
        trial_columns=TRIAL_COLUMNS,
        trials=[_trial(report, trial) for trial in report.trials],
        findings=[_finding(finding) for finding in report.findings],
        hot_lines=[_hot_line(line) for line in profile.hot_lines],
        figures=_figures(profile, report.target),
        command=repeat_command.repeating(report),
    )


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _marked(text: str, name: str) -> Markup:
    """The text with the function's name set as code."""
    from markupsafe import Markup, escape

    shown = _line(name)
    if not shown:
        return escape(text)
    return Markup("<code>{}</code>").format(shown).join(escape(part) for part in text.split(shown))


def _highlighted(code: str) -> Markup:
    from markupsafe import Markup
    from pygments import highlight  # type: ignore[import-untyped]  # ships no types
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # as above
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # as above

    lexer = PythonLexer(stripnl=False, ensurenl=False)
    return Markup(highlight(code, lexer, HtmlFormatter(nowrap=True)))  # noqa: S704 - Pygments escapes the code


def _race(report: Report) -> list[dict[str, Any]]:
    """Two bars, now and then; none for serial, where they would be alike."""
    advice = report.recommendation
    if advice is None or advice.plan.model == "serial":
        return []
    longest = max(advice.serial_job_seconds, advice.job_seconds) or 1.0
    return [
        {"name": name, "time": fmt.seconds(seconds), "percent": _percent(seconds / longest)}
        for name, seconds in (("now", advice.serial_job_seconds), ("then", advice.job_seconds))
    ]


def _reasons(report: Report) -> list[str]:
    """Why this plan, then what a call does, then whatever else there is to say."""
    reasons = [_line(reason) for reason in (report.recommendation.reasons if report.recommendation else ())]
    return [*reasons[1:2], *reasons[:1], *reasons[2:]]


def _safe(report: Report) -> dict[str, str]:
    """The verdict on the advised model; the findings, for a report from before there were verdicts."""
    advised = report.recommendation.plan.model if report.recommendation else None
    for one in report.certificate:
        if one.model == advised:
            because = _line(one.because[0]) if one.because else ""
            return {"verdict": one.verdict, "mark": _MARKS[one.verdict], "because": because}
    return {"verdict": "", "mark": "", "because": wording.safety(report)}


def _verdict(report: Report, verdict: ModelVerdict) -> dict[str, Any]:
    return {
        "model": verdict.model,
        "verdict": verdict.verdict,
        "mark": _MARKS[verdict.verdict],
        "because": [_line(sentence) for sentence in verdict.because],
        "recommended": report.recommendation is not None and report.recommendation.plan.model == verdict.model,
    }


def _worth(report: Report) -> list[WhatIf]:
    ledger = report.outlook.what_ifs if report.outlook else ()
    return [one for one in ledger if one.gain_ratio >= WORTH_NAMING_RATIO or one.verified_speedup is not None]


def _idle(report: Report) -> list[str]:
    worth, ledger = _worth(report), report.outlook.what_ifs if report.outlook else ()
    return [_line(one.name) for one in ledger if one not in worth]


def _what_if(one: WhatIf) -> dict[str, str]:
    return {
        "name": _line(one.name),
        "how": _line(one.how),
        "gain": fmt.ratio(one.gain_ratio),
        "job": fmt.seconds(one.job_seconds),
        "speedup": fmt.ratio(one.speedup),
        "verified": fmt.ratio(one.verified_speedup),
        "plan": plan_name(one.plan),
    }


def _parts(report: Report) -> list[dict[str, Any]]:
    known = report.outlook.call_parts if report.outlook else ()
    parts = (
        [wording.Part(*_PARTS[part.name], part.seconds, part.fraction) for part in known if _is_shown(part)]
        if known
        else wording.parts(report.profile)
    )
    return [
        {
            "key": part.key,
            "seconds": part.seconds,
            "label": part.label,
            "time": fmt.seconds(part.seconds),
            "share": fmt.share(part.fraction),
            "percent": _percent(part.fraction),
            "has_room": part.fraction >= _LABELLED_FROM,
        }
        for part in parts
    ]


def _is_shown(part: CallPart) -> bool:
    return part.name != "queued" or part.fraction >= wording.WORTH_A_WORD


def _line(text: str) -> str:
    """Foreign text as one line; an exception may bring a page of it."""
    return fmt.clip(fmt.one_line(text), LONGEST_LINE)


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2f}%"


def _trial(report: Report, trial: Trial) -> dict[str, Any]:
    plan = trial.plan
    chunk = f"chunks of {plan.chunk_size:,}" if plan.chunk_size is not None else ""
    figures = (
        (fmt.ratio(trial.speedup), trial.speedup),
        (fmt.ratio(trial.predicted_speedup), trial.predicted_speedup),
        (fmt.seconds(trial.job_seconds), trial.job_seconds),
        (fmt.seconds(trial.wall_seconds), trial.wall_seconds),
        (fmt.seconds(trial.startup_seconds), trial.startup_seconds),
        (fmt.count(trial.calls), trial.calls),
        (fmt.count(trial.round), trial.round),
        (fmt.size(trial.peak_rss_bytes), trial.peak_rss_bytes),
    )
    return {
        "plan": plan_name(plan),
        "rank": f"{MODELS.index(plan.model)}{plan.workers:06d}",
        "how": ", ".join(word for word in (_line(plan.idiom), chunk, plan.start_method) if word),
        "recommended": is_recommended(report, trial),
        "ruled_out": is_ruled_out(report, trial),
        "failure": fmt.clip(wording.trial_note(trial), LONGEST_LINE),
        "interval": "" if trial.speedup_low is None else fmt.ratio_range(trial.speedup_low, trial.speedup_high),
        "cells": [{"text": text, "value": "" if value is None else value} for text, value in figures],
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "severity": finding.severity,
        "message": _line(finding.message),
        "evidence": fmt.clip(fmt.lines_of(finding.evidence), LONGEST_LINE),
        "excludes": ", ".join(finding.excludes),
        "code": _line(finding.code),
    }


def _hot_line(line: HotLine) -> dict[str, str]:
    name = Path(line.file).name
    return {
        "place": f"{_line(name)}:{line.line}",
        "source": _line(line.source),
        "python": fmt.share(line.python_fraction),
        "native": fmt.share(line.native_fraction),
        "system": fmt.share(line.system_fraction),
    }


def _figures(profile: Profile, target: TargetFacts) -> list[tuple[str, str]]:
    timing = profile.timing
    quartiles = f"{fmt.seconds(timing.wall_seconds_low)} to {fmt.seconds(timing.wall_seconds_high)}"
    return [
        ("A call", fmt.seconds(timing.wall_seconds_per_call)),
        ("Half of the calls", quartiles),
        ("The first call", fmt.seconds(timing.first_call_seconds)),
        ("CPU time of a call", fmt.seconds(timing.cpu_seconds_per_call)),
        ("CPU time in its child processes", fmt.seconds(timing.children_cpu_seconds_per_call)),
        ("Ready, but without a processor", fmt.seconds(timing.queued_seconds_per_call)),
        ("CPU time over wall time", fmt.share(profile.cpu_fraction)),
        ("Argument, pickled", fmt.size(timing.argument_bytes)),
        ("Result, pickled", fmt.size(timing.result_bytes)),
        ("Pickling both once", fmt.seconds(timing.pickle_seconds_per_call)),
        ("Peak memory", fmt.size(timing.peak_rss_bytes)),
        ("Importing the module", fmt.seconds(target.import_seconds)),
        ("Calls timed", fmt.count(timing.calls)),
    ]
