"""How long pools live, and what is done with what they give back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import known
from ..model.holders import Holder, holder, loads, method_called
from ..model.launches import Launch, target
from ..model.names import Names
from ..model.tree import LOOPS, own_nodes, position
from ..records import Context, Sighting

_CLOSERS = frozenset({"shutdown", "close", "terminate", "__exit__", "__enter__", "stop"})
_USES = frozenset(
    {"submit", "map", "apply", "apply_async", "imap", "imap_unordered", "starmap", "map_async", "starmap_async", "join"}
)
_STORED = ("attribute", "item", "argument", "returned", "element", "other")


def pool_in_loop(context: Context) -> Iterator[Sighting]:
    """Pools made anew in each pass of a loop."""
    names, tree = context.names, context.module.tree
    for call in _pools_made(context):
        loop = tree.loop(call)
        if not isinstance(loop, LOOPS) or _endless(loop) or _in_handler(context, call):
            continue
        held = holder(names, call)
        if held.kind in _STORED or _kept_elsewhere(names, held, loop):
            continue
        yield Sighting(
            node=call, message=f"{_shown(names, call)} is made in each pass of the loop of line {loop.lineno}."
        )


def _pools_made(context: Context) -> Iterator[ast.Call]:
    for call in context.module.tree.all(ast.Call):
        called = context.names.called(call)
        if called in known.POOLS or (
            called[:1].isalpha()
            and "." in called
            and context.names.type_of(call) in known.POOLS
            and called.rpartition(".")[2] in ("Pool", "ThreadPool")
        ):
            yield call


def _shown(names: Names, call: ast.Call) -> str:
    return names.called(call).rpartition(".")[2]


def _endless(loop: ast.AST) -> bool:
    """``while True``: a supervisor that makes a new pool when the old one broke."""
    return isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant)


def _in_handler(context: Context, node: ast.AST) -> bool:
    return any(
        isinstance(parent, (ast.ExceptHandler, ast.If))
        for parent in context.module.tree.ancestors(node)
        if not isinstance(parent, ast.Module)
    ) and isinstance(
        next(
            (p for p in context.module.tree.ancestors(node) if isinstance(p, (ast.ExceptHandler, ast.If, *LOOPS))), None
        ),
        (ast.ExceptHandler, ast.If),
    )


def _kept_elsewhere(names: Names, held: Holder, loop: ast.AST) -> bool:
    """``pools.append(pool)``: each pass leaves one pool to be kept."""
    for load in loads(names, held):
        parent = names.module.tree.parents.get(load)
        if isinstance(parent, ast.Call) and load in parent.args and isinstance(parent.func, ast.Attribute):
            if parent.func.attr in ("append", "add", "put", "enter_context", "callback"):
                return True
        if isinstance(parent, (ast.Assign, ast.Yield, ast.Return)) and names.module.tree.holds(loop, parent):
            return True
    return False


def never_closed(context: Context) -> Iterator[Sighting]:
    """Pools that nobody shuts down: local ones whose name no closer, ``with`` or other owner meets."""
    names = context.names
    for call in _pools_made(context):
        held = holder(names, call)
        if held.kind == "method" and held.name in _USES:
            yield Sighting(node=call, message=f"{_shown(names, call)} has no name by which it could be closed.")
        elif held.kind == "discarded":
            yield Sighting(node=call, message=f"{_shown(names, call)} is made and dropped.")
        elif held.kind == "name" and context.module.tree.function(call) is not None:
            if not _leaves_or_closes(names, held):
                yield Sighting(node=call, message=f"{_shown(names, call)} {held.name} is never shut down.")
        elif held.kind == "attribute" and isinstance(held.node, ast.Attribute):
            mentions = list(loads(names, held))
            if (
                mentions
                and _only_self(names, held.node)
                and all(method_called(names, load) in _USES - {"join"} for load in mentions)
            ):
                yield Sighting(
                    node=call, severity="note",
                    message=f"{_shown(names, call)} {ast.unparse(held.node)} is never shut down in its class.",
                )  # fmt: skip


def _only_self(names: Names, node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and names.module.owner_of_self(node.value) is not None


def _leaves_or_closes(names: Names, held: Holder) -> bool:
    tree = names.module.tree
    for load in loads(names, held):
        method = method_called(names, load)
        if method in _CLOSERS:
            return True
        parent = tree.parents.get(load)
        if method in _USES:
            continue
        if isinstance(parent, ast.Attribute):
            # `atexit.register(pool.shutdown)`, `pool._processes`: a closer, or nothing of the kind.
            if parent.attr in _CLOSERS:
                return True
            continue
        if isinstance(parent, ast.Call) and names.called(parent) == "asyncio.loop.run_in_executor":
            continue
        return True
    scope = names.module.scopes.lookup(held.name, held.node) if held.node is not None else None
    return scope is not None and (held.name in scope[0].global_names or scope[0].node is names.module.root)


def pool_per_call(context: Context) -> Iterator[Sighting]:
    """Pools made in a function that a loop calls, or for a single call."""
    names, tree = context.names, context.module.tree
    told: set[ast.AST] = set()
    for call in tree.all(ast.Call):
        loop = tree.loop(call)
        if loop is None or _endless(loop):
            continue
        definition = names.function(call.func)
        if definition is None or not isinstance(definition.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        of = names.of(definition.module)
        for node in own_nodes(definition.node):
            if isinstance(node, ast.Call) and of.called(node) in known.POOLS and node not in told:
                if holder(of, node).kind not in ("with", "name"):
                    continue
                told.add(node)
                yield Sighting(
                    node=node, module=of.module,
                    message=f"{_shown(of, node)} is made in each call of {definition.name}, which a loop "
                            f"calls (line {call.lineno}).",
                )  # fmt: skip
    for call in _pools_made(context):
        if call not in told and _for_one_call(context, call):
            yield Sighting(
                node=call, message=f"{_shown(names, call)} is made for a single call, which is then waited for."
            )


def _for_one_call(context: Context, made: ast.Call) -> bool:
    names, tree = context.names, context.module.tree
    held = holder(names, made)
    parent = tree.parents.get(made)
    if isinstance(parent, ast.Call) and names.called(parent) == "asyncio.loop.run_in_executor":
        return True
    if held.kind != "with" or not isinstance(parent, ast.withitem) or not isinstance(parent.optional_vars, ast.Name):
        return False
    block = tree.parents[parent]
    of_it = [
        launch for launch in context.launches
        if launch.pool is not None and tree.holds(block, launch.call)
        and isinstance(launch.pool, ast.Name) and launch.pool.id == parent.optional_vars.id
    ]  # fmt: skip
    if len(of_it) != 1 or of_it[0].how != "submit" or tree.loop(of_it[0].call) not in (None, tree.loop(made)):
        return False
    if of_it[0].where not in ("thread", "process"):
        return False
    waits = tree.parents.get(of_it[0].call)
    return (
        isinstance(waits, ast.Attribute)
        and waits.attr in ("result", "get")
        and isinstance(tree.parents.get(waits), ast.Call)
        and not tree.parents[waits].args and not tree.parents[waits].keywords  # type: ignore[attr-defined]  # a call, by the line above
    )  # fmt: skip


def results_after_exit(context: Context) -> Iterator[Sighting]:
    """``Pool`` left by ``with`` while results are outstanding: leaving it terminates the workers."""
    names, tree = context.names, context.module.tree
    for launch in context.launches:
        method = launch.call.func.attr if isinstance(launch.call.func, ast.Attribute) else ""
        if method not in ("apply_async", "map_async", "starmap_async", "imap", "imap_unordered"):
            continue
        block = _with_of(names, launch)
        if block is None:
            continue
        held = holder(names, launch.call)
        if held.kind == "element" or (held.kind == "argument" and isinstance(held.node, ast.Call)):
            outer = held.node if held.kind == "element" else None
            held = holder(names, outer) if isinstance(outer, ast.ListComp) else held
            if (
                isinstance(held.node, ast.Call)
                and isinstance(held.node.func, ast.Attribute)
                and held.node.func.attr == "append"
            ):
                receiver = held.node.func.value
                held = Holder(kind="name", name=receiver.id, node=receiver) if isinstance(receiver, ast.Name) else held
        if held.kind == "discarded" and not _waited_in(block):
            yield Sighting(
                node=launch.call, message=f"The pool is terminated on leaving `with`, before {method} is done."
            )
        if held.kind != "name":
            continue
        mentions = [load for load in loads(names, held) if position(load) > position(launch.call)
                    and method_called(names, load) != "append"]  # fmt: skip
        inside = any(tree.holds(block, load) for load in mentions)
        after = [
            load for load in mentions if not tree.holds(block, load) and tree.function(load) is tree.function(block)
        ]
        if after and not inside and not _waited_in(block):
            yield Sighting(
                node=after[0],
                message=f"The pool was terminated on leaving `with` (line {block.lineno}): {held.name} never comes.",
            )


def _with_of(names: Names, launch: Launch) -> ast.With | None:
    """The ``with`` that opens the multiprocessing pool of a launch."""
    if not isinstance(launch.pool, ast.Name) or names.type_of(launch.pool) not in known.MULTIPROCESSING_POOLS:
        return None
    for parent in names.module.tree.ancestors(launch.call):
        if isinstance(parent, ast.With) and any(
            isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == launch.pool.id
            for item in parent.items
        ):
            return parent
    return None


def _waited_in(block: ast.With) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in ("join", "get", "wait")
        for part in block.body
        for node in ast.walk(part)
    )


def join_before_close(context: Context) -> Iterator[Sighting]:
    """``join`` on a pool that still takes work."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if names.called(call) not in ("multiprocessing.Pool.join", "multiprocessing.ThreadPool.join"):
            continue
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else call
        wanted = ast.dump(receiver)
        function = tree.function(call)
        closed = [
            each for each in tree.all(ast.Attribute)
            if each.attr in ("close", "terminate") and ast.dump(each.value) == wanted
        ]  # fmt: skip
        here = [each for each in closed if tree.function(each) is function and position(each) < position(call)]
        if not here and ((isinstance(receiver, ast.Name) and not _is_parameter(names, receiver)) or not closed):
            yield Sighting(
                node=call, message=f"{ast.unparse(receiver)}.join() raises ValueError: the pool was not closed."
            )


def _is_parameter(names: Names, node: ast.Name) -> bool:
    return any(binding.kind == "parameter" for binding in names.bindings(node))


def waits_in_own_pool(context: Context) -> Iterator[Sighting]:
    """Tasks that wait for other tasks of the pool that runs them."""
    names = context.names
    seen: set[ast.AST] = set()
    for launch in context.launches:
        definition = target(names, launch)
        if launch.pool is None or definition is None or launch.how == "initializer":
            continue
        of = names.of(definition.module)
        for node in own_nodes(definition.node):
            if isinstance(node, ast.Call) and node not in seen and _same_pool(names, launch, of, node, definition.node):
                if _waited_for(of, node, definition.node):
                    seen.add(node)
                    yield Sighting(
                        node=node, module=of.module,
                        message=f"A task of {ast.unparse(launch.pool)} waits for another one there: once all "
                                "workers wait, "
                        "none is left to run what they wait for.",
                    )  # fmt: skip


def _same_pool(names: Names, launch: Launch, of: Names, call: ast.Call, function: ast.AST) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _USES or launch.pool is None:
        return False
    inner = call.func.value
    if isinstance(inner, ast.Name) and isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parameters = [*function.args.posonlyargs, *function.args.args]
        skipped = 1 if parameters and isinstance(of.module.tree.parents.get(function), ast.ClassDef) else 0
        for place, parameter in enumerate(parameters[skipped:]):
            if parameter.arg == inner.id:
                given = launch.arguments[place] if place < len(launch.arguments) else None
                return given is not None and ast.dump(given) == ast.dump(launch.pool)
    return _identity(names, launch.pool) == _identity(of, inner) is not None


def _identity(names: Names, node: ast.expr) -> tuple[str, str] | None:
    if isinstance(node, ast.Name):
        found = names.module.scopes.lookup(node.id, node)
        if found is None:
            return None
        return f"{names.module.path}:{getattr(found[0].node, 'lineno', 0)}", node.id
    if isinstance(node, ast.Attribute):
        owner = names.owner(node.value)
        return (owner[0].name, node.attr) if owner is not None else None
    return None


def _waited_for(of: Names, call: ast.Call, function: ast.AST) -> bool:
    """Whether the result of a submission is asked for in the same function."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("map", "apply", "starmap"):
        return holder(of, call).kind != "discarded"
    return any(
        (isinstance(node, ast.Attribute) and node.attr in ("result", "get", "wait"))
        or (
            isinstance(node, ast.Call)
            and of.called(node) in ("concurrent.futures.wait", "concurrent.futures.as_completed")
        )
        for node in own_nodes(function)
    )


FINDERS = {
    "ADV201": pool_in_loop,
    "ADV202": never_closed,
    "ADV203": pool_per_call,
    "ADV208": waits_in_own_pool,
    "ADV211": results_after_exit,
    "ADV212": join_before_close,
}
