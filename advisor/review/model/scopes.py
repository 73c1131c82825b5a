"""Which names a scope binds, and to what."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from .tree import COMPREHENSIONS, FUNCTIONS, Tree

BindingKind = Literal["import", "assign", "annotation", "augmented", "with", "for", "parameter", "definition", "other"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """One place at which a name gets its value."""

    name: str
    kind: BindingKind
    node: ast.AST
    """The statement, parameter or alias."""
    value: ast.expr | None = None
    """What is assigned, entered or gone through."""
    annotation: ast.expr | None = None
    path: tuple[int, ...] = ()
    """Where the name stands in a tuple that the value is taken apart into."""
    dotted: str | None = None
    """Of an import, what is imported."""


@dataclass(kw_only=True, slots=True)
class Scope:
    """A module, class, function, lambda or comprehension. Filled while it is read, and never changed afterwards."""

    node: ast.AST
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    global_names: set[str] = field(default_factory=set)
    nonlocal_names: set[str] = field(default_factory=set)

    def add(self, binding: Binding) -> None:
        """Note one more place at which a name is bound."""
        self.bindings.setdefault(binding.name, []).append(binding)


class Scopes:
    """All scopes of a module, by their nodes."""

    def __init__(self, tree: Tree, package: str) -> None:
        self.tree = tree
        self.package = package
        self.by_node: dict[ast.AST, Scope] = {tree.root: Scope(node=tree.root)}
        for node in tree.all(ast.Global, ast.Nonlocal):
            scope = self.own(tree.scope_node(node))
            (scope.global_names if isinstance(node, ast.Global) else scope.nonlocal_names).update(node.names)
        for binder, binding in _bindings(tree, package):
            self._add(binder, binding)

    def own(self, node: ast.AST) -> Scope:
        """The scope that a definition, comprehension or module opens."""
        return self.by_node.setdefault(node, Scope(node=node))

    def _add(self, binder: ast.AST, binding: Binding) -> None:
        scope = self.own(binder)
        if binding.name in scope.global_names:
            scope = self.own(self.tree.root)
        elif binding.name in scope.nonlocal_names:
            scope = self._outer_function(binder, binding.name) or scope
        scope.add(binding)

    def _outer_function(self, node: ast.AST, name: str) -> Scope | None:
        outer = self.tree.function(node)
        while outer is not None:
            scope = self.own(outer)
            if name in scope.bindings:
                return scope
            outer = self.tree.function(outer)
        return None

    def lookup(self, name: str, at: ast.AST) -> tuple[Scope, list[Binding]] | None:
        """The scope that a name is found in from a node, and its bindings there; ``None`` where it is a builtin."""
        child, first = at, True
        for parent in self.tree.ancestors(at):
            scope = self.by_node.get(parent)
            if isinstance(parent, COMPREHENSIONS):
                if scope is not None and name in scope.bindings:
                    return scope, scope.bindings[name]
            elif isinstance(parent, (*FUNCTIONS, ast.ClassDef, ast.Module)):
                inside = isinstance(parent, ast.Module) or not self.tree.is_outside(child, parent)
                visible = inside and (first or not isinstance(parent, ast.ClassDef))
                first = first and not inside
                if scope is not None and visible:
                    if name in scope.global_names:
                        return self._module_scope(name)
                    if name in scope.bindings:
                        return scope, scope.bindings[name]
            child = parent
        return None

    def _module_scope(self, name: str) -> tuple[Scope, list[Binding]] | None:
        scope = self.own(self.tree.root)
        return (scope, scope.bindings[name]) if name in scope.bindings else None


def _bindings(tree: Tree, package: str) -> Iterator[tuple[ast.AST, Binding]]:
    for function in tree.all(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda):
        for argument in _parameters(function.args):
            yield function, Binding(name=argument.arg, kind="parameter", node=argument, annotation=argument.annotation)
    for kind, binder in _BINDERS.items():
        for node in tree.all(kind):
            scope = tree.scope_node(node)
            for binding in binder(node, package):
                yield scope, binding
    for comprehension in tree.all(ast.comprehension):
        owner = tree.parents[comprehension]
        for binding in _targets(comprehension.target, "for", comprehension, comprehension.iter):
            yield owner, binding


def _parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)


def _targets(
    target: ast.expr, kind: BindingKind, node: ast.AST, value: ast.expr | None, path: tuple[int, ...] = ()
) -> Iterator[Binding]:
    if isinstance(target, ast.Name):
        yield Binding(name=target.id, kind=kind, node=node, value=value, path=path)
    elif isinstance(target, (ast.Tuple, ast.List)):
        same = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts) and kind == "assign"
        for place, part in enumerate(target.elts):
            if same:
                yield from _targets(part, kind, node, value.elts[place])  # type: ignore[union-attr]  # by `same`
            else:
                yield from _targets(part, kind, node, value, (*path, place))
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, "other", node, None)


def _assigned(node: ast.Assign, _: str) -> Iterator[Binding]:
    for target in node.targets:
        yield from _targets(target, "assign", node, node.value)


def _annotated(node: ast.AnnAssign, _: str) -> Iterator[Binding]:
    if isinstance(node.target, ast.Name):
        kind: BindingKind = "annotation" if node.value is None else "assign"
        yield Binding(name=node.target.id, kind=kind, node=node, value=node.value, annotation=node.annotation)


def _augmented(node: ast.AugAssign, _: str) -> Iterator[Binding]:
    yield from _targets(node.target, "augmented", node, None)


def _walrus(node: ast.NamedExpr, _: str) -> Iterator[Binding]:
    yield from _targets(node.target, "assign", node, node.value)


def _entered(node: ast.With | ast.AsyncWith, _: str) -> Iterator[Binding]:
    for item in node.items:
        if item.optional_vars is not None:
            yield from _targets(item.optional_vars, "with", node, item.context_expr)


def _looped(node: ast.For | ast.AsyncFor, _: str) -> Iterator[Binding]:
    yield from _targets(node.target, "for", node, node.iter)


def _defined(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, _: str) -> Iterator[Binding]:
    yield Binding(name=node.name, kind="definition", node=node)


def _handled(node: ast.ExceptHandler, _: str) -> Iterator[Binding]:
    if node.name:
        yield Binding(name=node.name, kind="other", node=node)


def _imported(node: ast.Import, _: str) -> Iterator[Binding]:
    for alias in node.names:
        # `import a.b` binds `a`.
        dotted = alias.name if alias.asname else alias.name.partition(".")[0]
        yield Binding(name=alias.asname or dotted, kind="import", node=node, dotted=dotted)


def _imported_from(node: ast.ImportFrom, package: str) -> Iterator[Binding]:
    base = node.module or ""
    if node.level:
        parts = package.split(".") if package else []
        above = parts[: max(0, len(parts) - node.level + 1)]
        base = ".".join([*above, *([base] if base else [])])
    for alias in node.names:
        if alias.name != "*":
            dotted = f"{base}.{alias.name}" if base else alias.name
            yield Binding(name=alias.asname or alias.name, kind="import", node=node, dotted=dotted)


def _matched(node: ast.MatchAs | ast.MatchStar, _: str) -> Iterator[Binding]:
    if node.name:
        yield Binding(name=node.name, kind="other", node=node)


_BINDERS: dict[type[ast.AST], Callable[[Any, str], Iterator[Binding]]] = {
    ast.Import: _imported, ast.ImportFrom: _imported_from, ast.Assign: _assigned, ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented, ast.NamedExpr: _walrus, ast.With: _entered, ast.AsyncWith: _entered, ast.For: _looped,
    ast.AsyncFor: _looped, ast.FunctionDef: _defined, ast.AsyncFunctionDef: _defined, ast.ClassDef: _defined,
    ast.ExceptHandler: _handled, ast.MatchAs: _matched, ast.MatchStar: _matched,
}  # fmt: skip
