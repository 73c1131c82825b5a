"""The ranking as a pull-request comment, with the diff folded below it."""

from __future__ import annotations

from ... import formatting as fmt
from ...records.program import ProgramReport, ProgramSite
from ..markdown import LENGTH, escape
from . import wording

_KEPT = 200
_LONGEST_CODE = 120


def render(report: ProgramReport) -> str:
    """Markdown for GitHub, of fewer than ``LENGTH`` characters."""
    lines = [
        f"### advisor find: <code>{escape(report.command.name)}</code>", "", f"**{escape(report.headline)}**", "",
        escape(wording.run(report)), "",
    ]  # fmt: skip
    if report.sites:
        lines += ["| | site | share | the program gains | how | safety |", "| --- | --- | ---: | ---: | --- | --- |"]
        lines += [_row(site, site.id in report.best.sites) for site in report.sites]
    lines += ["", *(f"- {escape(finding.message)}" for finding in report.findings)]
    page = "\n".join(lines).rstrip() + "\n"
    for name, diff in _diffs(report):
        fence = "`" * max(3, 1 + max((len(part) for part in diff.split("\n") if set(part) == {"`"}), default=0))
        folded = f"\n<details><summary>{escape(name)}</summary>\n\n{fence}diff\n{diff}\n{fence}\n\n</details>\n"
        if len(page) + len(folded) < LENGTH - _KEPT:
            page += folded
    return page


def _row(site: ProgramSite, chosen: bool) -> str:
    why = f": {escape(site.why_not)}" if site.why_not else ""
    cells = (
        "**→**" if chosen else "",
        f"<code>{escape(site.id)}</code> {escape(site.code, _LONGEST_CODE)}",
        fmt.share(site.share),
        wording.gain(site),
        escape(wording.advice(site)) + why,
        wording.SAFETY[site.independence],
    )
    return f"| {' | '.join(cells)} |"


def _diffs(report: ProgramReport) -> list[tuple[str, str]]:
    if report.best.diff:
        return [("The edit", report.best.diff)]
    return [(f"The edit of {site.id}", site.diff) for site in report.sites if site.diff and site.applies]
