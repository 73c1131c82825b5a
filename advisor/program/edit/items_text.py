"""What a loop goes over, as text that may stand twice."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ...probe.program.flow import scope_names
from ...probe.program.outside import free_name
from ...probe.program.syntax import Tree, dotted

_LISTS = frozenset(("list", "sorted", "range", "tuple", "set", "frozenset", "dict"))
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)
_LISTING_METHODS = frozenset(("split", "splitlines", "readlines", "keys", "values", "items", "copy", "listdir"))


@dataclass(frozen=True, kw_only=True)
class ItemsText:
    """The items, and the line that makes a list of them where they can be gone over only once."""

    text: str
    made: tuple[str, ...] = ()


_LISTING = ("sorted", "list", "os.listdir", "glob.glob")


def items_twice(tree: Tree, node: ast.AST, iterable: ast.expr) -> ItemsText:
    """The items for a zip with their results: the same expression twice where that gives the same items."""
    if _is_kept(tree, node, iterable):
        return ItemsText(text=tree.text(iterable))
    name = free_name(tree, "items")
    text = _bare(tree, iterable)
    return ItemsText(text=name, made=(f"{name} = {text if _makes_list(iterable) else f'list({text})'}",))


def _makes_list(iterable: ast.expr) -> bool:
    """Whether the expression makes a new list each time."""
    if isinstance(iterable, ast.ListComp):
        return True
    method = iterable.func.attr if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Attribute) else ""
    named = dotted(iterable.func) in _LISTING if isinstance(iterable, ast.Call) else False
    return named or method in ("split", "splitlines", "readlines")


def _bare(tree: Tree, iterable: ast.expr) -> str:
    text = tree.text(iterable)
    return text if not isinstance(iterable, ast.Tuple) or text.startswith("(") else f"({text})"


def _is_kept(tree: Tree, node: ast.AST, iterable: ast.expr) -> bool:
    """Whether going over it again, without computing anything twice, surely gives the same items."""
    if isinstance(iterable, ast.List | ast.Tuple | ast.Constant):
        return all(isinstance(each, ast.Constant) for each in getattr(iterable, "elts", ()))
    if isinstance(iterable, ast.Call):
        return dotted(iterable.func) == "range" and not any(isinstance(each, ast.Call) for each in iterable.args)
    if not isinstance(iterable, ast.Name):
        return False
    scopes = [tree.scope(node), tree.module]
    for scope in scopes:
        binding = scope_names(scope).get(iterable.id)
        if binding:
            return all(_is_list(tree, each) for each in binding)
    return False


def _is_list(tree: Tree, binding: ast.AST) -> bool:
    """Whether a name is bound to something that can be gone over again, as far as its statement shows."""
    above = tree.parent(binding)
    if not isinstance(above, ast.Assign | ast.AnnAssign) or above.value is None:
        return False
    value = above.value
    if isinstance(value, _DISPLAYS):
        return True
    if not isinstance(value, ast.Call):
        return False
    method = value.func.attr if isinstance(value.func, ast.Attribute) else ""
    return (
        dotted(value.func) in _LISTS or method in _LISTING_METHODS or dotted(value.func) in ("glob.glob", "os.listdir")
    )
