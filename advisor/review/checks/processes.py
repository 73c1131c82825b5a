"""Where processes may be started."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import known
from ..model.holders import callees, holder
from ..model.launches import Launch, keyword, target
from ..model.names import Names
from ..model.project import Definition
from ..model.start_methods import is_fork, start_method
from ..model.tree import own_nodes
from ..records import Context, Sighting

_STARTS = known.PROCESS_POOLS | {"multiprocessing.Manager"}


def main_guard(context: Context) -> Iterator[Sighting]:
    """Processes that start whenever the module is imported, as each worker imports it."""
    module, names = context.module, context.names
    if module.path.endswith("__main__.py") or is_fork(names):
        return
    for call in module.tree.all(ast.Call):
        if module.tree.function(call) is not None or guarded(context, call):
            continue
        started = _starts(names, call) or _starts_inside(names, call)
        if started:
            yield Sighting(
                node=call, message=f"{started} where the module is imported, and each worker imports it anew."
            )


def _starts(names: Names, call: ast.Call) -> str:
    called = names.called(call)
    if called in _STARTS and start_method(names, call) != "fork":
        return f"{called} starts processes"
    if called == "multiprocessing.Process.start" and isinstance(call.func, ast.Attribute):
        made = names.value(call.func.value)
        if made is None or not isinstance(made.origin, ast.Call) or start_method(names, made.origin) != "fork":
            return "A process is started"
    return ""


def _starts_inside(names: Names, call: ast.Call, depth: int = 0) -> str:
    definition = names.function(call.func)
    if definition is None or depth > 2 or not isinstance(definition.node, ast.FunctionDef):
        return ""
    of = names.of(definition.module)
    for node in own_nodes(definition.node):
        if isinstance(node, ast.Call) and (_starts(of, node) or _starts_inside(of, node, depth + 1)):
            return f"{definition.name}() starts processes (line {node.lineno}) and is called"
    return ""


def guarded(context: Context, node: ast.AST) -> bool:
    """Under an ``if`` on ``__name__``, or after one that leaves."""
    for parent in context.module.tree.ancestors(node):
        if isinstance(parent, ast.If) and any(
            isinstance(part, ast.Name) and part.id in ("__name__", "TYPE_CHECKING") for part in ast.walk(parent.test)
        ):
            return True
        if isinstance(parent, ast.Try) and any(isinstance(each, ast.FunctionDef) for each in parent.body):
            return False
    return False


def children_of_daemons(context: Context) -> Iterator[Sighting]:
    """Processes started by workers that are daemons, as those of ``Pool`` are."""
    names = context.names
    for launch in context.launches:
        if launch.where != "process" or not _is_daemon(names, launch):
            continue
        definition = target(names, launch)
        if definition is None:
            continue
        for call, of in calls_one_deep(names, definition):
            called = of.called(call)
            if called in known.PROCESS_POOLS or called == "multiprocessing.Process.start":
                yield Sighting(
                    node=call, module=of.module,
                    message=f"{called} in a daemonic worker (line {launch.call.lineno}): it may have no children.",
                )  # fmt: skip


def _is_daemon(names: Names, launch: Launch) -> bool:
    if launch.how in ("submit", "map") and launch.pool is not None:
        return names.type_of(launch.pool) == "multiprocessing.Pool"
    daemon = keyword(launch.call, "daemon")
    if isinstance(daemon, ast.Constant):
        return bool(daemon.value)
    held = holder(names, launch.call)
    return any(
        isinstance(node.targets[0], ast.Attribute)
        and node.targets[0].attr == "daemon"
        and ast.unparse(node.targets[0].value).rpartition(".")[2] == held.name
        and isinstance(node.value, ast.Constant)
        and node.value.value is True
        for node in names.module.tree.all(ast.Assign)
        if held.kind in ("name", "attribute")
    )


def calls_one_deep(names: Names, definition: Definition) -> Iterator[tuple[ast.Call, Names]]:
    """The calls that a function makes, and those of the project's functions that it calls."""
    of = names.of(definition.module)
    for node in own_nodes(definition.node):
        if isinstance(node, ast.Call):
            yield node, of
    for _, function, other in callees(of, definition.node):
        for node in own_nodes(function):
            if isinstance(node, ast.Call):
                yield node, other


FINDERS = {
    "ADV101": main_guard,
    "ADV107": children_of_daemons,
}
