"""Names for what an edit adds, from what is there."""

from __future__ import annotations

import ast

from .syntax import dotted, root_name

_SINGULAR = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))


def singular(name: str) -> str:
    """``entries`` to ``entry``, ``rows`` to ``row``; a name that is no plural as it is."""
    if name.endswith(("ss", "us", "is")) or len(name) <= 2:  # noqa: PLR2004 - "is", "xs": nothing would be left
        return name
    return next((name[: -len(end)] + new for end, new in _SINGULAR if name.endswith(end)), name)


def named_after(node: ast.expr, statement: ast.stmt) -> str:
    """A name for a value: after the list that it goes to, else after the function that made it."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args and call.args[0] is node:
        last = dotted(call.func.value).rpartition(".")[2] if call.func.attr in ("append", "add") else ""
        if singular(last) != last:
            return singular(last)
    while isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call):
        last = (node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)).strip("_")
        noun = last.rpartition("_")[2]
        if "_" in last and noun not in ("all", "one", "file", "it", "for", "of", "to", "in"):
            return noun
    target = getattr(statement, "target", None)
    if isinstance(statement, ast.AugAssign) and target is not None:
        return "part" if not root_name(target) else "addend"
    return "value" if isinstance(statement, (ast.Expr, ast.Assign)) else "result"
