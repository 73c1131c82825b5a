"""The program's report as one page: where its time goes, and the sites, each with its gain, safety and edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from ... import formatting as fmt
from ...records.program import ProgramReport, ProgramSite, TimePlace
from . import wording

LONGEST_LINE = 300
_HAS_ROOM = 0.12
"""The share from which a part of a bar has room for its name."""


def render(report: ProgramReport) -> str:
    """A page without a network, script or foreign markup; links to sites' own reports lead on from its folder."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("program.html.j2").render(
        fmt=fmt,
        report=report,
        headline=_line(report.headline),
        run=_line(wording.run(report)),
        race=_race(report),
        interval=fmt.ratio_range(report.best.program_speedup_low, report.best.program_speedup_high),
        places=[_place(place) for place in report.time_places],
        sites=[_site(site, site.id in report.best.sites) for site in report.sites],
        diff=_diff_lines(report.best.diff) if report.best.diff else [],
    )


def _line(text: str) -> str:
    return fmt.clip(fmt.one_line(text), LONGEST_LINE * 3)


def _race(report: ProgramReport) -> list[dict[str, str]]:
    if not report.best.sites:
        return []
    now = report.program.wall_seconds
    then = now / report.best.program_speedup
    return [
        {"name": name, "time": fmt.seconds(seconds), "percent": _percent(seconds / max(now, then))}
        for name, seconds in (("now", now), ("then", then))
    ]


def _place(place: TimePlace) -> dict[str, Any]:
    waits = place.cpu_fraction < 0.5  # noqa: PLR2004 - the larger part
    return {
        "name": _line(place.function),
        "where": f"{Path(place.file).name}:{place.line}",
        "source": fmt.clip(fmt.one_line(place.source), LONGEST_LINE),
        "calls": _line(place.calls or ""),
        "share": fmt.share(place.share),
        "percent": _percent(place.share),
        "key": "wait" if waits else "held",
        "does": "waits" if waits else "computes",
        "has_room": place.share >= _HAS_ROOM,
    }


def _site(site: ProgramSite, chosen: bool) -> dict[str, Any]:
    page = None if site.report is None else quote(site.report.removesuffix(".json") + ".html")
    return {
        "id": site.id,
        "anchor": quote(site.id, safe=""),
        "chosen": chosen,
        "applies": site.applies,
        "code": fmt.clip(fmt.one_line(site.code), LONGEST_LINE),
        "function": _line(site.function),
        "share": fmt.share(site.share),
        "percent": _percent(site.share),
        "time": fmt.seconds(site.wall_seconds),
        "counts": wording.counts(site),
        "gain": wording.gain(site),
        "advice": wording.advice(site),
        "why_not": _line(site.why_not or ""),
        "independence": site.independence,
        "safety": wording.SAFETY[site.independence],
        "reasons": [_line(reason) for reason in site.independence_reasons],
        "judged_by": site.judged_by,
        "page": page,
        "diff": _diff_lines(site.diff) if site.diff else [],
    }


def _diff_lines(diff: str) -> list[dict[str, str]]:
    kinds = {"+": "added", "-": "removed", "@": "place"}
    return [{"text": line, "kind": kinds.get(line[:1], "")} for line in diff.splitlines()]


def _percent(fraction: float) -> str:
    return f"{100 * min(1.0, fraction):.2f}%"
