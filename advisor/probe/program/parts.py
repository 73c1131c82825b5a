"""A site taken apart into lines of text, for whoever puts it together again."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .splitting import Split
from .syntax import Tree, dotted


@dataclass(frozen=True)
class Parts:
    """A loop taken apart into lines of text, for whoever puts it together again."""

    target: str
    """The loop's target, as text."""
    iterable: str
    """What it goes over, as text."""
    item: str
    """The function's first parameter."""
    live_in: tuple[str, ...]
    module_names: tuple[str, ...]
    values: tuple[str, ...]
    before: tuple[str, ...]
    """Lines of the body that stay ahead of what is computed, at the loop's own margin of the body."""
    after: tuple[str, ...]
    """Lines that stay behind it."""
    needs_item: bool
    """Whether the lines that stay, or what follows the loop, read the item."""
    skips: bool
    awaits: bool
    name: str
    definition: tuple[str, ...]
    """The function's lines, at the left margin."""
    call: str | None
    """The function that does it all with the item as its one argument, where there is one already."""
    top_line: int
    """The line before which the definition goes: the first of the statement of the module that holds the site."""
    changed_item: str = ""
    """What the computed part changes of the item; empty for nothing."""
    in_place: bool = False
    """Whether the one value comes back where the lines behind have ``in_place.MARK``, and so do its errors."""
    element: str = ""
    """Of a comprehension: what it makes of the values and the item."""
    conditions: tuple[str, ...] = ()
    """Of a comprehension: conditions that choose items before anything is computed of them."""
    counter: str = ""
    """The name of the count, where ``target`` and ``iterable`` are those inside an ``enumerate``."""
    count_from: str = ""
    """What follows the iterable in the call of ``enumerate``."""
    keeps: str = ""
    """Of a comprehension: the condition on the values, where they are only computed to choose items."""


def value_names(parts: Parts) -> str:
    """The names of the values as a target."""
    if parts.skips or len(parts.values) != 1:
        return ", ".join(parts.values)
    return parts.values[0]


def call_name(node: ast.AST) -> str:
    """The last name of what a call calls; empty where it has none."""
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)


def called_with(tree: Tree, node: ast.AST, item: str) -> str | None:
    """``f`` of a call ``f(item)``, where ``f`` itself does not depend on the item; ``None`` for all else."""
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call) or node.keywords or len(node.args) != 1 or not dotted(node.func):
        return None
    only = node.args[0]
    if not isinstance(only, ast.Name) or only.id != item or dotted(node.func).split(".")[0] == item:
        return None
    return tree.text(node.func)


def expression_text(tree: Tree, node: ast.expr) -> str:
    """An expression's source as it can stand after ``return``: in brackets where it goes over lines without any."""
    text = tree.text(node)
    if isinstance(node, (ast.NamedExpr, ast.Tuple)) and not text.startswith("("):
        return f"({text})"
    try:
        ast.parse(f"x = {text}")
    except SyntaxError:
        return f"({text})"
    return text


def returns_last(last: ast.stmt, split: Split) -> ast.expr | None:
    """The value that the last statement gives to the one name that is needed, and can return instead."""
    if split.hoists or split.accumulators or not isinstance(last, ast.Assign) or len(last.targets) != 1:
        return None
    target = last.targets[0]
    if not isinstance(target, ast.Name) or split.values != (target.id,) or target.lineno != last.value.lineno:
        return None
    return last.value if not isinstance(last.value, ast.Tuple) else None
