"""How a call starts its processes, as far as the source says."""

from __future__ import annotations

import ast

from .launches import keyword
from .names import Names

_SETTERS = ("multiprocessing.set_start_method",)


def start_method(names: Names, call: ast.Call) -> str | None:
    """``fork``, ``spawn``, ``forkserver``, ``unknown`` where it cannot be seen; ``None`` for the default."""
    context = keyword(call, "mp_context") or keyword(call, "context")
    if context is None and isinstance(call.func, ast.Attribute):
        context = call.func.value
        if names.type_of(context) != "multiprocessing.context":
            return None
    if context is None:
        return None
    made = names.value(context)
    origin = made.origin if made is not None else None
    if not isinstance(origin, ast.Call):
        return "unknown"
    chosen = origin.args[0] if origin.args else keyword(origin, "method")
    if chosen is None:
        return None
    return str(chosen.value) if isinstance(chosen, ast.Constant) and chosen.value else "unknown"


def is_fork(names: Names) -> bool:
    """Whether the module chooses ``fork`` for all its processes."""
    return any(
        names.called(call) in _SETTERS and any(isinstance(a, ast.Constant) and a.value == "fork" for a in call.args)
        for call in names.module.tree.all(ast.Call)
    )
