"""Work that is handed over and waited for at once, never asked for, or never what was meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import known, quantities
from ..model.holders import Holder, holder, loads, method_called
from ..model.launches import Launch, keyword, target
from ..model.names import Names
from ..model.project import Definition
from ..model.threaded import has_one_worker
from ..model.tree import COMPREHENSIONS, LOOPS, own_nodes
from ..records import Context, Sighting

_ASK = frozenset({"result", "get", "exception", "join"})
_STARTABLE = frozenset({"threading.Thread", "multiprocessing.Process"})
MANY_ITEMS = 1000
HUGE_ITEMS = 1_000_000


def waits_in_submitting_loop(context: Context) -> Iterator[Sighting]:
    """``submit(...).result()`` in the loop that submits."""
    tree = context.module.tree
    for launch in context.launches:
        call = launch.call
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        loop = tree.loop(call)
        if (
            loop is None
            or launch.how != "submit"
            or launch.pool is None
            or method == "run_in_executor"
            or _forever(loop)
            or has_one_worker(context.names, launch)
        ):
            continue
        if method == "apply":
            yield Sighting(node=call, message="apply waits for each call before the loop makes the next one.")
            continue
        waiting = _waited_at_once(context, launch, loop)
        if waiting is not None:
            timed = bool(waiting.args or waiting.keywords)
            yield Sighting(
                node=waiting, severity="note" if timed else None,
                message=f"{method} is waited for in the loop that calls it: one call runs at a time.",
            )  # fmt: skip


def _forever(loop: ast.AST) -> bool:
    return isinstance(loop, ast.While)


def _waited_at_once(context: Context, launch: Launch, loop: ast.AST) -> ast.Call | None:
    names, tree = context.names, context.module.tree
    parent = tree.parents.get(launch.call)
    if isinstance(parent, ast.Attribute) and parent.attr in _ASK:
        outer = tree.parents.get(parent)
        return outer if isinstance(outer, ast.Call) else None
    held = holder(names, launch.call)
    if held.kind != "name" or not isinstance(loop, LOOPS):
        return None
    block, place = tree.block(tree.statement(launch.call))
    if any(other.call is not launch.call and other.how == "submit" and tree.loop(other.call) is loop
           for other in context.launches):  # fmt: skip
        return None  # two are under way at once
    for statement in block[place + 1 :]:
        for node in ast.walk(statement):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _ASK
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == held.name
            ):
                return node
        if any(isinstance(node, ast.Call) for node in ast.walk(statement)) and not isinstance(statement, ast.Try):
            # Something else is done, or handed over, meanwhile.
            return None
    return None


def joins_in_starting_loop(context: Context) -> Iterator[Sighting]:
    """``start()`` and ``join()`` of the same thread or process in one pass of a loop."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "join" or call.args or call.keywords:
            continue
        receiver = call.func.value
        loop = tree.loop(call)
        if not isinstance(loop, LOOPS) or (isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant)):
            continue
        if names.library_type(receiver, _STARTABLE | {"threading.Timer"}) and _started_just_before(
            context, call, receiver
        ):
            if _looks_at_what_came(context, call):
                continue
            kind = "thread" if names.library_type(receiver, frozenset({"threading.Thread"})) else "process"
            yield Sighting(node=call, message=f"Each {kind} is joined in the pass that starts it: one runs at a time.")


def _looks_at_what_came(context: Context, join: ast.Call) -> bool:
    """Whether the pass asserts something after the join: one at a time is then what is meant."""
    block, place = context.module.tree.block(context.module.tree.statement(join))
    return any(isinstance(statement, ast.Assert) for statement in block[place + 1 :])


def _started_just_before(context: Context, join: ast.Call, receiver: ast.expr) -> bool:
    tree = context.module.tree
    wanted = ast.dump(receiver)
    block, place = tree.block(tree.statement(join))
    for statement in reversed(block[:place]):
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and node.attr == "start" and ast.dump(node.value) == wanted:
                return not isinstance(statement, LOOPS)
        quiet = isinstance(statement, (ast.Assign, ast.AnnAssign)) and not isinstance(statement.value, ast.Await)
        shows = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and (
            context.names.called(statement.value) == "builtins.print"
            or (isinstance(statement.value.func, ast.Attribute)
                and statement.value.func.attr in ("append", "info", "debug", "setDaemon"))
        )  # fmt: skip
        if not quiet and not shows:
            return False
    return False


def never_read(context: Context) -> Iterator[Sighting]:
    """Results, and so exceptions, that nobody asks for."""
    names = context.names
    for launch in context.launches:
        method = launch.call.func.attr if isinstance(launch.call.func, ast.Attribute) else ""
        if (
            launch.pool is None
            or launch.how not in ("map", "submit")
            or method in ("run_in_executor", "apply", "starmap")
        ):
            continue
        if method == "map" and names.type_of(launch.pool) in known.MULTIPROCESSING_POOLS:
            continue
        if keyword(launch.call, "error_callback") is not None or not _unread(context, launch.call):
            continue
        certain = method in ("map", "imap", "imap_unordered")
        definition = target(names, launch)
        if definition is not None and _handles_its_errors(names.of(definition.module), definition):
            continue
        noted = not certain and definition is None
        yield Sighting(
            node=launch.call, severity="note" if noted else None,
            message=f"What {method} gives back is never read, so an exception in it vanishes.",
        )  # fmt: skip


def _unread(context: Context, call: ast.Call) -> bool:
    names, tree = context.names, context.module.tree
    held = holder(names, call)
    if held.kind == "discarded":
        return True
    if held.kind == "element" and isinstance(held.node, COMPREHENSIONS):
        outer = holder(names, held.node)
        if outer.kind == "discarded":
            return True
        held = outer
    elif held.kind == "argument" and isinstance(held.node, ast.Call):
        function = held.node.func
        if not (
            isinstance(function, ast.Attribute)
            and function.attr in ("append", "add")
            and isinstance(function.value, ast.Name)
        ):
            return False
        held = Holder(kind="name", name=function.value.id, node=function.value)
    if held.kind != "name" or held.node is None:
        return False
    if tree.function(held.node) is None:  # a module's global may be read elsewhere
        return False
    return all(_does_not_ask(context, load) for load in loads(names, held))


def _does_not_ask(context: Context, load: ast.AST) -> bool:
    """Whether a mention of futures leaves their results alone."""
    names, tree = context.names, context.module.tree
    if method_called(names, load) in ("append", "add", "done", "running", "cancel", "cancelled", "wait"):
        return True
    parent = tree.parents.get(load)
    if isinstance(parent, ast.Call) and load in parent.args:
        called = names.called(parent)
        if called == "builtins.len":
            return True
        if called == "concurrent.futures.wait":
            return isinstance(tree.parents.get(parent), ast.Expr)
        if called == "concurrent.futures.as_completed" or called.startswith("tqdm"):
            return _loop_does_not_ask(context, parent)
    if isinstance(parent, (ast.For, *COMPREHENSIONS, ast.comprehension)):
        return _loop_does_not_ask(context, load)
    return False


def _loop_does_not_ask(context: Context, source: ast.AST) -> bool:
    loop = context.module.tree.parents.get(source)
    if isinstance(loop, ast.Call):
        loop = context.module.tree.parents.get(loop)
    if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
        return False
    wanted = loop.target.id
    return not any(
        isinstance(node, ast.Name) and node.id == wanted and isinstance(node.ctx, ast.Load)
        for statement in loop.body for node in ast.walk(statement)
    )  # fmt: skip


def _handles_its_errors(names: Names, definition: Definition) -> bool:
    """Whether all that a function does is inside ``try`` with a handler for any exception."""
    body = getattr(definition.node, "body", None)
    if not isinstance(body, list):
        return False
    risky = [part for part in body if not isinstance(part, (ast.Pass, ast.Global, ast.Nonlocal)) and any(
        isinstance(node, _MAY_RAISE) for node in ast.walk(part))]  # fmt: skip
    return all(any(_catches_all(names, node) for node in ast.walk(part) if isinstance(node, ast.Try)) for part in risky)


_MAY_RAISE = (ast.Call, ast.BinOp, ast.Subscript, ast.Attribute, ast.Raise, ast.Assert)


def _catches_all(names: Names, node: ast.Try) -> bool:
    return any(
        handler.type is None
        or any(
            names.qualified(part) in ("builtins.Exception", "builtins.BaseException") for part in _caught(handler.type)
        )
        for handler in node.handlers
    )


def _caught(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


_CALLBACK_TAKERS = frozenset({"asyncio.loop.call_soon", "asyncio.loop.call_soon_threadsafe", "asyncio.loop.call_later",
                              "atexit.register", "threading.Thread.add_done_callback"})  # fmt: skip
_GIVES_FUNCTIONS = frozenset(
    {"functools.partial", "functools.wraps", "operator.methodcaller", "operator.attrgetter", "operator.itemgetter",
     "contextvars.copy_context", "joblib.delayed", "builtins.getattr", "functools.partialmethod", "types.MethodType",
     "builtins.super", "typing.cast"}
)  # fmt: skip


def called_target(context: Context) -> Iterator[Sighting]:
    """``target=f()``: the call runs here, and what it returns is run there."""
    names = context.names
    places = [(launch.call, launch.function) for launch in context.launches if launch.method is None]
    for call in context.module.tree.all(ast.Call):
        if names.called(call) in _CALLBACK_TAKERS:
            place = 1 if names.called(call) == "asyncio.loop.call_later" else 0
            if len(call.args) > place:
                places.append((call, call.args[place]))
    for _, function in places:
        if isinstance(function, ast.Call):
            verdict = _gives_function(names, function)
            if verdict is not True:
                shown = ast.unparse(function.func)
                yield Sighting(
                    node=function, severity="note" if verdict is None else None,
                    message=f"{shown}(...) is called here, at once; what runs elsewhere is what it returns.",
                )  # fmt: skip


def _gives_function(names: Names, call: ast.Call) -> bool | None:
    """Whether a call returns something that can be called; ``None`` where that cannot be seen."""
    called = names.called(call)
    if called in _GIVES_FUNCTIONS:
        return True
    if called.startswith("builtins.") or called in ("time.sleep",):
        return False
    definition = names.function(call.func)
    if definition is None:
        other = names.project.definition(called, names.module) if called else None
        if other is not None and isinstance(other.node, ast.ClassDef):
            return "__call__" in other.module.classes[other.node].methods or None
        return None
    if isinstance(definition.node, ast.Lambda):
        return isinstance(definition.node.body, ast.Lambda)
    if isinstance(definition.node, ast.AsyncFunctionDef):
        return False
    returned = [
        node.value for node in own_nodes(definition.node) if isinstance(node, ast.Return) and node.value is not None
    ]
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(definition.node)):
        return False
    of = names.of(definition.module)
    if any(of.function(value) is not None or isinstance(value, ast.Lambda) for value in returned):
        return True
    plain = (ast.Constant, ast.List, ast.Dict, ast.Tuple, ast.JoinedStr, ast.BinOp, ast.Compare, ast.ListComp, ast.Set,
             ast.DictComp)  # fmt: skip
    if all(isinstance(value, plain) or of.type_of(value).startswith("builtins.") for value in returned):
        return False
    return None


def endless_map(context: Context) -> Iterator[Sighting]:
    """Iterables that ``map`` goes through to their end before it gives anything back."""
    names = context.names
    for launch in context.launches:
        method = launch.call.func.attr if isinstance(launch.call.func, ast.Attribute) else ""
        if launch.how != "map" or method not in ("map", "starmap", "map_async", "starmap_async"):
            continue
        if keyword(launch.call, "buffersize") is not None or not launch.iterables:
            continue
        sizes = [quantities.items(names, each) for each in launch.iterables]
        lengths = [size for size, _ in sizes if size is not None]
        if len(lengths) == len(sizes) and min(lengths) < HUGE_ITEMS:
            continue
        if (
            any(source in ("literal", "unseen") or (size or HUGE_ITEMS) < HUGE_ITEMS for size, source in sizes)
            and len(sizes) > 1
        ):
            continue  # the shortest iterable ends it
        yield from _too_much(launch.call, method, *sizes[0])


def _too_much(call: ast.Call, method: str, size: float | None, source: str) -> Iterator[Sighting]:
    begun = f"{method} goes through its whole iterable before the first result"
    if source == "endless":
        yield Sighting(node=call, severity="error", message=f"{begun}, and this one never ends.")
    elif source == "file":
        yield Sighting(node=call, message=f"{begun}: all lines of the file are in memory at once.")
    elif size is not None and size >= HUGE_ITEMS:
        yield Sighting(node=call, message=f"{begun}: {size:,.0f} items are queued at once.")
    elif source == "generator":
        yield Sighting(
            node=call, severity="note", message=f"{begun}: all that the generator gives is in memory at once."
        )


def chunks_of_one(context: Context) -> Iterator[Sighting]:
    """One message between processes for each of many small items."""
    names = context.names
    for launch in context.launches:
        method = launch.call.func.attr if isinstance(launch.call.func, ast.Attribute) else ""
        if launch.how != "map" or launch.where != "process" or not launch.iterables:
            continue
        chunk = keyword(launch.call, "chunksize")
        stated = quantities.number(names, chunk) if chunk is not None else None
        by_default = chunk is None and len(launch.call.args) < 3 and (
            method in ("imap", "imap_unordered")
            or (method == "map" and names.type_of(launch.pool or launch.call) not in known.MULTIPROCESSING_POOLS)
        )  # fmt: skip
        if not by_default and stated != 1:
            continue
        size, source = quantities.items(names, launch.iterables[0])
        if source == "file":
            size = float(MANY_ITEMS)
        small = _is_small(target(names, launch))
        if size is not None and size >= MANY_ITEMS:
            counted = f"{size:,.0f} items" if source != "file" else "the lines of a file"
            yield Sighting(node=launch.call, message=f"Each of {counted} travels to a process alone, in a chunk of 1.")
        elif size is None and (small or stated == 1):
            yield Sighting(
                node=launch.call, severity="note" if not (small and stated == 1) else None,
                message="Each item travels to a process alone, in a chunk of 1.",
            )  # fmt: skip


def _is_small(definition: Definition | None) -> bool:
    """Whether a function is one expression without loop, comprehension or call of anything but builtins."""
    if definition is None:
        return False
    body = getattr(definition.node, "body", None)
    if isinstance(body, list) and not (len(body) == 1 and isinstance(body[0], ast.Return)):
        return False
    return not any(isinstance(node, (*COMPREHENSIONS, ast.Call)) for node in own_nodes(definition.node))


FINDERS = {
    "ADV204": waits_in_submitting_loop,
    "ADV205": joins_in_starting_loop,
    "ADV206": never_read,
    "ADV207": called_target,
    "ADV209": endless_map,
    "ADV210": chunks_of_one,
}
