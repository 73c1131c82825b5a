"""Where an object goes once it is made, and what is done with it there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .names import Names
from .tree import COMPREHENSIONS

HolderKind = Literal[
    "with", "name", "attribute", "item", "argument", "returned", "method", "discarded", "element", "other"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """What holds the object that an expression makes."""

    kind: HolderKind
    name: str = ""
    """Of the variable or attribute; of the method that is called on the object at once."""
    node: ast.AST | None = None
    """The name, attribute, call or statement."""


def holder(names: Names, node: ast.AST) -> Holder:
    """Who holds an object, right after the expression that makes it."""
    tree = names.module.tree
    child, parent = node, tree.parents.get(node)
    while isinstance(parent, (ast.Await, ast.IfExp, ast.BoolOp)):
        child, parent = parent, tree.parents.get(parent)
    if isinstance(parent, ast.withitem):
        return Holder(kind="with", node=parent)
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return _of_target(parent.targets[0] if isinstance(parent, ast.Assign) else parent.target)
    if isinstance(parent, (ast.Return, ast.Yield, ast.YieldFrom, ast.Lambda)):
        return Holder(kind="returned", node=parent)
    if isinstance(parent, ast.Attribute):
        return Holder(kind="method", name=parent.attr, node=parent)
    if isinstance(parent, ast.Expr):
        return Holder(kind="discarded", node=parent)
    if isinstance(parent, (ast.Call, ast.keyword, ast.Starred)):
        return Holder(kind="argument", node=parent if isinstance(parent, ast.Call) else tree.parents.get(parent))
    if isinstance(parent, (*COMPREHENSIONS, ast.List, ast.Tuple, ast.Set, ast.Dict)):
        return Holder(kind="element", node=parent)
    return Holder(kind="other", node=child)


def _of_target(target: ast.expr) -> Holder:
    if isinstance(target, ast.Name):
        return Holder(kind="name", name=target.id, node=target)
    if isinstance(target, ast.Attribute):
        return Holder(kind="attribute", name=target.attr, node=target)
    return Holder(kind="item" if isinstance(target, ast.Subscript) else "other", node=target)


def loads(names: Names, held: Holder) -> Iterator[ast.expr]:
    """Every later mention of what holds an object: of a name in its scope, of an attribute in the whole module."""
    module = names.module
    if held.kind == "name" and isinstance(held.node, ast.Name):
        found = module.scopes.lookup(held.name, held.node)
        scope = found[0].node if found else module.root
        for name in module.tree.all(ast.Name):
            if name.id == held.name and isinstance(name.ctx, ast.Load) and module.tree.holds(scope, name):
                yield name
    elif held.kind == "attribute":
        for attribute in module.tree.all(ast.Attribute):
            if attribute.attr == held.name and isinstance(attribute.ctx, ast.Load):
                yield attribute


def method_called(names: Names, load: ast.AST) -> str:
    """The method that is called on a mention: ``pool.map(...)`` gives ``map``; empty where none is."""
    parents = names.module.tree.parents
    attribute = parents.get(load)
    if isinstance(attribute, ast.Attribute):
        call = parents.get(attribute)
        if isinstance(call, ast.Call) and call.func is attribute:
            return attribute.attr
    return ""


def callees(names: Names, function: ast.AST) -> Iterator[tuple[ast.Call, ast.AST, Names]]:
    """(call, function of the project that it calls, names of that function's module), for the calls it makes itself."""
    for node in names.body(function):  # type: ignore[arg-type]  # a function
        if isinstance(node, ast.Call):
            definition = names.function(node.func)
            if definition is not None and definition.node is not function:
                yield node, definition.node, names.of(definition.module)
