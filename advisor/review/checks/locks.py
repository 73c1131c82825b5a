"""Locks that guard nothing, are never given back, or wait for each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import known
from ..model.holders import holder, loads, method_called
from ..model.locks import Lock, held, lock
from ..model.names import Names
from ..model.tree import FUNCTIONS, own_nodes, position
from ..records import Context, Sighting

_THREADED = known.THREAD_LOCKS | known.PROCESS_LOCKS | known.ASYNC_LOCKS
_RELEASED_ELSEWHERE = frozenset(
    {"__enter__", "__exit__", "__aenter__", "__aexit__", "acquire", "lock", "unlock", "release"}
)


def made_where_taken(context: Context) -> Iterator[Sighting]:
    """``with Lock():``: nobody else can have the lock."""
    names = context.names
    for item in context.module.tree.all(ast.withitem):
        call = item.context_expr
        if isinstance(call, ast.Call) and names.called(call) in _THREADED and item.optional_vars is None:
            yield Sighting(
                node=call, message=f"{_shown(names, call)} is made where it is taken: nobody else can hold it."
            )
    for call in context.module.tree.all(ast.Call):
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "acquire"
            and names.called(call.func.value) in _THREADED
        ):
            yield Sighting(
                node=call,
                message=f"{_shown(names, call.func.value)} is made where it is taken: nobody else can hold it.",
            )


def _shown(names: Names, call: ast.AST) -> str:
    return names.called(call)


def lock_per_call(context: Context) -> Iterator[Sighting]:
    """A lock that each call makes for itself and hands to nobody."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        function = tree.function(call)
        if names.called(call) not in known.MUTEXES | {"asyncio.Lock"} or function is None:
            continue
        place = holder(names, call)
        if place.kind == "name":
            mentions = list(loads(names, place))
            taken = [load for load in mentions if _is_taken(names, load)]
            if (
                taken
                and all(
                    (load in taken or method_called(names, load) == "release") and tree.function(load) is function
                    for load in mentions
                )
                and not _is_outer(names, place.name, call)
            ):
                yield Sighting(
                    node=call,
                    message=f"Each call makes a lock {place.name} of its own: no two calls exclude each other.",
                )
        elif place.kind == "attribute" and isinstance(place.node, ast.Attribute):
            yield from _remade_attribute(names, call, place.node)


def _is_outer(names: Names, name: str, call: ast.Call) -> bool:
    scope = names.module.scopes.own(names.module.tree.scope_node(call))
    return name in scope.global_names or name in scope.nonlocal_names


def _is_taken(names: Names, load: ast.AST) -> bool:
    return isinstance(names.module.tree.parents.get(load), ast.withitem) or method_called(names, load) == "acquire"


def _remade_attribute(names: Names, call: ast.Call, attribute: ast.Attribute) -> Iterator[Sighting]:
    """``self.lock = Lock()`` in the method that takes it."""
    tree = names.module.tree
    function = tree.def_around(call)
    if function is None or function.name in (
        "__init__",
        "__new__",
        "__setstate__",
        "__post_init__",
        "setUp",
        "__enter__",
    ):
        return
    if not isinstance(attribute.value, ast.Name) or names.module.owner_of_self(attribute.value) is None:
        return
    if any(
        isinstance(parent, (ast.If, ast.ExceptHandler))
        for parent in tree.ancestors(call)
        if tree.holds(function, parent)
    ):
        return
    for node in own_nodes(function):
        if isinstance(node, ast.withitem) and ast.dump(node.context_expr).replace("Store", "Load") == ast.dump(
            attribute
        ).replace("Store", "Load"):
            yield Sighting(
                node=call,
                message=f"Each call replaces {ast.unparse(attribute)} by a new lock: no two calls exclude each other.",
            )
            return


def never_released(context: Context) -> Iterator[Sighting]:
    """``acquire`` without ``release`` on every path."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "acquire":
            continue
        found = lock(names, call.func.value)
        function = tree.def_around(call)
        if found is None or function is None or function.name in _RELEASED_ELSEWHERE or not found.type:
            continue
        if "Semaphore" in found.type or "Limiter" in found.type:
            continue
        yield from _release_of(context, call, found, function)


def _release_of(context: Context, call: ast.Call, found: Lock, function: ast.AST) -> Iterator[Sighting]:
    tree = context.module.tree
    wanted = ast.dump(found.node)
    everywhere = [node for node in tree.all(ast.Attribute) if node.attr == "release" and ast.dump(node.value) == wanted]
    here = [node for node in everywhere if tree.def_around(node) is function]
    if not everywhere:
        if not _escapes(context, found):
            yield Sighting(node=call, severity="error", message=f"{found.shown} is acquired and never released.")
        return
    if not here or any(_in_finally(context, node) for node in here):
        return
    leaving = _leaves_between(context, call, here)
    if leaving is None:
        return
    severity, line = leaving
    says = "returns without release" if severity == "error" else "may raise, which leaves it locked"
    yield Sighting(
        node=call, severity=severity,  # type: ignore[arg-type]  # one of two words
        message=f"{found.shown} is not released on every path: line {line} {says}.",
    )  # fmt: skip


def _escapes(context: Context, found: Lock) -> bool:
    """Whether the lock is handed on, so that somebody unseen may release it."""
    tree = context.module.tree
    if isinstance(found.node, ast.Name):
        bindings = context.names.bindings(found.node)
        if any(binding.kind in ("parameter", "import") for binding in bindings):
            return True
    last = found.node.attr if isinstance(found.node, ast.Attribute) else getattr(found.node, "id", "")
    for node in tree.all(ast.Attribute, ast.Name):
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        parent = tree.parents.get(node)
        if name == last and isinstance(node.ctx, ast.Load):
            if isinstance(parent, (ast.Return, ast.Call, ast.Assign, ast.keyword)) and not isinstance(
                parent, ast.Attribute
            ):
                return True
            if isinstance(parent, ast.Attribute) and parent.attr in ("release", "__exit__"):
                return True
    return False


def _in_finally(context: Context, node: ast.AST) -> bool:
    child = node
    for parent in context.module.tree.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            return False
        if isinstance(parent, ast.Try) and any(child is part for part in parent.finalbody):
            return True
        child = parent
    return False


def _leaves_between(context: Context, call: ast.Call, releases: list[ast.Attribute]) -> tuple[str, int] | None:
    """(severity, line) of what leaves the function, or may, between ``acquire`` and the last ``release``."""
    tree = context.module.tree
    last = max(position(node) for node in releases)
    release_lines = {node.lineno for node in releases}
    function = tree.def_around(call)
    risky = None
    tested = any(isinstance(parent, ast.If) and tree.holds(parent.test, call) for parent in tree.ancestors(call))
    for node in own_nodes(function) if function is not None else ():
        if not position(call) < position(node) or node is call:
            continue
        if isinstance(node, (ast.Return, ast.Raise)) and not tested:
            block, place = tree.block(node)
            before = {getattr(part, "lineno", 0) for statement in block[:place] for part in ast.walk(statement)}
            if position(node) < last and not before & release_lines and not _after_failure(context, node):
                return "error", node.lineno
        if isinstance(node, ast.Call) and position(node) < last and node.lineno not in release_lines and risky is None:
            if not (
                isinstance(node.func, ast.Attribute)
                and ast.dump(node.func.value) in {ast.dump(r.value) for r in releases}
            ):
                risky = node.lineno
    return None if risky is None else ("warning", risky)


def _after_failure(context: Context, node: ast.AST) -> bool:
    """``if not acquired: return``."""
    for parent in context.module.tree.ancestors(node):
        if isinstance(parent, FUNCTIONS):
            return False
        if isinstance(parent, ast.If) and isinstance(parent.test, ast.UnaryOp) and isinstance(parent.test.op, ast.Not):
            return True
    return False


def both_orders(context: Context) -> Iterator[Sighting]:
    """Two locks that are taken in both orders."""
    names, tree = context.names, context.module.tree
    first: dict[tuple[tuple[str, ...], tuple[str, ...]], Lock] = {}
    pairs = sorted(_pairs(names), key=lambda pair: position(pair[2]))
    told: set[frozenset[tuple[str, ...]]] = set()
    for outer, inner, place in pairs:
        if outer.key == inner.key:
            continue
        opposite = first.get((inner.key, outer.key))
        both = frozenset({outer.key, inner.key})
        if opposite is not None and both not in told:
            told.add(both)
            yield Sighting(
                node=place,
                message=f"{inner.shown} is taken while {outer.shown} is held, and line "
                        f"{opposite.node.lineno} takes them "
                "in the other order: two threads can wait for each other for ever.",
            )  # fmt: skip
        first.setdefault((outer.key, inner.key), inner)
        if _same_lock_of_two(names, outer, inner) and not _is_ordered(tree, place):
            yield Sighting(
                node=place,
                message=f"{outer.shown} and {inner.shown} are the same lock of two objects: a call with them exchanged "
                "takes them in the other order.",
            )  # fmt: skip


def _pairs(names: Names) -> Iterator[tuple[Lock, Lock, ast.AST]]:
    """(held, taken meanwhile, where), inside functions and one call deep."""
    tree = names.module.tree
    for block in tree.all(ast.With, ast.AsyncWith):
        taken = [found for item in block.items if (found := lock(names, item.context_expr)) is not None]
        around = list(held(names, block))
        for place, inner in enumerate(taken):
            yield from ((outer, inner, inner.node) for outer in (*around, *taken[:place]))
        if not taken:
            continue
        for statement in block.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    yield from ((outer, inner, node) for outer in taken for inner in _taken_by_callee(names, node))
    for call in tree.all(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "acquire":
            inner_lock = lock(names, call.func.value)
            if inner_lock is not None:
                yield from ((outer, inner_lock, call) for outer in held(names, call) if outer.key != inner_lock.key)


def _taken_by_callee(names: Names, call: ast.Call) -> Iterator[Lock]:
    definition = names.function(call.func)
    if definition is None or not isinstance(definition.node, ast.FunctionDef):
        return
    on_self = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
    same = on_self and names.module.owner_of_self(call.func.value) is not None  # type: ignore[attr-defined]  # by on_self
    of = names.of(definition.module)
    for node in own_nodes(definition.node):
        if isinstance(node, ast.withitem):
            found = lock(of, node.context_expr)
            if found is not None and (same or found.key[0] == "global"):
                yield found


def _same_lock_of_two(names: Names, outer: Lock, inner: Lock) -> bool:
    if not (isinstance(outer.node, ast.Attribute) and isinstance(inner.node, ast.Attribute)):
        return False
    if outer.node.attr != inner.node.attr or ast.dump(outer.node.value) == ast.dump(inner.node.value):
        return False
    if not (isinstance(outer.node.value, ast.Name) and isinstance(inner.node.value, ast.Name)):
        return False
    kinds = [
        any(binding.kind == "parameter" for binding in names.bindings(node.value))  # type: ignore[arg-type]  # names, by the line above
        for node in (outer.node, inner.node)
    ]
    same_function = names.module.tree.def_around(outer.node) is names.module.tree.def_around(inner.node)
    return all(kinds) and same_function


def _is_ordered(tree: object, place: ast.AST) -> bool:
    """Whether the function first decides which of the two comes first."""
    function = tree.def_around(place)  # type: ignore[attr-defined]  # a Tree
    return function is not None and any(
        (isinstance(node, (ast.If, ast.IfExp)) and any(isinstance(part, ast.Compare) for part in ast.walk(node.test)))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("sorted", "min", "max"))
        for node in own_nodes(function)
    )


def taken_twice(context: Context) -> Iterator[Sighting]:
    """A lock that is not re-entrant, taken again by who holds it."""
    names, _tree = context.names, context.module.tree
    plain = ("threading.Lock", "multiprocessing.Lock", "asyncio.Lock")
    for outer, inner, place in _pairs(names):
        if outer.key == inner.key and inner.type in plain and outer.type in plain and inner.key[0] != "text":
            yield Sighting(
                node=place, message=f"{inner.shown} is taken again while it is held: this waits for itself for ever."
            )


def wait_without_loop(context: Context) -> Iterator[Sighting]:
    """``Condition.wait`` under ``if``, or under nothing."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if names.called(call) not in (
            "threading.Condition.wait",
            "multiprocessing.Condition.wait",
            "asyncio.Condition.wait",
        ):
            continue
        if (
            call.args
            or call.keywords
            or any(isinstance(parent, (ast.While, ast.For)) for parent in tree.ancestors(call))
        ):
            continue
        yield Sighting(
            node=call, message=f"{ast.unparse(call.func)} outside a loop takes any wake-up for the condition itself."
        )


def busy_wait(context: Context) -> Iterator[Sighting]:
    """``while not done: pass``: a core is spent on waiting, and under a GIL the thread waited for is starved."""
    if not context.launches:
        return
    for loop in context.module.tree.all(ast.While):
        only = loop.body[0] if len(loop.body) == 1 else None
        if not isinstance(only, (ast.Pass, ast.Continue)) or isinstance(loop.test, ast.Constant):
            continue
        asks = [node for node in ast.walk(loop.test) if isinstance(node, ast.Call)]
        allowed = ("is_alive", "is_set", "done", "empty", "locked", "poll", "ready", "running", "qsize", "full")
        if all(isinstance(node.func, ast.Attribute) and node.func.attr in allowed for node in asks) and not any(
            isinstance(node, (ast.NamedExpr, ast.Await)) for node in ast.walk(loop.test)
        ):
            yield Sighting(node=loop, message=f"`while {ast.unparse(loop.test)}: pass` spends a core on waiting.")


FINDERS = {
    "ADV301": made_where_taken,
    "ADV302": lock_per_call,
    "ADV303": never_released,
    "ADV304": both_orders,
    "ADV305": taken_twice,
    "ADV306": wait_without_loop,
    "ADV307": busy_wait,
}
