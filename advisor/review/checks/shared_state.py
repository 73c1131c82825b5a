"""State that several threads change without a lock."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.names import Names
from ..model.threaded import Threaded, find, locked, shared
from ..model.tree import own_nodes
from ..records import Context, Sighting

_ITERATORS = frozenset({"itertools.cycle", "builtins.iterator", "builtins.generator"})
_CONTAINERS = frozenset({"builtins.list", "builtins.dict", "builtins.set", "collections.deque"})
_CHANGES = frozenset({"append", "add", "remove", "discard", "pop", "popitem", "clear", "update", "insert", "extend"})


def unlocked_update(context: Context) -> Iterator[Sighting]:
    """``+=`` and its like: read, compute and write back, with room for another thread between."""
    for threaded in find(context.names, context.launches):
        for node in own_nodes(threaded.function):
            place = _updated(node)
            said = shared(threaded, place) if place is not None else None
            if place is None or said is None or locked(threaded, node):
                continue
            if not threaded.many and not _written_elsewhere(threaded, place):
                continue
            yield Sighting(
                node=node, module=threaded.names.module, severity=None if threaded.many else "warning",
                message=f"{ast.unparse(place)} is read and written back without a lock in threads "
                f"(line {threaded.launch.call.lineno}): updates get lost.",
            )  # fmt: skip


def _updated(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.AugAssign):
        return node.target
    if isinstance(node, ast.Assign) and isinstance(node.value, (ast.BinOp, ast.IfExp)) and len(node.targets) == 1:
        wanted = ast.unparse(node.targets[0])
        computed = isinstance(node.value, ast.BinOp)
        if computed and any(
            isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)) and ast.unparse(part) == wanted
            for part in ast.walk(node.value)
        ):
            return node.targets[0]
        if computed and isinstance(node.targets[0], ast.Subscript) and _gets_same(node.value, node.targets[0]):
            return node.targets[0]
    return None


def _gets_same(value: ast.expr, target: ast.Subscript) -> bool:
    """``d[k] = d.get(k, 0) + 1``."""
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "get"
        and ast.unparse(part.func.value) == ast.unparse(target.value)
        and bool(part.args) and ast.unparse(part.args[0]) == ast.unparse(target.slice)
        for part in ast.walk(value)
    )  # fmt: skip


def _written_elsewhere(threaded: Threaded, place: ast.expr) -> bool:
    """Whether a function that is not this one, nor sets the object up, updates the same thing."""
    module = threaded.names.module
    wanted = ast.unparse(place)
    for node in module.tree.all(ast.AugAssign):
        function = module.tree.def_around(node)
        if ast.unparse(node.target) != wanted or function is threaded.function or function is None:
            continue
        same_class = module.tree.class_around(node) is module.tree.class_around(threaded.function)
        if function.name != "__init__" and same_class and _same_scope(threaded.names, node.target, place):
            return True
    return False


def _same_scope(names: Names, one: ast.expr, other: ast.expr) -> bool:
    if not (isinstance(one, ast.Name) and isinstance(other, ast.Name)):
        return True
    first = names.module.scopes.lookup(one.id, one)
    second = names.module.scopes.lookup(other.id, other)
    return first is not None and second is not None and first[0] is second[0]


def check_then_set(context: Context) -> Iterator[Sighting]:
    """``if key not in cache: cache[key] = ...``: two threads can both find nothing."""
    for threaded in find(context.names, context.launches):
        if not threaded.many:
            continue
        for node in own_nodes(threaded.function):
            if not isinstance(node, ast.If) or locked(threaded, node):
                continue
            for place in _tested(node.test):
                said = shared(threaded, place)
                changed = _change_in(node.body, place) if said is not None else None
                if changed is not None and not locked(threaded, changed):
                    yield Sighting(
                        node=node, module=threaded.names.module,
                        message=f"{ast.unparse(place)} is tested here and set on line "
                                f"{getattr(changed, 'lineno', node.lineno)} "
                        "without a lock: another thread can come between.",
                    )  # fmt: skip
                    break


def _tested(test: ast.expr) -> Iterator[ast.expr]:
    """The names of which a condition says that they are absent, empty, or beyond a bound."""
    if isinstance(test, ast.BoolOp):
        for part in test.values:
            yield from _tested(part)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        if isinstance(test.operand, (ast.Name, ast.Attribute)):
            yield test.operand
    elif isinstance(test, ast.Compare):
        for part in (test.left, *test.comparators):
            if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)):
                yield part
            elif isinstance(part, ast.Call):
                if isinstance(part.func, ast.Name) and part.func.id == "len" and part.args:
                    yield part.args[0]
                elif isinstance(part.func, ast.Attribute) and part.func.attr in ("get", "keys"):
                    yield part.func.value
    elif isinstance(test, (ast.Name, ast.Attribute)):
        yield test


def _change_in(body: list[ast.stmt], place: ast.expr) -> ast.AST | None:
    wanted = ast.unparse(place)
    for statement in body:
        for node in ast.walk(statement):
            targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else [node.target] if isinstance(
                node, (ast.AugAssign, ast.AnnAssign)) else []  # fmt: skip
            for target in targets:
                inner = target.value if isinstance(target, ast.Subscript) else target
                if wanted in (ast.unparse(target), ast.unparse(inner)):
                    return node
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
                if ast.unparse(node.func.value) == wanted:
                    return node
    return None


def relies_on_gil(context: Context) -> Iterator[Sighting]:
    """What only a GIL keeps whole: an iterator that threads share, a container gone through while threads change it."""
    names = context.names
    for threaded in find(names, context.launches):
        of = threaded.names
        for node in own_nodes(threaded.function):
            if isinstance(node, ast.Call) and of.called(node) == "builtins.next" and node.args:
                place = node.args[0]
                if (
                    threaded.many
                    and _type_given(names, threaded, place) in _ITERATORS
                    and shared(threaded, place)
                    and not locked(threaded, node)
                ):
                    yield Sighting(
                        node=node, module=of.module,
                        message=f"next({ast.unparse(place)}) on an iterator that threads share: without a "
                                "GIL two of them can get "
                        "one value, or none.",
                    )  # fmt: skip
            yield from _gone_through(threaded, node)
    for call in context.module.tree.all(ast.Call):
        if names.called(call) == "sys.setswitchinterval" and context.launches:
            yield Sighting(
                node=call, message="The switch interval is a matter of the GIL: without one it guards nothing."
            )


def _type_given(names: Names, threaded: Threaded, place: ast.expr) -> str:
    """The type of an expression; of a parameter, that of what every thread gets for it."""
    kind = threaded.names.type_of(place)
    given = dict(threaded.parameters).get(place.id) if not kind and isinstance(place, ast.Name) else None
    return kind if given is None else names.type_of(given)


def _gone_through(threaded: Threaded, node: ast.AST) -> Iterator[Sighting]:
    names, module = threaded.names, threaded.names.module
    if not isinstance(node, ast.For):
        return
    source = node.iter
    if (
        isinstance(source, ast.Call)
        and isinstance(source.func, ast.Attribute)
        and source.func.attr in ("items", "values", "keys")
    ):
        source = source.func.value
    if not isinstance(source, (ast.Name, ast.Attribute)) or names.type_of(source) not in _CONTAINERS:
        return
    if shared(threaded, source) is None or locked(threaded, node):
        return
    wanted = ast.unparse(source)
    for change in _changes_of(module.tree.all(ast.Call, ast.Assign, ast.Delete), wanted):
        function = module.tree.def_around(change)
        if function is not None and function.name != "__init__" and not module.tree.holds(node, change):
            if function is not threaded.function or threaded.many:
                yield Sighting(
                    node=node, module=module,
                    message=f"{wanted} is gone through here while line {getattr(change, 'lineno', 0)} may "
                            "change it in another thread.",
                )  # fmt: skip
                return


def _changes_of(nodes: Iterator[ast.AST], wanted: str) -> Iterator[ast.AST]:
    for node in nodes:
        if isinstance(node, ast.Call):
            function = node.func
            if (
                isinstance(function, ast.Attribute)
                and function.attr in _CHANGES
                and ast.unparse(function.value) == wanted
            ):
                yield node
        else:
            targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else []
            if any(isinstance(each, ast.Subscript) and ast.unparse(each.value) == wanted for each in targets):
                yield node


FINDERS = {"ADV308": unlocked_update, "ADV309": check_then_set, "ADV310": relies_on_gil}
