"""Which expressions are locks, which lock each is, and which are held at a place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import known
from .names import Names
from .tree import FUNCTIONS

_LOCK_WORD = re.compile(
    r"(?:^|_)(?:r?lock|mutex|sem|semaphore|cond|condition|cv|guard|rwlock|limiter)s?$", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lock:
    """One lock, as far as the source tells it from others."""

    key: tuple[str, ...]
    """Equal for the same global, or the same attribute of the same class."""
    shown: str
    type: str
    """Empty where only its name says that it is one."""
    node: ast.expr


def lock(names: Names, node: ast.expr) -> Lock | None:
    """The lock that an expression is; by its kind, or, where that is not known, by its name."""
    if isinstance(node, ast.Call):
        return None
    kind = names.library_type(node, known.LOCKS)
    if not kind and (names.type_of(node) or not _LOCK_WORD.search(_last_name(node))):
        return None
    return Lock(key=_key(names, node), shown=ast.unparse(node), type=kind, node=node)


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _key(names: Names, node: ast.expr) -> tuple[str, ...]:
    module = names.module
    if isinstance(node, ast.Name):
        found = module.scopes.lookup(node.id, node)
        if found is not None:
            scope, bindings = found
            imported = next((binding.dotted for binding in bindings if binding.dotted), None)
            if imported:
                return ("global", imported)
            if scope.node is module.root:
                return ("global", f"{module.name}.{node.id}")
            return ("local", module.path, str(getattr(scope.node, "lineno", 0)), node.id)
    if isinstance(node, ast.Attribute):
        owner = names.owner(node.value)
        if owner is not None:
            # The receiver counts: two objects of one class have a lock each.
            base = (
                "self"
                if isinstance(node.value, ast.Name) and module.owner_of_self(node.value)
                else ast.unparse(node.value)
            )
            return ("attribute", owner[0].name, node.attr, base)
        dotted = names.qualified(node)
        if dotted:
            return ("global", dotted)
    return ("text", module.path, ast.unparse(node))


def held(names: Names, node: ast.AST) -> Iterator[Lock]:
    """The locks that the function around a node holds there: by ``with``, or by ``acquire`` in front of it."""
    tree = names.module.tree
    child = node
    for parent in tree.ancestors(node):
        if isinstance(child, ast.stmt):
            yield from _acquired_before(names, child)
        if isinstance(parent, FUNCTIONS):
            return
        if isinstance(parent, (ast.With, ast.AsyncWith)) and any(child is part for part in parent.body):
            for item in parent.items:
                found = lock(names, item.context_expr)
                if found is not None:
                    yield found
        child = parent


def _acquired_before(names: Names, statement: ast.stmt) -> Iterator[Lock]:
    block, place = names.module.tree.block(statement)
    taken: dict[str, Lock] = {}
    for earlier in block[:place]:
        call = earlier.value if isinstance(earlier, (ast.Expr, ast.Assign)) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            found = lock(names, call.func.value)
            if found is not None and call.func.attr == "acquire":
                taken[found.shown] = found
            elif found is not None and call.func.attr == "release":
                taken.pop(found.shown, None)
    yield from taken.values()
