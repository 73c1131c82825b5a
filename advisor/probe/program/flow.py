"""Which names a piece of code reads before it writes them, which it writes, and which are read later on."""

from __future__ import annotations

import ast

from .syntax import COMPREHENSIONS, FUNCTIONS, LOOPS, SCOPES, Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Flow:
    """Walks statements in the order of execution. ``bound``: names known to have a value by now."""

    def __init__(self, bound: Iterable[str] = ()) -> None:
        self.bound = set(bound)
        self.exposed: dict[str, ast.AST] = {}
        """Read where they may not have been written here: name to the first node that reads."""
        self.written: dict[str, ast.AST] = {}
        self.declared: dict[str, str] = {}
        """Names under ``global`` and ``nonlocal``."""

    def run(self, nodes: Iterable[ast.AST]) -> "Flow":
        """Walk the nodes in turn, and return itself."""
        for node in nodes:
            self.visit(node)
        return self

    def visit(self, node: ast.AST | None) -> None:
        """Walk one node."""
        if node is None:
            return
        method = getattr(self, "_" + type(node).__name__, None)
        if method is not None:
            method(node)
        elif isinstance(node, COMPREHENSIONS):
            self._comprehension(node)
        else:
            for child in ast.iter_child_nodes(node):
                self.visit(child)

    def _read(self, name: str, node: ast.AST) -> None:
        if name not in self.bound:
            self.exposed.setdefault(name, node)

    def _write(self, name: str, node: ast.AST) -> None:
        self.written.setdefault(name, node)
        self.bound.add(name)

    def _branches(self, blocks: Sequence[Sequence[ast.AST]], starts: Sequence[set[str]] | None = None) -> None:
        """Ways of which one is taken: bound afterwards is what is bound at the end of each that goes on."""
        before = set(self.bound)
        ends = []
        for index, block in enumerate(blocks):
            self.bound = set(starts[index]) if starts else set(before)
            self.run(block)
            if not (block and isinstance(block[-1], _ENDS)):
                ends.append(self.bound)
        self.bound = set.intersection(*ends) if ends else set(before)

    def _Name(self, node: ast.Name) -> None:  # noqa: N802 - named after the node, as in ast.NodeVisitor
        if isinstance(node.ctx, ast.Load):
            self._read(node.id, node)
        elif isinstance(node.ctx, ast.Store):
            self._write(node.id, node)
        else:
            self._read(node.id, node)
            self.written.setdefault(node.id, node)
            self.bound.discard(node.id)

    def _Assign(self, node: ast.Assign) -> None:  # noqa: N802
        self.run([node.value, *node.targets])

    def _AnnAssign(self, node: ast.AnnAssign) -> None:  # noqa: N802
        if node.value is not None:
            self.run([node.value, node.target])

    def _AugAssign(self, node: ast.AugAssign) -> None:  # noqa: N802
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self._read(node.target.id, node)
        self.visit(node.target)

    def _NamedExpr(self, node: ast.NamedExpr) -> None:  # noqa: N802
        self.run([node.value, node.target])

    def _For(self, node: ast.For) -> None:  # noqa: N802
        self.visit(node.iter)
        before = set(self.bound)
        self.run([node.target, *node.body])
        self.bound = before
        self.run(node.orelse)

    _AsyncFor = _For

    def _While(self, node: ast.While) -> None:  # noqa: N802
        self.visit(node.test)
        before = set(self.bound)
        self.run(node.body)
        self.bound = before
        self.run(node.orelse)

    def _If(self, node: ast.If) -> None:  # noqa: N802
        self.visit(node.test)
        self._branches([node.body, node.orelse])

    def _IfExp(self, node: ast.IfExp) -> None:  # noqa: N802
        self.visit(node.test)
        self._branches([[node.body], [node.orelse]])

    def _BoolOp(self, node: ast.BoolOp) -> None:  # noqa: N802
        self.visit(node.values[0])
        before = set(self.bound)
        self.run(node.values[1:])
        self.bound = before

    def _Try(self, node: ast.Try) -> None:  # noqa: N802
        before = set(self.bound)
        after_body = [*node.body, *node.orelse]
        self._branches([after_body, *[[each] for each in node.handlers]])
        ends = set(self.bound)
        if node.handlers and all(each.body and isinstance(each.body[-1], _ENDS) for each in node.handlers):
            ends = Flow(before).run(after_body).bound
        self.bound = before
        self.run(node.finalbody)
        self.bound |= ends

    _TryStar = _Try

    def _ExceptHandler(self, node: ast.ExceptHandler) -> None:  # noqa: N802
        self.visit(node.type)
        if node.name:
            self._write(node.name, node)
        self.run(node.body)
        if node.name:
            self.bound.discard(node.name)

    def _match_case(self, node: ast.AST) -> None:
        for each in ast.walk(node.pattern):  # type: ignore[attr-defined]
            name = getattr(each, "name", None) or getattr(each, "rest", None)
            if isinstance(name, str):
                self._write(name, each)
            elif isinstance(each, ast.expr):
                self.visit(each)
        self.visit(node.guard)  # type: ignore[attr-defined]
        self.run(node.body)  # type: ignore[attr-defined]

    def _Match(self, node: ast.AST) -> None:  # noqa: N802
        self.visit(node.subject)  # type: ignore[attr-defined]
        self._branches([[], *[[case] for case in node.cases]])  # type: ignore[attr-defined]

    def _Import(self, node: ast.Import) -> None:  # noqa: N802
        for alias in node.names:
            self._write((alias.asname or alias.name).split(".")[0], node)

    def _ImportFrom(self, node: ast.ImportFrom) -> None:  # noqa: N802
        for alias in node.names:
            self._write(alias.asname or alias.name, node)

    def _Global(self, node: ast.Global) -> None:  # noqa: N802
        self.declared.update((name, "global") for name in node.names)

    def _Nonlocal(self, node: ast.Nonlocal) -> None:  # noqa: N802
        self.declared.update((name, "nonlocal") for name in node.names)

    def _FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802
        self.run([*node.decorator_list, *node.args.defaults, *(each for each in node.args.kw_defaults if each)])
        self._free(node, node.body)
        self._write(node.name, node)

    _AsyncFunctionDef = _FunctionDef

    def _Lambda(self, node: ast.Lambda) -> None:  # noqa: N802
        self.run([*node.args.defaults, *(each for each in node.args.kw_defaults if each)])
        self._free(node, [node.body])

    def _ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802
        self.run([*node.decorator_list, *node.bases, *node.keywords])
        before = set(self.bound)
        inner = Flow(before).run(node.body)
        for name, where in inner.exposed.items():
            self._read(name, where)
        self._write(node.name, node)

    def _free(self, function: ast.AST, body: Sequence[ast.AST]) -> None:
        """A nested function reads what is free in it, whenever it is called; so it does here."""
        for name, where in free_names(function, body).items():
            self._read(name, where)
        for each in body:
            for inner in ast.walk(each):
                if isinstance(inner, ast.Nonlocal):
                    for name in inner.names:
                        self._read(name, inner)
                        self.written.setdefault(name, inner)

    def _comprehension(self, node: ast.AST) -> None:
        before = set(self.bound)
        for generator in node.generators:  # type: ignore[attr-defined]
            self.visit(generator.iter)
            for target in ast.walk(generator.target):
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    self.bound.add(target.id)
                elif isinstance(target, ast.Name):
                    self.visit(target)
            self.run(generator.ifs)
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]  # type: ignore[attr-defined]
        self.run(values)
        self.bound = before


def free_names(function: ast.AST, body: Sequence[ast.AST]) -> dict[str, ast.AST]:
    """Names that a nested function reads and does not have as its own."""
    arguments = function.args  # type: ignore[attr-defined]
    own = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    own |= {each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None}
    flow = Flow(own).run(body)
    outer = set(flow.declared)
    locals_ = set(flow.written) - outer
    return {name: node for name, node in flow.exposed.items() if name not in locals_}


def function_reads(function: ast.AST) -> dict[str, ast.AST]:
    """The same for a whole function, lambda included."""
    body = function.body if isinstance(function.body, list) else [function.body]  # type: ignore[attr-defined]
    return free_names(function, body)


def read_later(tree: Tree, node: ast.AST) -> set[str]:
    """Names that code of the same scope, or a function inside it, may read after the statement that holds the node."""
    scope = tree.scope(node)
    statement: ast.AST = tree.statement(node)
    later = _read_by_functions(scope)
    bound: set[str] = set()
    while statement is not scope:
        block, place = tree.block(statement)
        flow = Flow(bound).run(block[place + 1 :])
        later.update(flow.exposed)
        reached = bound
        bound = flow.bound if not any(isinstance(each, _ENDS) for each in block[place + 1 :]) else bound
        above = tree.parent(statement)
        if above is None:
            break
        if isinstance(above, (*LOOPS, ast.While)):
            again = Flow(bound)
            again.run([above.test] if isinstance(above, ast.While) else [above.target])
            later.update(again.run(above.body[: place + 1] if block is above.body else []).exposed)
        for name in ("orelse", "finalbody", "handlers"):
            other = getattr(above, name, None)
            if isinstance(other, list) and other is not block and not isinstance(above, ast.If):
                later.update(Flow(reached).run(other).exposed)
        statement = above
        if isinstance(statement, ast.ExceptHandler) or type(statement).__name__ == "match_case":
            holder = tree.parent(statement)
            if holder is None:
                break
            later.update(Flow(reached).run(getattr(holder, "finalbody", [])).exposed)
            statement = holder
    return later


def _read_by_functions(scope: ast.AST) -> set[str]:
    """What functions and lambdas inside the scope read of it, and what the scope itself shares with others."""
    names = {name for node in ast.walk(scope) if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
    for node in ast.walk(scope):
        if node is not scope and isinstance(node, (*FUNCTIONS, ast.Lambda)):
            names.update(function_reads(node))
    return names


def scope_names(scope: ast.AST) -> dict[str, list[ast.AST]]:
    """Every name that a scope binds, and the nodes that bind it; a function's parameters too."""
    names: dict[str, list[ast.AST]] = {}
    arguments = getattr(scope, "args", None)
    parameters = [each for each in ast.walk(arguments) if isinstance(each, ast.arg)] if arguments is not None else []
    pending: list[ast.AST] = list(scope.body) if isinstance(getattr(scope, "body", None), list) else []  # type: ignore[attr-defined]
    for parameter in parameters:
        names.setdefault(parameter.arg, []).append(parameter)
    while pending:
        node = pending.pop()
        for name in _bound_by(node):
            names.setdefault(name, []).append(node)
        if isinstance(node, COMPREHENSIONS):
            pending.extend(each for each in ast.walk(node) if isinstance(each, ast.NamedExpr))
        elif not isinstance(node, SCOPES):
            pending.extend(ast.iter_child_nodes(node))
    if not isinstance(scope, ast.Module):
        for name in list(names):
            if any(_declares(each, name) for each in getattr(scope, "body", ()) if isinstance(each, ast.stmt)):
                del names[name]
    return names


def _bound_by(node: ast.AST) -> Iterable[str]:
    """The names that a node itself binds in the scope in which it stands."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return (node.name,)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    if isinstance(node, ast.Name):
        return () if isinstance(node.ctx, ast.Load) else (node.id,)
    if isinstance(node, ast.ExceptHandler) or type(node).__name__ in ("MatchAs", "MatchStar", "MatchMapping"):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        return (name,) if name else ()
    return ()


def _declares(statement: ast.AST, name: str) -> bool:
    """Whether a statement, outside functions inside it, says that the name is not of this scope."""
    if isinstance(statement, (ast.Global, ast.Nonlocal)):
        return name in statement.names
    if isinstance(statement, SCOPES):
        return False
    return any(_declares(each, name) for each in ast.iter_child_nodes(statement))
