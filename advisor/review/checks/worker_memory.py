"""What each worker has for itself: its globals, its objects, its random numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.holders import callees
from ..model.launches import Launch, keyword, target
from ..model.names import Names
from ..model.project import Definition
from ..model.tree import own_nodes
from ..records import Context, Sighting
from .processes import calls_one_deep


def written_by_workers(context: Context) -> Iterator[Sighting]:
    """Globals and attributes that a worker process writes and the parent reads."""
    names = context.names
    seen: set[ast.AST] = set()
    for launch in context.launches:
        if launch.where not in ("process",) or launch.how == "initializer":
            continue
        definition = target(names, launch)
        if definition is None or definition.node in seen or not isinstance(definition.node, ast.FunctionDef):
            continue
        seen.add(definition.node)
        of = names.of(definition.module)
        yield from _written_globals(context, of, definition)
        yield from _written_attributes(of, definition)


_MUTATORS = frozenset(
    {"append", "add", "update", "extend", "setdefault", "insert", "pop", "remove", "clear", "appendleft"}
)


def _written_globals(context: Context, of: Names, worker: Definition) -> Iterator[Sighting]:
    module = of.module
    told: set[str] = set()
    worker_side = {worker.node, *(callee for _, callee, _ in callees(of, worker.node))}
    worker_side |= {
        definition.node for each in context.launches if each.how == "initializer" and (definition := target(of, each))
    }
    for function in tuple(worker_side):
        for node in own_nodes(function):
            name = _written_name(of, node)
            if name is None or name.id in told:
                continue
            found = module.scopes.lookup(name.id, name)
            if found is None or found[0].node is not module.root or function not in module.definitions:
                continue
            readers = [
                load for load in module.tree.all(ast.Name)
                if load.id == name.id and isinstance(load.ctx, ast.Load)
                and module.tree.def_around(load) not in worker_side
                and (scope := module.scopes.lookup(load.id, load)) is not None and scope[0].node is module.root
            ]  # fmt: skip
            if readers:
                told.add(name.id)
                yield Sighting(
                    node=name, module=module,
                    message=f"{name.id} is changed in the worker's memory alone: the parent, which reads it on line "
                    f"{readers[0].lineno}, never sees that.",
                )  # fmt: skip


def _written_name(of: Names, node: ast.AST) -> ast.Name | None:
    """The global that a node writes to: by assignment, by an item, or by a method that changes a container."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AugAssign):
        targets = [node.target]
    for place in targets:
        if isinstance(place, ast.Name):
            return place
        if isinstance(place, ast.Subscript) and isinstance(place.value, ast.Name):
            return place.value if _is_plain(of, place.value) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATORS:
        receiver = node.func.value
        if isinstance(receiver, ast.Name) and _is_plain(of, receiver):
            return receiver
    return None


def _is_plain(of: Names, node: ast.expr) -> bool:
    return of.type_of(node) in ("builtins.list", "builtins.dict", "builtins.set", "collections.deque")


def _written_attributes(of: Names, worker: Definition) -> Iterator[Sighting]:
    module = of.module
    owner = module.tree.parents.get(worker.node)
    if not isinstance(owner, ast.ClassDef):
        return
    worker_side = {worker.node, *(callee for _, callee, _ in callees(of, worker.node))}
    told: set[str] = set()
    for node in own_nodes(worker.node):
        attribute = _written_attribute(of, node)
        if attribute is None or attribute.attr in told:
            continue
        readers = [
            load for load in module.tree.all(ast.Attribute)
            if load.attr == attribute.attr and isinstance(load.ctx, ast.Load)
            and module.tree.def_around(load) not in worker_side and _same_class(of, load.value, owner)
        ]  # fmt: skip
        if readers:
            told.add(attribute.attr)
            yield Sighting(
                node=attribute, module=module,
                message=f"{ast.unparse(attribute)} is set in the worker's memory alone: the parent, which "
                        "reads it on line "
                f"{readers[0].lineno}, never sees that.",
            )  # fmt: skip


def _same_class(of: Names, node: ast.expr, owner: ast.ClassDef) -> bool:
    found = of.owner(node)
    return found is not None and found[0].node is owner


def _written_attribute(of: Names, node: ast.AST) -> ast.Attribute | None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
    for place in targets:
        inner = place.value if isinstance(place, ast.Subscript) else place
        if (
            isinstance(inner, ast.Attribute)
            and isinstance(inner.value, ast.Name)
            and of.module.owner_of_self(inner.value)
        ):
            return inner if inner is place or _is_plain(of, inner) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MUTATORS:
        receiver = node.func.value
        if (
            isinstance(receiver, ast.Attribute)
            and isinstance(receiver.value, ast.Name)
            and of.module.owner_of_self(receiver.value)
            and _is_plain(of, receiver)
        ):
            return receiver
    return None


_NUMPY_SAFE = frozenset(
    {"default_rng", "seed", "RandomState", "Generator", "SeedSequence", "PCG64", "get_state", "set_state"}
)

_PLAIN_SAFE = frozenset({"seed", "Random", "SystemRandom", "getstate", "setstate"})

_STREAMS = frozenset({"numpy.random.Generator", "numpy.random.RandomState", "random.Random"})


def shared_random_streams(context: Context) -> Iterator[Sighting]:
    """Streams of random numbers that every worker continues from the same state."""
    names = context.names
    seen: set[ast.AST] = set()
    for launch in context.launches:
        if launch.where != "process" or launch.how == "initializer":
            continue
        definition = target(names, launch)
        if definition is None or _seeded(names, launch, definition):
            continue
        kind = names.type_of(launch.pool) if launch.pool is not None else ""
        fresh = launch.how == "parallel" or kind.startswith("loky.")  # never forked, so numpy seeds itself in each
        for call, of in calls_one_deep(names, definition):
            if call not in seen and not (fresh and of.called(call).startswith("numpy.random.")):
                seen.add(call)
                yield from _drawn(of, call)


def _seeded(names: Names, launch: Launch, definition: Definition) -> bool:
    made = names.value(launch.pool) if launch.pool is not None else None
    maker = made.origin if made is not None else None
    if isinstance(maker, ast.Call) and (keyword(maker, "initializer") is not None or len(maker.args) > 1):
        return True
    return any(
        of.called(call) in ("random.seed", "numpy.random.seed") for call, of in calls_one_deep(names, definition)
    )


def _drawn(of: Names, call: ast.Call) -> Iterator[Sighting]:
    called = of.called(call)
    owner, _, method = called.rpartition(".")
    if owner == "numpy.random" and method not in _NUMPY_SAFE:
        yield Sighting(
            node=call, module=of.module,
            message=f"{called} draws from numpy's global stream: forked workers all draw the same numbers.",
        )  # fmt: skip
    elif owner == "random" and method not in _PLAIN_SAFE and method[:1].islower():
        seeded = [each for each in of.module.tree.all(ast.Call) if of.called(each) == "random.seed"]
        says = "each worker seeds it anew when it starts, so no run can be repeated"
        if seeded:
            says = f"the seed of line {seeded[0].lineno} does not reach the workers"
        yield Sighting(
            node=call,
            module=of.module,
            severity=None if seeded else "note",
            message=f"{called} draws from the global stream: {says}.",
        )
    elif owner in _STREAMS and isinstance(call.func, ast.Attribute):
        stream = call.func.value
        if isinstance(stream, ast.Name):
            found = of.module.scopes.lookup(stream.id, stream)
            if found is not None and found[0].node is of.module.root:
                yield Sighting(
                    node=call, module=of.module,
                    message=f"{stream.id} is made once for the module: every worker draws the same numbers "
                            "from its copy.",
                )  # fmt: skip


FINDERS = {
    "ADV110": written_by_workers,
    "ADV111": shared_random_streams,
}
