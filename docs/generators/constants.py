"""The thresholds of the packages that decide, with their values and what stands beside them in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from docs.generators.docstrings import assigned
from docs.generators.site_address import ROOT
from docs.generators.tables import table

TO_THIS_PAGE = "See docs/explanation/constants.md."
PACKAGES = ("decide", "check", "pipeline", "child")


def markdown() -> str:
    """A table a module that has thresholds."""
    parts = []
    for package in PACKAGES:
        for path in sorted((ROOT / "advisor" / package).rglob("*.py")):
            rows = list(rows_of(path))
            if rows:
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                parts.append(f"### `{module}`\n\n{table(('constant', 'value', 'meaning'), rows)}")
    return "\n\n".join(parts)


def rows_of(path: Path) -> Iterator[tuple[str, str, str]]:
    """(name, value, meaning) of each public constant that is a number, or several."""
    for one in assigned(ast.parse(path.read_text(encoding="utf-8")).body):
        if one.name.isupper() and not one.name.startswith("_") and _is_number(one.value):
            yield f"`{one.name}`", f"`{one.value}`", one.docstring.removesuffix(TO_THIS_PAGE)


def _is_number(source: str) -> bool:
    try:
        value = ast.literal_eval(source)
    except (SyntaxError, ValueError):
        return False
    parts = value if isinstance(value, tuple) else (value,)
    return all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts)
