"""The thresholds of the packages that decide, with their values and what stands beside them in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import griffe

from docs.generators.site_address import ROOT
from docs.generators.tables import table

PACKAGES = ("advisor.decide", "advisor.check", "advisor.pipeline", "advisor.child")


def markdown() -> str:
    """A table a module that has thresholds."""
    parts = []
    for package in PACKAGES:
        for module in _modules(griffe.load(package, search_paths=[ROOT])):
            rows = list(rows_of(module))
            if rows:
                parts.append(f"### `{module.path}`\n\n{table(('constant', 'value', 'meaning'), rows)}")
    return "\n\n".join(parts)


def rows_of(module: griffe.Module) -> Iterator[tuple[str, str, str]]:
    """(name, value, meaning) of each public constant that is a number, or some of them."""
    for name, attribute in module.attributes.items():
        if attribute.is_alias:
            continue
        if name.isupper() and not name.startswith("_") and _is_number(str(attribute.value)):
            meaning = "" if attribute.docstring is None else attribute.docstring.value
            yield f"`{name}`", f"`{attribute.value}`", meaning


def _modules(loaded: griffe.Object | griffe.Alias) -> Iterator[griffe.Module]:
    if isinstance(loaded, griffe.Module):
        yield loaded
        for part in loaded.modules.values():
            yield from _modules(part)


def _is_number(source: str) -> bool:
    try:
        value = ast.literal_eval(source)
    except (SyntaxError, ValueError):
        return False
    parts = value if isinstance(value, tuple) else (value,)
    return all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts)
