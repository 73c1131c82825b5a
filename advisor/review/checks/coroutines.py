"""What stops an event loop: calls that block, directly and one call deep, and loops inside loops."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ...records import Severity
from ..model import blocking, known
from ..model.locks import held
from ..model.names import Names
from ..model.project import Definition
from ..model.tree import own_nodes
from ..records import Context, Finder, Sighting


def blocks(*kinds: blocking.Kind) -> Finder:
    """The check for calls that block for one of the reasons."""

    def find(context: Context) -> Iterator[Sighting]:
        names = context.names
        for coroutine in context.module.tree.all(ast.AsyncFunctionDef):
            for node in own_nodes(coroutine):
                if isinstance(node, ast.Call) and not _is_awaited(context, node):
                    yield from _blocking_here(names, node, kinds, coroutine)

    return find


def _is_awaited(context: Context, call: ast.Call) -> bool:
    return isinstance(context.module.tree.parents.get(call), ast.Await)


def _blocking_here(
    names: Names, call: ast.Call, kinds: tuple[blocking.Kind, ...], coroutine: ast.AsyncFunctionDef
) -> Iterator[Sighting]:
    found = blocking.blocking(names, call)
    if found is not None:
        if found.kind in kinds:
            yield Sighting(
                node=call,
                severity=_severity(names, found, coroutine),
                message=f"{found.name} stops the event loop in {coroutine.name}: no other task runs meanwhile.",
            )
        return
    definition = names.function(call.func)
    if definition is None or not isinstance(definition.node, ast.FunctionDef):
        return
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(definition.node)):
        return
    for inner in blocking.in_function(names, definition):
        if inner.kind in kinds:
            severity = _severity(names, inner, coroutine)
            if inner.kind == "file":
                severity = "note"
            elif severity is None and _is_conditional(definition, inner):
                severity = "warning"
            yield Sighting(
                node=call,
                severity=severity,
                message=f"{definition.name.rpartition('.')[2]} calls {inner.name} (line {inner.call.lineno}), "
                f"which stops the event loop in {coroutine.name}.",
            )
            return


def _severity(names: Names, found: blocking.Blocking, coroutine: ast.AsyncFunctionDef) -> Severity | None:
    """Less than the rule's own where the wait may be over before it begins, or is short."""
    if found.kind == "socket":
        return "warning"
    around = names.module.tree.class_around(coroutine)
    if around is not None and names.is_a(names.module.classes[around].name, known.THREADS):
        return "note"  # the thread has a loop to itself, perhaps with this one task
    if found.name.endswith(".get") and any(
        isinstance(node, ast.Attribute) and node.attr in ("empty", "qsize") for node in own_nodes(coroutine)
    ):
        return "note"
    if found.name.endswith("Popen.wait") and any(
        isinstance(node, ast.Attribute) and node.attr in ("poll", "returncode") for node in own_nodes(coroutine)
    ):
        return "note"
    return "note" if found.name.endswith(".join") and _after_an_await(names, found.call) else None


def _after_an_await(names: Names, call: ast.Call) -> bool:
    """In ``finally``, after the coroutine has waited for what the thread does."""
    child: ast.AST = call
    for parent in names.module.tree.ancestors(call):
        if isinstance(parent, ast.Try) and any(child is part for part in parent.finalbody):
            return any(isinstance(node, ast.Await) for part in parent.body for node in ast.walk(part))
        child = parent
    return False


def _is_conditional(definition: Definition, found: blocking.Blocking) -> bool:
    """Whether the blocking call is made on some paths only."""
    for parent in definition.module.tree.ancestors(found.call):
        if parent is definition.node:
            return False
        if isinstance(parent, (ast.If, ast.ExceptHandler, ast.IfExp)):
            return True
    return False


def loop_in_loop(context: Context) -> Iterator[Sighting]:
    """``asyncio.run`` where a loop runs already."""
    names = context.names
    starters = ("asyncio.run", "asyncio.loop.run_until_complete", "asyncio.loop.run_forever", "anyio.run", "trio.run")
    for coroutine in context.module.tree.all(ast.AsyncFunctionDef):
        for node in own_nodes(coroutine):
            if not isinstance(node, ast.Call):
                continue
            called = names.called(node)
            if called in starters:
                yield Sighting(
                    node=node,
                    message=f"{called} in {coroutine.name}, which a loop runs already: it raises RuntimeError.",
                )
                continue
            definition = names.function(node.func)
            if (
                definition is not None
                and isinstance(definition.node, ast.FunctionDef)
                and not _is_awaited(context, node)
            ):
                of = names.of(definition.module)
                for inner in own_nodes(definition.node):
                    if isinstance(inner, ast.Call) and of.called(inner) in starters and not _loop_made(of, inner):
                        yield Sighting(
                            node=node,
                            message=f"{definition.name.rpartition('.')[2]} calls {of.called(inner)} (line "
                            f"{inner.lineno}), and "
                            f"{coroutine.name} runs in a loop already.",
                        )
                        break


def _loop_made(names: Names, call: ast.Call) -> bool:
    """Whether the function looks first whether a loop runs."""
    function = names.module.tree.def_around(call)
    return function is not None and any(
        isinstance(node, ast.Call) and names.called(node) == "asyncio.get_running_loop" for node in own_nodes(function)
    )


def run_in_loop(context: Context) -> Iterator[Sighting]:
    """``asyncio.run`` in each pass of a loop."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if names.called(call) not in ("asyncio.run", "anyio.run", "trio.run"):
            continue
        loop = tree.loop(call)
        if loop is None or isinstance(loop, ast.While) or isinstance(tree.function(call), ast.AsyncFunctionDef):
            continue
        bound = {
            node.id for node in ast.walk(getattr(loop, "target", None) or ast.Pass()) if isinstance(node, ast.Name)
        }
        bound |= {
            node.id
            for part in getattr(loop, "generators", ())
            for node in ast.walk(part.target)
            if isinstance(node, ast.Name)
        }
        used = {node.id for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Name)}
        yield Sighting(
            node=call, severity=None if used & bound else "note",
            message=f"{names.called(call)} makes and closes an event loop in each pass: nothing runs at the same time.",
        )  # fmt: skip


def lock_across_await(context: Context) -> Iterator[Sighting]:
    """A lock of threads held over an ``await``."""
    names, tree = context.names, context.module.tree
    told: set[ast.AST] = set()
    for node in tree.all(ast.Await, ast.AsyncFor, ast.AsyncWith):
        if not isinstance(tree.function(node), ast.AsyncFunctionDef):
            continue
        for lock in held(names, node):
            block = next((p for p in tree.ancestors(lock.node) if isinstance(p, (ast.With, ast.stmt))), None)
            if lock.type in known.THREAD_LOCKS and block is not None and block not in told:
                told.add(block)
                yield Sighting(
                    node=lock.node,
                    message=f"{lock.shown} is a {lock.type} held over the await of line {node.lineno}: the "
                    "next task that "
                    "wants it stops the loop for ever.",
                )


def not_awaited(context: Context) -> Iterator[Sighting]:
    """A coroutine function called as a statement, without ``await``."""
    names = context.names
    known_ones = ("asyncio.sleep", "asyncio.wait_for", "asyncio.wait", "asyncio.to_thread", "asyncio.Queue.put",
                  "asyncio.Queue.get", "asyncio.Event.wait", "asyncio.Lock.acquire")  # fmt: skip
    for statement in context.module.tree.all(ast.Expr):
        call = statement.value
        if not isinstance(call, ast.Call):
            continue
        called = names.called(call)
        definition = None if called in known_ones else names.function(call.func)
        is_coroutine = called in known_ones
        if definition is not None and isinstance(definition.node, ast.AsyncFunctionDef):
            generator = any(isinstance(node, ast.Yield) for node in own_nodes(definition.node))
            is_coroutine = not generator and not definition.node.decorator_list
        if is_coroutine:
            yield Sighting(
                node=call, message=f"{ast.unparse(call.func)}(...) makes a coroutine that nobody awaits: it never runs."
            )


def wrong_thread(context: Context) -> Iterator[Sighting]:
    """The loop used from a thread that does not run it."""
    names = context.names
    unsafe = (
        "asyncio.loop.call_soon",
        "asyncio.loop.create_task",
        "asyncio.create_task",
        "asyncio.Queue.put_nowait",
        "asyncio.Event.set",
        "asyncio.loop.call_later",
        "asyncio.Future.set_result",
        "asyncio.ensure_future",
    )
    seen: set[ast.AST] = set()
    for launch in context.launches:
        definition = (
            names.function(launch.function) if launch.where == "thread" and launch.function is not None else None
        )
        if definition is None or isinstance(definition.node, ast.AsyncFunctionDef):
            continue
        of = names.of(definition.module)
        calls = [node for node in own_nodes(definition.node) if isinstance(node, ast.Call)]
        runs_one = any(of.called(node) in ("asyncio.new_event_loop", "asyncio.run", "asyncio.loop.run_forever",
                                           "asyncio.loop.run_until_complete") for node in calls)  # fmt: skip
        for node in () if runs_one else calls:
            if of.called(node) in unsafe and node not in seen:
                seen.add(node)
                yield Sighting(
                    node=node, module=of.module,
                    message=f"{of.called(node)} from a thread (line {launch.call.lineno}): the loop does not "
                            "notice, or breaks.",
                )  # fmt: skip


FINDERS: dict[str, Callable[[Context], Iterator[Sighting]]] = {
    "ADV401": blocks("sleep"),
    "ADV402": blocks("http", "socket"),
    "ADV403": blocks("subprocess"),
    "ADV404": blocks("file"),
    "ADV405": blocks("database"),
    "ADV406": blocks("input"),
    "ADV407": blocks("wait"),
    "ADV408": lock_across_await,
    "ADV409": not_awaited,
    "ADV410": loop_in_loop,
    "ADV411": run_in_loop,
    "ADV412": wrong_thread,
}
