"""How much work code may be, and which of it runs first."""

from __future__ import annotations

import ast

from .syntax import COMPREHENSIONS, FUNCTIONS, LOOPS, dotted, inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

CHEAP = frozenset((
    "len", "str", "int", "float", "bool", "repr", "range", "enumerate", "zip", "isinstance", "issubclass", "getattr",
    "hasattr", "print", "type", "id", "tuple", "list", "dict", "set", "min", "max", "abs", "round", "ord", "chr",
    "format", "reversed", "iter", "super", "callable", "Path", "join", "append", "extend", "add", "update", "get",
    "items", "keys", "values", "startswith", "endswith", "strip", "lstrip", "rstrip", "lower", "upper", "split",
    "rsplit", "partition", "rpartition", "replace", "title", "zfill", "ljust", "rjust", "basename", "dirname",
    "splitext", "with_suffix", "with_name", "relative_to", "as_posix", "perf_counter", "time", "monotonic", "info",
    "debug", "warning", "error", "setdefault", "pop", "write", "writerow", "encode", "decode", "group", "copy",
    "result",
))  # fmt: skip
"""Last names of calls that take next to nothing: alone they are no reason for a function."""


def of_this_loop(node: ast.AST) -> Iterable[ast.AST]:
    """The node and what is below, without the bodies of loops inside it: their ``break`` is their own."""
    yield node
    if isinstance(node, (*LOOPS, ast.While)):
        for each in node.orelse:
            yield from of_this_loop(each)
    elif not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
        for child in ast.iter_child_nodes(node):
            yield from of_this_loop(child)


def evaluated_first(node: ast.AST) -> Iterable[ast.AST]:
    """The parts of a node that run whenever it runs, before it has had any effect."""
    if isinstance(node, (ast.If, ast.While)):
        return [node.test] if isinstance(node, ast.If) else []
    if isinstance(node, LOOPS):
        return [node.iter]
    if isinstance(node, (ast.IfExp, ast.BoolOp)):
        return [node.test] if isinstance(node, ast.IfExp) else [node.values[0]]
    if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        places = [each.slice for each in targets if isinstance(each, ast.Subscript)]
        return [*([node.value] if node.value is not None else []), *places]
    if isinstance(node, (*COMPREHENSIONS, ast.Lambda)):
        return []
    if isinstance(node, ast.expr):
        return [each for each in ast.iter_child_nodes(node) if isinstance(each, (ast.expr, ast.keyword))]
    return [node.value] if isinstance(node, ast.keyword) else []


def weigh(node: ast.AST) -> float:
    """How much work a piece of code may be, in calls of something that may take long."""
    weight = 0.0
    for each in (node, *inside(node)):
        if isinstance(each, ast.Call):
            name = each.func.attr if isinstance(each.func, ast.Attribute) else dotted(each.func)
            weight += 0.0 if name in CHEAP else 1.0
        elif isinstance(each, (*LOOPS, ast.While, *COMPREHENSIONS)):
            weight += 1.0
    return weight
