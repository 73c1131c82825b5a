"""What the machine costs, as a table: on a terminal, as CSV, JSON, Markdown and HTML."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from .. import formatting as fmt
from ..records import CostRow, Machine
from .markdown import escape

if TYPE_CHECKING:
    import pandas as pd
    from jinja2 import Template

SCHEMA_VERSION = 1
COLUMN_TYPES = {
    "group": "string",
    "operation": "string",
    "start_method": "string",
    "size_bytes": "Int64",
    "seconds": "Float64",
    "low_seconds": "Float64",
    "high_seconds": "Float64",
    "samples": "Int64",
    "note": "string",
}
"""Nullable types, so that what is missing stays missing and a count stays a whole number."""

_FORMULA_STARTS = ("=", "+", "-", "@")
_TITLES = {
    "start": "Start",
    "task": "Hand over one call",
    "data": "Pass data to another process",
    "lock": "Take a lock",
}
_EXPLANATIONS = {
    "start": "A thread, until it has been joined. A process, until its first line is heard, or to its end, "
    "until it has been joined. A pool, until its first result is back.",
    "task": "One more call that does nothing, its result included, where two workers or ten tasks are "
    "running already; each call is a chunk of its own.",
    "data": "One way, into memory that is there already. pickle is within one process, there and back.",
    "lock": "Acquire and release it: alone, against another contender that does the same, or handed over to "
    "one that waits for it.",
}


@dataclass(frozen=True, kw_only=True)
class _Section:
    """A part of the table, in words."""

    title: str
    explanation: str
    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    """The first cell names what was measured, the others are figures."""


def to_frame(rows: Sequence[CostRow]) -> pd.DataFrame:
    """One measured operation a row.

    Returns:
        The columns of ``COLUMN_TYPES``: seconds and bytes, the unit in the name; ``<NA>`` where a figure is
        missing or does not apply. ``note`` says why a figure is missing.
    """
    import pandas as pd

    return pd.DataFrame(
        {name: pd.Series([getattr(row, name) for row in rows], dtype=kind) for name, kind in COLUMN_TYPES.items()}
    )


def render_terminal(machine: Machine, rows: Sequence[CostRow], *, width: int = 80, colour: bool = False) -> str:
    """The table for a terminal of ``width`` columns; no sense is lost without colours."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    page = StringIO()
    console = Console(
        file=page,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        _environ={},
    )
    console.print(Text(_summary(machine)))
    for section in _sections(rows):
        console.print()
        console.print(Text(section.explanation, "dim"))
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for number, name in enumerate((section.title, *section.header[1:])):
            style = "bold" if number == 0 else "dim"
            table.add_column(Text(name, style), justify="right" if number else "left", overflow="fold")
        for line in section.lines:
            table.add_row(*(Text(cell) for cell in line))
        console.print(table)
    for note in _notes(rows):
        console.print()
        console.print(Text(note, "yellow"))
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())


def render_csv(_machine: Machine, rows: Sequence[CostRow]) -> str:
    """CSV of ``to_frame``, for pandas and for a spreadsheet."""
    frame = to_frame(rows)
    frame["note"] = frame["note"].map(_inert, na_action="ignore")
    return frame.to_csv(index=False, lineterminator="\n")


def render_json(machine: Machine, rows: Sequence[CostRow]) -> str:
    """JSON: ``schema_version``, ``machine`` with its ``costs``, and ``rows``; missing is ``null``."""
    facts = asdict(machine)
    facts["costs"]["process_start_seconds"] = dict(machine.costs.process_start_seconds)
    document = {"schema_version": SCHEMA_VERSION, "machine": facts, "rows": [asdict(row) for row in rows]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def render_markdown(machine: Machine, rows: Sequence[CostRow]) -> str:
    """Markdown as GitHub reads it."""
    lines = ["# What this machine costs", "", escape(_summary(machine))]
    for section in _sections(rows):
        lines += ["", f"## {section.title}", "", section.explanation, ""]
        lines.append(f"| {' | '.join(section.header)} |")
        lines.append(f"| --- |{' ---: |' * (len(section.header) - 1)}")
        lines += [f"| {' | '.join((escape(name), *figures))} |" for name, *figures in section.lines]
    for note in _notes(rows):
        lines += ["", escape(note)]
    return "\n".join(lines) + "\n"


def render_html(machine: Machine, rows: Sequence[CostRow]) -> str:
    """A page that needs nothing from elsewhere."""
    return _template().render(summary=_summary(machine), sections=tuple(_sections(rows)), notes=tuple(_notes(rows)))


RENDERERS: Mapping[str, Callable[[Machine, Sequence[CostRow]], str]] = {
    ".html": render_html,
    ".csv": render_csv,
    ".json": render_json,
    ".md": render_markdown,
}
"""What each suffix of ``-o`` asks for."""


def _summary(machine: Machine) -> str:
    cores = fmt.count(machine.usable_cores, "usable core")
    if machine.physical_cores is not None:
        cores += f" ({fmt.count(machine.physical_cores)} physical)"
    return f"{cores}, {fmt.size(machine.memory_limit_bytes)} of memory, {fmt.one_line(machine.platform)}"


def _sections(rows: Sequence[CostRow]) -> Iterator[_Section]:
    """The groups that have rows, in a fixed order; data are laid out by size."""
    for group, title in _TITLES.items():
        members = [row for row in rows if row.group == group]
        if not members:
            continue
        if group == "data":
            header, lines = _by_size(members)
        else:
            header = ("what", "time", "middle half")
            lines = tuple((_name(row), fmt.seconds(row.seconds), _quartiles(row)) for row in members)
        yield _Section(title=title, explanation=_EXPLANATIONS[group], header=header, lines=lines)


def _by_size(rows: Sequence[CostRow]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    sizes = sorted({row.size_bytes for row in rows if row.size_bytes is not None})
    found = {(row.operation, row.size_bytes): row.seconds for row in rows}
    lines = tuple(
        (operation, *(fmt.seconds(found.get((operation, size))) for size in sizes))
        for operation in dict.fromkeys(row.operation for row in rows)
    )
    return ("what", *(fmt.size(size) for size in sizes)), lines


def _name(row: CostRow) -> str:
    return row.operation if row.start_method is None else f"{row.operation} ({row.start_method})"


def _quartiles(row: CostRow) -> str:
    if row.low_seconds is None or row.high_seconds is None:
        return fmt.MISSING
    return f"{fmt.seconds(row.low_seconds)} to {fmt.seconds(row.high_seconds)}"


def _notes(rows: Sequence[CostRow]) -> Iterator[str]:
    """Why figures are missing, each reason once."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row.note is not None:
            size = "" if row.size_bytes is None else f" {fmt.size(row.size_bytes)}"
            reasons.setdefault(fmt.one_line(row.note), []).append(_name(row) + size)
    for reason, names in reasons.items():
        yield f"Not measured: {', '.join(names)}: {reason}"


def _inert(text: str) -> str:
    """One line that no spreadsheet takes for a formula."""
    line = fmt.one_line(text)
    return f"'{line}" if line.startswith(_FORMULA_STARTS) else line


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    ).get_template("machine.html.j2")
