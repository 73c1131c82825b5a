"""A syntax tree with its parents, walked once."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import TypeVar, overload

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_OPENS_SCOPE = frozenset({*FUNCTIONS, ast.ClassDef})
_SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Module)
_NO_NODES = frozenset(
    {
        "ctx",
        "op",
        "ops",
        "id",
        "attr",
        "arg",
        "name",
        "level",
        "kind",
        "module",
        "type_comment",
        "type_ignores",
        "asname",
        "conversion",
        "simple",
        "is_async",
        "rest",
        "kwd_attrs",
    }
)
_LEAVES = ("Constant", "Name", "Pass", "Break", "Continue", "Global", "Nonlocal", "alias", "MatchSingleton")

One = TypeVar("One", bound=ast.AST)
Two = TypeVar("Two", bound=ast.AST)
Three = TypeVar("Three", bound=ast.AST)


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    if kind.__name__ in _LEAVES:
        return ()
    return tuple(field for field in kind._fields if field not in _NO_NODES)


class Tree:
    """Nodes by type, in the order of the source, and the parent of each."""

    def __init__(self, root: ast.Module) -> None:
        self.root = root
        self.parents: dict[ast.AST, ast.AST] = {}
        self._by_type: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self._walk(root)

    def _walk(self, root: ast.Module) -> None:
        stack: list[ast.AST] = [root]
        parents, by_type, known = self.parents, self._by_type, _FIELDS
        while stack:
            node = stack.pop()
            kind = node.__class__
            by_type[kind].append(node)
            fields = known.get(kind)
            if fields is None:
                fields = known[kind] = _fields(kind)[::-1]
            for field in fields:
                value = getattr(node, field, None)
                if value.__class__ is list:
                    for child in reversed(value):
                        if isinstance(child, ast.AST):
                            parents[child] = node
                            stack.append(child)
                elif isinstance(value, ast.AST):
                    parents[value] = node
                    stack.append(value)

    @overload
    def all(self, one: type[One], /) -> Iterator[One]: ...
    @overload
    def all(self, one: type[One], two: type[Two], /) -> Iterator[One | Two]: ...
    @overload
    def all(self, one: type[One], two: type[Two], three: type[Three], /) -> Iterator[One | Two | Three]: ...
    def all(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Every node of the types, a type after the other."""
        for kind in kinds:
            yield from self._by_type.get(kind, ())

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the parent up to the module."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def scope_node(self, node: ast.AST) -> ast.AST:
        """The function, lambda, class or module in which a node is evaluated."""
        child, parent = node, self.parents.get(node)
        while parent is not None:
            if isinstance(parent, _SCOPES) and not self.is_outside(child, parent):
                return parent
            child, parent = parent, self.parents.get(parent)
        return self.root

    def function(self, node: ast.AST) -> Function | None:
        """The function or lambda whose body holds the node."""
        scope = self.scope_node(node)
        while isinstance(scope, ast.ClassDef):
            scope = self.scope_node(scope)
        return scope if isinstance(scope, FUNCTIONS) else None

    def def_around(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """As ``function``, lambdas passed over."""
        found = self.function(node)
        while isinstance(found, ast.Lambda):
            found = self.function(found)
        return found

    def class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """The class whose method or body holds the node, nested functions included."""
        for parent in self.ancestors(node):
            if isinstance(parent, ast.ClassDef):
                return parent
        return None

    def loop(self, node: ast.AST) -> ast.AST | None:
        """The innermost loop or comprehension, of the same function, that runs the node again and again."""
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, _SCOPES):
                return None
            if isinstance(parent, (ast.For, ast.AsyncFor)) and child is not parent.iter and child not in parent.orelse:
                return parent
            if isinstance(parent, ast.While) and child not in parent.orelse:
                return parent
            if isinstance(parent, COMPREHENSIONS) and child is not parent.generators[0]:
                return parent
            child = parent
        return None

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds the node."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def block(self, statement: ast.stmt) -> tuple[list[ast.stmt], int]:
        """The list of statements that holds one, and its place there."""
        parent = self.parents[statement]
        for field in ("body", "orelse", "finalbody"):
            block = getattr(parent, field, None)
            if isinstance(block, list):
                for place, other in enumerate(block):
                    if other is statement:
                        return block, place
        return [statement], 0

    def holds(self, outer: ast.AST, node: ast.AST) -> bool:
        """Whether a node is another one or stands below it."""
        return node is outer or any(parent is outer for parent in self.ancestors(node))

    @staticmethod
    def is_outside(child: ast.AST, scope: ast.AST) -> bool:
        """Whether a direct part of a definition (a default, a decorator, a base) is evaluated where it stands."""
        if isinstance(scope, ast.Module):
            return False
        if isinstance(scope, ast.Lambda):
            return child is scope.args
        return child not in scope.body  # type: ignore[attr-defined]  # the others all have a body of statements


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes that a function itself runs: of those defined inside it, none of the body."""
    body = getattr(function, "body", ())
    stack: list[ast.AST] = [body] if isinstance(body, ast.AST) else list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        kind = node.__class__
        if kind in _OPENS_SCOPE:
            continue
        fields = _FIELDS.get(kind)
        if fields is None:
            fields = _FIELDS[kind] = _fields(kind)[::-1]
        for field in fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                stack.extend(child for child in reversed(value) if child is not None)
            elif value is not None:
                stack.append(value)


def position(node: ast.AST) -> tuple[int, int]:
    """(line, column), for the order in the source."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
