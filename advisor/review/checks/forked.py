"""What only a fork would bring along, and what it must not meet."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import known
from ..model.holders import callees
from ..model.launches import Launch, keyword, target
from ..model.names import Names
from ..model.project import Definition
from ..model.start_methods import is_fork, start_method
from ..model.tree import FUNCTIONS, own_nodes, position
from ..records import Context, Sighting
from .processes import guarded


def fork_after_threads(context: Context) -> Iterator[Sighting]:
    """Forks where threads of the same program run already."""
    names, tree = context.names, context.module.tree
    started = [(node, tree.function(node)) for node in _thread_starts(context)]
    if not started:
        return
    for call in tree.all(ast.Call):
        how = _forks(names, call)
        if not how:
            continue
        around = tree.function(call)
        before = [node for node, function in started if function is around and position(node) < position(call)
                  and not _ended_between(context, node, call)]  # fmt: skip
        if before:
            yield Sighting(
                node=call, severity="error" if how == "fork" else "warning",
                message=f"{ast.unparse(call.func)} forks while the thread of line {before[-1].lineno} runs: "
                "the child has its locks, as they were, and not the thread that would release them.",
            )  # fmt: skip


def _thread_starts(context: Context) -> Iterator[ast.Call]:
    names = context.names
    for call in context.module.tree.all(ast.Call):
        called = names.called(call)
        if called in ("threading.Thread.start", "threading.Timer.start", "_thread.start_new_thread") or (
            called.startswith("concurrent.futures.ThreadPoolExecutor.") and called.endswith((".submit", ".map"))
        ):
            yield call
        else:
            definition = names.function(call.func) if isinstance(call.func, ast.Name) else None
            if definition is not None and isinstance(definition.node, ast.FunctionDef):
                of = names.of(definition.module)
                inner = {of.called(node) for node in own_nodes(definition.node) if isinstance(node, ast.Call)}
                if "threading.Thread.start" in inner and "threading.Thread.join" not in inner:
                    yield call


def _forks(names: Names, call: ast.Call) -> str:
    called = names.called(call)
    if called in ("os.fork", "os.forkpty", "pty.fork"):
        return "fork"
    if called in ("multiprocessing.Process", "multiprocessing.Pool"):
        method = start_method(names, call)
        return method if method == "fork" else "default" if method is None else ""
    if called == "concurrent.futures.ProcessPoolExecutor":
        method = start_method(names, call)
        return method if method == "fork" else "default" if method is None else ""
    return ""


def _ended_between(context: Context, start: ast.Call, fork: ast.Call) -> bool:
    """Whether the thread was joined, or its pool left, before the fork."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if (
            position(start) < position(call) < position(fork)
            and isinstance(call.func, ast.Attribute)
            and (names.called(call) in ("threading.Thread.join", "concurrent.futures.ThreadPoolExecutor.shutdown"))
        ):
            return True
    if not isinstance(start.func, ast.Attribute):
        return False
    for parent in tree.ancestors(start):
        if isinstance(parent, ast.With) and not tree.holds(parent, fork):
            return any(names.type_of(item.context_expr) in known.THREAD_POOLS for item in parent.items)
        if isinstance(parent, FUNCTIONS):
            return False
    return False


def relies_on_fork(context: Context) -> Iterator[Sighting]:
    """Globals that workers read and that only the parent sets, before it starts them."""
    names, module = context.names, context.module
    if is_fork(names):
        return
    for launch in context.launches:
        if launch.where != "process" or launch.how == "initializer" or not _default_start(names, launch):
            continue
        definition = target(names, launch)
        if definition is None or definition.module is not module:
            continue
        for name, set_at in _set_by_parent_only(context, definition):
            yield Sighting(
                node=name,
                message=f"{name.id} is set in the parent alone (line {set_at}): workers that are not forked "
                "do not have it.",
            )


def _default_start(names: Names, launch: Launch) -> bool:
    maker: ast.AST | None = launch.call
    if launch.pool is not None:
        made = names.value(launch.pool)
        maker = made.origin if made is not None else None
    if not isinstance(maker, ast.Call) or keyword(maker, "initializer") is not None or launch.how == "parallel":
        return False
    called = names.called(maker)
    has_place = len(maker.args) > 1 and called == "multiprocessing.Pool"
    return start_method(names, maker) in (None, "spawn", "forkserver") and not has_place


def _set_by_parent_only(context: Context, worker: Definition) -> Iterator[tuple[ast.Name, int]]:
    module = context.module
    globals_ = module.scopes.own(module.root).bindings
    seen: set[str] = set()
    for node in own_nodes(worker.node):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or node.id in seen:
            continue
        found = module.scopes.lookup(node.id, node)
        if found is None or found[0].node is not module.root:
            continue
        bindings = globals_.get(node.id, [])
        late = [b for b in bindings if b.kind in ("assign", "with", "for") and _only_in_parent(context, b.node, worker)]
        early = [
            b
            for b in bindings
            if b not in late
            and not (isinstance(b.value, ast.Constant) and b.value.value is None)
            and b.kind != "annotation"
            and not _is_empty(b.value)
        ]
        if late and not early:
            seen.add(node.id)
            yield node, getattr(late[0].node, "lineno", 0)


def _is_empty(value: ast.expr | None) -> bool:
    return (isinstance(value, (ast.List, ast.Tuple)) and not value.elts) or (
        isinstance(value, ast.Dict) and not value.keys
    )


def _only_in_parent(context: Context, node: ast.AST, worker: Definition) -> bool:
    function = context.module.tree.def_around(node)
    if function is None:
        return guarded(context, node)
    if function is worker.node:
        return False
    called_by_worker = {callee for _, callee, _ in callees(context.names, worker.node)}
    return function not in called_by_worker


FINDERS = {
    "ADV108": fork_after_threads,
    "ADV109": relies_on_fork,
}
