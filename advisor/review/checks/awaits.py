"""Awaits that need not wait for each other, and calls that all start at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..model import known, quantities
from ..model.locks import lock
from ..model.names import Names
from ..model.tree import FUNCTIONS, own_nodes, position
from ..records import Context, Sighting
from .tasks import SPAWNERS

FEW_ITEMS = 100

_IN_ORDER = re.compile(
    r"^(?:a?close|a?connect|a?acquire|release|drain|put|get_nowait|send\w*|write\w*|publish|emit|join|wait\w*|stop|cancel\w*"
    r"|start\w*|commit|rollback|execute\w*|a?enter\w*|a?exit\w*|read\w*|recv\w*|receive\w*|ack\w*|sleep|edit\w*|reply\w*"
    r"|respond\w*|set\w*|add\w*|remove\w*|delete\w*|update\w*|insert\w*|create\w*|flush|feed|push|pop|append|notify\w*|step"
    r"|handle\w*|apply\w*|migrate\w*|install\w*|shutdown|setup|teardown|on_\w+|__\w+__|next|anext|checkpoint|save\w*|aput)$"
)
"""Names of methods whose calls one object expects in order."""

_ON_A_STREAM = re.compile(r"(?:read|recv|receive|write|send)(?:_|$)")
_CHUNK = re.compile(r"batch|chunk|group|slice|page|window|part", re.IGNORECASE)


def one_by_one(context: Context) -> Iterator[Sighting]:
    """A loop that awaits each call before it makes the next, though none needs the one before."""
    tree = context.module.tree
    for comprehension in tree.all(ast.ListComp, ast.SetComp, ast.DictComp):
        element = comprehension.value if isinstance(comprehension, ast.DictComp) else comprehension.elt
        generator = comprehension.generators[0]
        if generator.is_async or len(comprehension.generators) > 1 or not isinstance(element, ast.Await):
            continue
        if not isinstance(tree.function(comprehension), ast.AsyncFunctionDef):
            continue
        if _independent(context, element, generator.target, generator.iter, set()):
            yield Sighting(node=element, message=_one_by_one(element))
    for loop in tree.all(ast.For):
        if not isinstance(tree.function(loop), ast.AsyncFunctionDef):
            continue
        awaited = _only_await(context, loop)
        if awaited is None or not _independent(context, awaited, loop.target, loop.iter, _carried(loop, awaited)):
            continue
        kept = _is_kept(context, awaited)
        if kept or not _IN_ORDER.match(_called_name(awaited)):
            yield Sighting(node=awaited, severity=None if kept else "note", message=_one_by_one(awaited))


def _called_name(awaited: ast.Await) -> str:
    function = awaited.value.func if isinstance(awaited.value, ast.Call) else awaited.value
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _one_by_one(awaited: ast.Await) -> str:
    call = awaited.value.func if isinstance(awaited.value, ast.Call) else awaited.value
    return (
        f"{ast.unparse(call)} is awaited call by call, though no call needs the one before: they could wait together."
    )


def _only_await(context: Context, loop: ast.For) -> ast.Await | None:
    found: list[ast.Await] = []
    for statement in loop.body:
        for node in same_function(statement):
            if isinstance(node, (ast.Break, ast.Return, ast.Yield, ast.YieldFrom, ast.While, ast.AsyncFor)):
                return None
            if isinstance(node, ast.AsyncWith) and not all(
                isinstance(item.context_expr, ast.Call) for item in node.items
            ):
                return None
            if isinstance(node, ast.AsyncWith) and any(
                "timeout" in context.names.called(item.context_expr) for item in node.items
            ):
                return None
            if isinstance(node, ast.Try) and any(
                isinstance(part, (ast.Break, ast.Return)) for handler in node.handlers for part in ast.walk(handler)
            ):
                return None
            if isinstance(node, ast.Await):
                found.append(node)
    if len(found) != 1 or context.module.tree.loop(found[0]) is not loop:
        return None
    return found[0]


def same_function(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement and what it runs, but for the bodies of functions and classes that it defines."""
    yield statement
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        return
    yield from own_nodes(ast.Module(body=[statement], type_ignores=[]))


def _carried(loop: ast.For, awaited: ast.Await) -> set[str]:
    """Names that a pass leaves for the next one."""
    stored: set[str] = set()
    before: set[str] = set()
    targets = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    for statement in loop.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                stored.add(node.id)
                if position(node) < position(awaited) and not _is_target_of(statement, awaited):
                    before.add(node.id)
    return stored - before - targets


def _is_target_of(statement: ast.stmt, awaited: ast.Await) -> bool:
    return isinstance(statement, (ast.Assign, ast.AugAssign)) and any(node is awaited for node in ast.walk(statement))


def _independent(context: Context, awaited: ast.Await, target: ast.expr, source: ast.expr, carried: set[str]) -> bool:
    names = context.names
    call = awaited.value
    if not isinstance(call, ast.Call) or isinstance(source, ast.Constant):
        return False
    if names.called(source) == "asyncio.as_completed" or _few(names, source):
        return False
    called = names.called(call)
    last = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if called.startswith(("asyncio.", "anyio.", "trio.")) and called not in (
        "asyncio.to_thread",
        "asyncio.loop.run_in_executor",
    ):
        return False
    if _IN_ORDER.match(last) if isinstance(call.func, ast.Attribute) else _ON_A_STREAM.match(last):
        return False
    bound = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
    used = {node.id for part in (*call.args, *call.keywords) for node in ast.walk(part) if isinstance(node, ast.Name)}
    receiver = {node.id for node in ast.walk(call.func) if isinstance(node, ast.Name)}
    if used & carried or receiver & carried:
        return False
    return bool(used & bound) or _depends_through(context, awaited, used | receiver, bound)


def _depends_through(context: Context, awaited: ast.Await, used: set[str], bound: set[str]) -> bool:
    """``async with session.get(url) as response: await response.text()``; ``u = f(x); await g(u)``."""
    tree = context.module.tree
    for parent in tree.ancestors(awaited):
        if isinstance(parent, ast.AsyncWith):
            for item in parent.items:
                inside = {node.id for node in ast.walk(item.context_expr) if isinstance(node, ast.Name)}
                name = item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else ""
                if inside & bound and name in used:
                    return True
        if isinstance(parent, ast.For):
            for statement in parent.body:
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                    inside = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
                    if statement.targets[0].id in used and inside & bound:
                        return True
            return False
    return False


def _few(names: Names, source: ast.expr) -> bool:
    size, origin = quantities.items(names, source)
    return size is not None and size <= 1 and origin in ("literal", "range")


def _is_kept(context: Context, awaited: ast.Await) -> bool:
    """Whether the result is kept: appended, put into a mapping, or added to a sum."""
    parent = context.module.tree.parents.get(awaited)
    while isinstance(parent, (ast.Tuple, ast.BinOp, ast.Call, ast.Await, ast.Starred, ast.Subscript)):
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
            if parent.func.attr in ("append", "extend", "add", "update"):
                return True
        parent = context.module.tree.parents.get(parent)
    return isinstance(parent, (ast.Assign, ast.AugAssign, ast.AnnAssign))


def unbounded_gather(context: Context) -> Iterator[Sighting]:
    """As many calls at once as there happen to be items."""
    names = context.names
    for call in context.module.tree.all(ast.Call):
        if names.called(call) not in ("asyncio.gather", "asyncio.wait", "asyncio.as_completed"):
            continue
        given = [part.value for part in call.args if isinstance(part, ast.Starred)]
        if names.called(call) != "asyncio.gather":
            given = call.args[:1]
        for source in given:
            made = _made_calls(names, source)
            if made is None:
                continue
            size, origin = quantities.items(names, made)
            if (size is not None and size <= FEW_ITEMS) or _bounded(names, made):
                continue
            large = origin in ("file", "endless") or (size is not None and size > FEW_ITEMS)
            how_many = f"{size:,.0f} calls" if size is not None and size < 1e12 else "as many calls as there are items"
            yield Sighting(
                node=call, severity=None if large else "note", message=f"{how_many} start at once, without a bound."
            )


def _made_calls(names: Names, source: ast.expr, depth: int = 0) -> ast.expr | None:
    """The comprehension (or ``map``) that makes the coroutines."""
    if isinstance(source, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        return source if isinstance(source.elt, ast.Call) else None
    if isinstance(source, ast.Call):
        if names.called(source) == "builtins.map":
            return source
        return _made_calls(names, source.args[0], depth + 1) if source.args and depth < 3 else None
    if isinstance(source, ast.Name) and depth < 3:
        bound = [b for b in names.bindings(source) if b.kind == "assign" and b.value is not None and not b.path]
        if len(bound) == 1 and bound[0].value is not None:
            value = bound[0].value
            if isinstance(value, ast.List) and not value.elts:
                return _appended(names, source)
            return _made_calls(names, value, depth + 1)
    return None


def _appended(names: Names, source: ast.Name) -> ast.expr | None:
    """``tasks = []`` and ``tasks.append(fetch(url))`` in a loop, as the comprehension it could be."""
    tree = names.module.tree
    for call in tree.all(ast.Call):
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "append"
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == source.id
            and tree.function(call) is tree.function(source)
            and call.args
            and isinstance(call.args[0], ast.Call)
        ):
            loop = tree.loop(call)
            if isinstance(loop, ast.For):
                part = ast.comprehension(target=loop.target, iter=loop.iter, ifs=[], is_async=0)
                return ast.ListComp(elt=call.args[0], generators=[part])
    return None


def _bounded(names: Names, made: ast.expr) -> bool:
    """Whether the calls, or where the items come from, keep to a bound."""
    if isinstance(made, ast.Call):
        function, source = made.args[0], made.args[-1]
    elif isinstance(made, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        element, source = made.elt, made.generators[0].iter
        while isinstance(element, ast.Call) and names.called(element) in SPAWNERS and element.args:
            element = element.args[0]
        function = element.func if isinstance(element, ast.Call) else element
        arguments = element.args if isinstance(element, ast.Call) else []
        if any(names.type_of(each) in known.ASYNC_LOCKS or lock(names, each) is not None for each in arguments):
            return True
    else:
        return False
    if isinstance(source, ast.Subscript) and isinstance(source.slice, ast.Slice):
        return True
    if any(isinstance(node, ast.Name) and _CHUNK.search(node.id) for node in ast.walk(source)):
        return True
    if isinstance(source, ast.Attribute) or names.type_of(source).startswith("asyncio."):
        return True  # a collection that the object keeps: its workers, its connections
    definition = names.function(function)
    if definition is None:
        return not isinstance(function, (ast.Name, ast.Attribute)) or "limit" in ast.unparse(function).lower()
    of = names.of(definition.module)
    for node in own_nodes(definition.node):
        if isinstance(node, ast.withitem) and lock(of, node.context_expr) is not None:
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "acquire":
            return True
    return bool(getattr(definition.node, "decorator_list", None))


FINDERS = {
    "ADV414": one_by_one,
    "ADV415": unbounded_gather,
}
