"""What changed between two reports: as text, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from io import StringIO

from .. import formatting as fmt
from ..records.compared import Change, Comparison
from . import csv_table, markdown

SCHEMA_VERSION = 1
NARROWEST = 40
NOTHING = "Nothing differs by more than noise."
_LONGEST = 120
_STYLES = {"worse": "bold red", "better": "bold green", "changed": "yellow", "noise": "dim"}
_HEADER = ("", "what", "then", "now", "change")
_FORMATS: Mapping[str, Callable[[float], str]] = {
    "seconds": fmt.seconds,
    "bytes": fmt.size,
    "speedup": fmt.ratio,
    "fraction": fmt.share,
}


def render_terminal(comparison: Comparison, *, width: int = 80, colour: bool = False) -> str:
    """What matters first, then what is within noise; wrapped to ``width`` columns, 40 at least."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    page = StringIO()
    console = Console(
        file=page, width=max(width, NARROWEST), force_terminal=colour, color_system="standard" if colour else None,
        no_color=not colour, legacy_windows=False, highlight=False, _environ={},
    )  # fmt: skip
    console.print(Text(fmt.one_line(f"{comparison.target}: {comparison.headline}"), style="bold"))
    for caveat in comparison.caveats:
        console.print(Text(f"Not the same: {fmt.one_line(caveat)}", style="yellow"))
    for title, changes in _parts(comparison):
        console.print(Text(f"\n{title}"))
        table = Table(*_HEADER, box=None, pad_edge=False, padding=(0, 1), header_style="dim")
        for change in changes:
            table.add_row(*(Text(cell) for cell in _cells(change)), style=_STYLES[change.meaning])
        console.print(table)
    if not comparison.notable:
        console.print(Text(f"\n{NOTHING}"))
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def render_markdown(comparison: Comparison) -> str:
    """A pull-request comment: what matters open, what is within noise folded; shorter than ``markdown.LENGTH``."""
    lines = [f"### advisor: <code>{markdown.escape(comparison.target, _LONGEST)}</code>", ""]
    lines += [f"**{markdown.escape(comparison.headline)}**", ""]
    lines += [*(f"- Not the same: {markdown.escape(caveat)}" for caveat in comparison.caveats), ""]
    page = "\n".join(lines) if comparison.notable else "\n".join([*lines, NOTHING, ""])
    for title, changes in _parts(comparison):
        table = [_row(_HEADER), _row(["---"] * len(_HEADER)), *(_row(_escaped(_cells(change))) for change in changes)]
        folded = changes[0].meaning == "noise"
        opening, closing = (f"<details><summary>{title}</summary>\n", "\n</details>") if folded else (f"{title}:\n", "")
        room = markdown.LENGTH - len(page) - len(opening) - len(closing) - _LONGEST
        page += f"\n{opening}\n{markdown.fitting(table, room)}{closing}\n"
    return page


def render_csv(comparison: Comparison) -> str:
    """A change a row: ``what, unit, old, new, ratio, ratio_low, ratio_high, meaning``."""
    page = StringIO()
    names = ("what", "unit", "old", "new", "ratio", "ratio_low", "ratio_high", "meaning")
    rows = csv.writer(page, lineterminator="\n")
    rows.writerow(names)
    for change in comparison.changes:
        values = (getattr(change, name) for name in names)
        rows.writerow([csv_table.inert(value) if isinstance(value, str) else value for value in values])
    return page.getvalue()


def render_json(comparison: Comparison) -> str:
    """All of it; a ratio is new over old."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **asdict(comparison)}, indent=2, allow_nan=False) + "\n"


RENDERERS: Mapping[str, Callable[[Comparison], str]] = {
    ".json": render_json,
    ".md": render_markdown,
    ".csv": render_csv,
}
"""What each suffix of ``compare -o`` asks for."""


def _parts(comparison: Comparison) -> Iterable[tuple[str, tuple[Change, ...]]]:
    noise = tuple(change for change in comparison.changes if change.meaning == "noise")
    return [(title, part) for title, part in (("What matters", comparison.notable), ("Within noise", noise)) if part]


def _cells(change: Change) -> tuple[str, str, str, str, str]:
    meaning = "" if change.meaning == "noise" else change.meaning
    by = fmt.ratio(change.ratio) if change.ratio is not None else ""
    if change.ratio_low is not None:
        by += f" ({fmt.ratio_range(change.ratio_low, change.ratio_high)})"
    return meaning, fmt.one_line(change.what), _value(change, change.old), _value(change, change.new), by


def _value(change: Change, value: float | str | None) -> str:
    if value is None:
        return fmt.MISSING
    if isinstance(value, str):
        return fmt.clip(fmt.one_line(value), _LONGEST)
    return _FORMATS[change.unit](value)


def _escaped(cells: Iterable[str]) -> list[str]:
    return [markdown.escape(cell) for cell in cells]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
