"""Text in the cells of Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the cells are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell(text) for text in line)} |" for line in lines)


def cell(text: str) -> str:
    """A text on one line, with nothing in it that would end its cell."""
    parts = " ".join(text.replace("``", "`").split()).split("`")
    # Between backticks, which the odd parts are, a bar ends no cell, and a backslash would be seen.
    return "`".join(part if place % 2 else part.replace("|", "\\|") for place, part in enumerate(parts))
