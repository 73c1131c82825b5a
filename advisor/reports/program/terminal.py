"""The ranking on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import PurePath
from typing import TYPE_CHECKING

from ... import formatting as fmt
from ...records.program import ProgramReport, ProgramSite
from . import wording

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

NARROWEST = 60
MOST_SITES = 8
MOST_FINDINGS = 3
_CODE_FROM_WIDTH = 100


def render(report: ProgramReport, written: Sequence[PurePath] = (), *, width: int = 80, colour: bool = False) -> str:
    """The answer, the sites by what the program gains, what to know, and which files hold the rest."""
    from rich.console import Console

    page = StringIO()
    console = Console(
        file=page, width=max(width, NARROWEST), force_terminal=colour, color_system="standard" if colour else None,
        no_color=not colour, legacy_windows=False, _environ={},
    )  # fmt: skip
    console.print(_styled(fmt.one_line(report.headline), "bold"), highlight=False)
    console.print()
    if report.sites:
        console.print(_table(report, console.width))
        console.print()
    for site in report.sites[:MOST_SITES]:
        if site.why_not is not None:
            console.print(_styled(f"{site.id}: {fmt.one_line(site.why_not)}", "dim"), highlight=False)
    for finding in report.findings[:MOST_FINDINGS]:
        console.print(_styled(f"{finding.severity}: {fmt.one_line(finding.message)}"), highlight=False)
    for line in _tail(report, written):
        console.print(_styled(line, "dim"), highlight=False, soft_wrap=True)
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def _styled(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text, style=style)


def _table(report: ProgramReport, width: int) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name, right in (("", False), ("site", False), ("share", True), ("the program gains", True), ("how", False)):
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    if width >= _CODE_FROM_WIDTH:
        table.add_column("code", overflow="ellipsis", no_wrap=True)
    for site in report.sites[:MOST_SITES]:
        cells = _cells(site, chosen=site.id in report.best.sites)
        code = [_styled(fmt.one_line(site.code))] if width >= _CODE_FROM_WIDTH else []
        table.add_row(*(_styled(cell) for cell in cells), *code, style="bold green" if site.applies else "")
    return table


def _cells(site: ProgramSite, chosen: bool) -> tuple[str, ...]:
    return (">" if chosen else "", site.id, fmt.share(site.share), wording.gain(site), wording.advice(site))


def _tail(report: ProgramReport, written: Sequence[PurePath]) -> list[str]:
    lines = []
    saved = next((path for path in written if path.suffix == ".json"), None)
    if saved is not None and report.best.sites:
        lines.append(f"The edit: advisor apply {saved} (a diff; --write --verify changes the files and measures)")
    if written:
        lines.append(f"Written: {', '.join(str(path) for path in written)}")
    lines.append(f"It took {fmt.seconds(report.cost.elapsed_seconds)}.")
    return lines
