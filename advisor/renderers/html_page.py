"""The report as one HTML file that needs no network and asks for nothing."""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import formatting as fmt
from ..records import Confidence, Finding, HotLine, Profile, Report, TargetFacts, Trial
from . import command, wording
from .selection import is_recommended, is_ruled_out

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_DOTS: dict[Confidence, str] = {"high": "●●●", "moderate": "●●○", "low": "●○○"}
_LABELLED_FROM = 0.16
"""The share of the bar from which a part has room for its figure."""


def render(report: Report) -> str:
    """A self-contained page: styles and script inside, nothing fetched, foreign text escaped."""
    environment = _environment()
    script = environment.get_template("report.js").render()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    advice, profile = report.recommendation, report.profile
    title, _, lead = wording.verdict(report).partition(": ")
    return environment.get_template("report.html.j2").render(
        report=report,
        fmt=fmt,
        wording=wording,
        script=script,
        script_source=f"sha256-{digest}",
        title=_marked(title, report.target.name),
        lead=_marked(lead[:1].upper() + lead[1:], report.target.name),
        race=_race(report),
        dots=_DOTS[advice.confidence] if advice else "",
        snippet=_highlighted(advice.snippet) if advice else None,
        parts=_parts(profile),
        explanation="" if wording.is_explained(report) else fmt.one_line(profile.explanation),
        trials=[_trial(report, trial) for trial in report.trials],
        findings=[_finding(finding) for finding in report.findings],
        hot_lines=[_hot_line(line) for line in profile.hot_lines],
        figures=_figures(profile, report.target),
        command=command.repeating(report),
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

    shown = fmt.one_line(name)
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


def _parts(profile: Profile) -> list[dict[str, Any]]:
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
        for part in wording.parts(profile)
    ]


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.2f}%"


def _trial(report: Report, trial: Trial) -> dict[str, Any]:
    plan = trial.plan
    chunk = f"chunks of {plan.chunk_size:,}" if plan.chunk_size is not None else ""
    return {
        "plan": plan.model if plan.model == "serial" else f"{plan.model}, {fmt.workers(plan)}",
        "how": ", ".join(word for word in (fmt.one_line(plan.idiom), chunk, plan.start_method) if word),
        "recommended": is_recommended(report, trial),
        "ruled_out": is_ruled_out(report, trial),
        "failure": wording.trial_note(trial),
        "round": trial.round,
        "calls": fmt.count(trial.calls),
        "time": fmt.seconds(trial.wall_seconds),
        "startup": fmt.seconds(trial.startup_seconds),
        "job": fmt.seconds(trial.job_seconds),
        "speedup": fmt.ratio(trial.speedup),
        "interval": "" if trial.speedup_low is None else fmt.ratio_range(trial.speedup_low, trial.speedup_high),
        "predicted": fmt.ratio(trial.predicted_speedup),
        "memory": fmt.size(trial.peak_rss_bytes),
    }


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "severity": finding.severity,
        "message": fmt.one_line(finding.message),
        "evidence": fmt.lines_of(finding.evidence),
        "excludes": ", ".join(finding.excludes),
        "code": fmt.one_line(finding.code),
    }


def _hot_line(line: HotLine) -> dict[str, str]:
    name = Path(line.file).name
    return {
        "place": f"{fmt.one_line(name)}:{line.line}",
        "source": fmt.one_line(line.source),
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
