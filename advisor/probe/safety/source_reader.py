"""Reads the syntax tree of one function: what it reads, writes and raises that outlives the call."""

from __future__ import annotations

import ast
import inspect
import linecache
import os

from ..target import ownership
from .source_facts import Write, closure_cells
from .value_marks import LOCKS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FunctionType
    from typing import Any, Union

    from .source_facts import Facts

    FunctionTree = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]

GATHERING = frozenset(
    (
        *("add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert", "pop", "popitem"),
        *("popleft", "remove", "reverse", "rotate", "setdefault", "sort", "subtract", "update"),
    )
)
"""Methods that change what they are called on."""


def read_function(function: FunctionType, tree: FunctionTree, facts: Facts) -> list[Any]:
    """Add what the tree of a function says to the facts. Returns what the function may call."""
    reader = _Reader(function, facts)
    reader.visit_body(tree)
    return reader.reached


class _Reader(ast.NodeVisitor):
    """Reads one function; knows which of its names are its own."""

    def __init__(self, function: FunctionType, facts: Facts) -> None:
        self.function = function
        self.facts = facts
        self.reached: list[Any] = []
        self.file = function.__code__.co_filename
        code = function.__code__
        self.cells = closure_cells(function)
        self.local = _own_names(code)
        self.locks = 0
        self.declared: set[str] = set()

    def visit_body(self, tree: FunctionTree) -> None:
        """Read the whole function, its own decorators and defaults aside."""
        body = tree.body if isinstance(tree.body, list) else [tree.body]
        for statement in body:
            self.visit(statement)

    def shared(self, name: str) -> bool:
        """Whether a name stands for something that outlives the call."""
        return name in self.declared or name in self.cells or (name not in self.local)

    def resolve(self, node: ast.AST | None) -> Any:
        """The object that a name or a dotted name stands for; ``None`` where that cannot be told."""
        if isinstance(node, ast.Name) and self.shared(node.id):
            return self.cells.get(node.id, self.function.__globals__.get(node.id))
        if isinstance(node, ast.Attribute):
            owner = self.resolve(node.value)
            if inspect.ismodule(owner) or isinstance(owner, type) or ownership.is_users_class(type(owner)):
                return inspect.getattr_static(owner, node.attr, None)
        return None

    def note_write(self, target: ast.expr, node: ast.stmt | ast.expr, read_first: bool) -> None:
        """A store through a name that outlives the call."""
        base = target
        while isinstance(base, (ast.Subscript, ast.Attribute)):
            if isinstance(base, ast.Attribute) and base is target:
                self._note(base.attr, target, node, read_first)
            base = base.value
            if isinstance(base, ast.Attribute):
                self._note(base.attr, base, node, read_first)
        if isinstance(base, ast.Name) and self.shared(base.id) and (base is not target or self._outer(base.id)):
            self._note(base.id, base, node, read_first)

    def _outer(self, name: str) -> bool:
        return name in self.declared or name in self.cells

    def _note(self, name: str, target: ast.expr, node: ast.stmt | ast.expr, read_first: bool) -> None:
        root = target
        while isinstance(root, (ast.Subscript, ast.Attribute)):
            root = root.value
        if isinstance(root, ast.Name) and not self.shared(root.id) and root.id not in ("self", "cls"):
            return
        source = linecache.getline(self.file, node.lineno).strip()[:100]
        place = "%s, line %d" % (os.path.basename(self.file), node.lineno)
        self.facts.writes.append(Write(name, place, source, read_first, self.locks > 0))
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        self.facts.writers.setdefault(self.function.__code__, set()).update(lines)

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        self.declared.update(node.names)

    visit_Nonlocal = visit_Global  # noqa: N815 - ast.NodeVisitor's own spelling

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._visit_target(target, node, _mentions(node.value, target))
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._visit_target(node.target, node, _mentions(node.value, node.target))
            self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._visit_target(node.target, node, True)
        self.visit(node.value)

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._visit_target(target, node, False)

    def _visit_target(self, target: ast.expr, node: ast.stmt | ast.expr, read_first: bool) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self._visit_target(part, node, read_first)
            return
        self.note_write(target, node, read_first)
        if isinstance(target, ast.Subscript):
            self.visit(target.slice)

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in GATHERING:
            # ``LOG.append(x)`` writes LOG and reads nothing of it.
            self.note_write(ast.Subscript(call.func.value, call.func, ast.Store()), node, False)
            for part in (*call.args, *(keyword.value for keyword in call.keywords)):
                self.visit(part)
            return
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute) and node.func.attr in GATHERING:
            self.note_write(ast.Subscript(node.func.value, node.func, ast.Store()), node, False)
        self.generic_visit(node)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        held = any(isinstance(self.resolve(item.context_expr), LOCKS) for item in node.items)
        self.locks += held
        self.generic_visit(node)
        self.locks -= held

    visit_AsyncWith = visit_With  # noqa: N815 - as above

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and self.shared(node.id):
            self.facts.reads.add(node.id)
            self._mention(node.id, self.resolve(node), node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load):
            self.facts.reads.add(node.attr)
            self._mention(node.attr, self.resolve(node), node)
            self._reach_method(node)
        self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        kind = self.resolve(made) if made is not None else None
        if isinstance(kind, type) and issubclass(kind, BaseException) and ownership.is_users_class(kind):
            self.facts.raised.setdefault(kind, "%s, line %d" % (os.path.basename(self.file), node.lineno))
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        for kind in kinds:
            found = BaseException if kind is None else self.resolve(kind)
            self.facts.handled.add(found)
        self.generic_visit(node)

    def _mention(self, name: str, value: Any, node: ast.stmt | ast.expr) -> None:
        if value is None:
            return
        place = "%s, line %d" % (os.path.basename(self.file), node.lineno)
        self.facts.names.setdefault(name, (value, place))
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if isinstance(value, type) and ownership.is_users_class(value) and not issubclass(value, BaseException):
            self.reached.extend(part for name, part in vars(value).items() if name in ("__init__", "__call__"))
        elif callable(value):
            self.reached.append(value)

    def _reach_method(self, node: ast.Attribute) -> None:
        """A method of an object whose class is not known here: those of that name in the module's classes."""
        for kind in self.function.__globals__.values():
            if isinstance(kind, type) and ownership.is_users_class(kind) and node.attr in vars(kind):
                method = vars(kind)[node.attr]
                method = getattr(method, "__func__", getattr(method, "fget", None) or method)
                if inspect.isfunction(method):
                    self.reached.append(method)


def _own_names(code: CodeType) -> set[str]:
    """Local names of a function and of those inside it."""
    own = set(code.co_varnames) | set(code.co_cellvars)
    for inner in code.co_consts:
        if inspect.iscode(inner):
            own |= _own_names(inner)
    return own


def _mentions(value: ast.expr, target: ast.expr) -> bool:
    """Whether an expression reads what it is assigned to: ``n = n + 1``."""
    wanted = ast.dump(target).replace("Store()", "Load()")
    kinds = (ast.Name, ast.Attribute, ast.Subscript)
    return any(isinstance(node, kinds) and ast.dump(node) == wanted for node in ast.walk(value))
