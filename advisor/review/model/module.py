"""One module of a project, as its source says it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .scopes import Binding, Scopes
from .tree import FUNCTIONS, Function, Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassModel:
    """A class: its bases, methods, and what is assigned to attributes of ``self`` or in its body."""

    name: str
    """Dotted, with the module's."""
    node: ast.ClassDef
    methods: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]
    attributes: Mapping[str, tuple[Binding, ...]]


@dataclass(kw_only=True)
class Module:
    """A parsed module. Everything derived from the tree is computed once, when first asked for."""

    path: str
    name: str
    """Dotted, as it is imported."""
    package: str
    """What relative imports begin from."""
    root: ast.Module
    lines: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def tree(self) -> Tree:
        """The index of the nodes."""
        return Tree(self.root)

    @cached_property
    def scopes(self) -> Scopes:
        """The index of the names."""
        return Scopes(self.tree, self.package)

    @cached_property
    def definitions(self) -> Mapping[ast.AST, str]:
        """Of each function and class, its dotted name inside the module; functions in functions as Python has them."""
        names: dict[ast.AST, str] = {}
        for node in self.tree.all(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
            parts = [node.name]
            for parent in self.tree.ancestors(node):
                if isinstance(parent, ast.ClassDef):
                    parts.append(parent.name)
                elif isinstance(parent, FUNCTIONS):
                    parts += ["<locals>", getattr(parent, "name", "<lambda>")]
            names[node] = ".".join(reversed(parts))
        return names

    @cached_property
    def by_name(self) -> Mapping[str, ast.AST]:
        """Functions and classes by their dotted names inside the module; the last of several."""
        return {name: node for node, name in self.definitions.items()}

    @cached_property
    def classes(self) -> Mapping[ast.ClassDef, ClassModel]:
        """The classes, by their nodes."""
        attributes = self._self_attributes()
        return {node: self._class(node, attributes.get(node, {})) for node in self.tree.all(ast.ClassDef)}

    def _class(self, node: ast.ClassDef, assigned: Mapping[str, list[Binding]]) -> ClassModel:
        scope = self.scopes.own(node)
        in_body = {
            name: [binding for binding in bindings if binding.kind in ("assign", "annotation")]
            for name, bindings in scope.bindings.items()
        }
        names = dict.fromkeys([*in_body, *assigned])
        methods = [part for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
        return ClassModel(
            name=f"{self.name}.{self.definitions[node]}",
            node=node,
            methods={method.name: method for method in methods},
            attributes={name: (*assigned.get(name, ()), *in_body.get(name, ())) for name in names},
        )

    def _self_attributes(self) -> Mapping[ast.ClassDef, dict[str, list[Binding]]]:
        found: dict[ast.ClassDef, dict[str, list[Binding]]] = {}
        for owner, name, binding in self._attribute_bindings():
            found.setdefault(owner, {}).setdefault(name, []).append(binding)
        return found

    def _attribute_bindings(self) -> Iterator[tuple[ast.ClassDef, str, Binding]]:
        for node in self.tree.all(ast.Attribute):
            if not isinstance(node.ctx, ast.Store) or not isinstance(node.value, ast.Name):
                continue
            owner = self.owner_of_self(node.value)
            parent = self.tree.parents[node]
            if owner is None:
                continue
            if isinstance(parent, ast.Assign):
                yield owner, node.attr, Binding(name=node.attr, kind="assign", node=parent, value=parent.value)
            elif isinstance(parent, ast.AnnAssign):
                kind = Binding(
                    name=node.attr, kind="assign", node=parent, value=parent.value, annotation=parent.annotation
                )
                yield owner, node.attr, kind
            elif isinstance(parent, ast.withitem):
                yield owner, node.attr, Binding(name=node.attr, kind="with", node=parent, value=parent.context_expr)
            elif isinstance(parent, ast.AugAssign):
                yield owner, node.attr, Binding(name=node.attr, kind="augmented", node=parent)
            else:
                yield owner, node.attr, Binding(name=node.attr, kind="other", node=parent)

    @cached_property
    def added(self) -> Mapping[str, tuple[tuple[ast.expr, ast.expr], ...]]:
        """By the last name of a container, (container, what is put into it), by a method or as an item."""
        found: dict[str, list[tuple[ast.expr, ast.expr]]] = {}
        for node in self.tree.all(ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in _ADDERS and node.args:
                found.setdefault(last_name(function.value), []).append((function.value, node.args[0]))
        for store in self.tree.all(ast.Assign):
            target = store.targets[0]
            if isinstance(target, ast.Subscript):
                # Of a mapping, keys and values are both looked for: futures are used as either.
                found.setdefault(last_name(target.value), []).extend(
                    ((target.value, target.slice), (target.value, store.value))
                )
        return {name: tuple(parts) for name, parts in found.items()}

    def owner_of_self(self, name: ast.Name) -> ast.ClassDef | None:
        """The class of which a name is ``self`` (or ``cls``): the first parameter of the method around it."""
        function: Function | None = self.tree.function(name)
        while function is not None:
            arguments = (*function.args.posonlyargs, *function.args.args)
            if any(argument.arg == name.id for argument in arguments):
                owner = self.tree.parents.get(function)
                is_first = arguments[0].arg == name.id and not _is_static(function)
                return owner if isinstance(owner, ast.ClassDef) and is_first else None
            function = self.tree.function(function)
        return None

    def function_name(self, node: ast.AST) -> str:
        """The dotted name of the function that holds a node; empty at the module's level."""
        function = self.tree.def_around(node)
        return "" if function is None else self.definitions[function]


_ADDERS = frozenset({"append", "add", "appendleft"})


def last_name(node: ast.AST) -> str:
    """``queue`` of both ``queue`` and ``self.queue``."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_static(function: Function) -> bool:
    return any(
        isinstance(decorator, ast.Name) and decorator.id == "staticmethod"
        for decorator in getattr(function, "decorator_list", ())
    )
