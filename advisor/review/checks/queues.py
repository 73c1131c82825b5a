"""Queues between processes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.holders import holder
from ..model.launches import target
from ..model.names import Names
from ..model.project import Definition
from ..model.tree import own_nodes, position
from ..records import Context, Sighting


def joined_before_drained(context: Context) -> Iterator[Sighting]:
    """A process joined while what it put into a queue is still there."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if names.called(call) != "multiprocessing.Process.join" or call.args or call.keywords:
            continue
        function = tree.function(call)
        for queue, fed_by in _queues_fed(context):
            gets = [
                each for each in tree.all(ast.Call)
                if isinstance(each.func, ast.Attribute) and each.func.attr in ("get", "get_nowait")
                and ast.dump(each.func.value) == ast.dump(queue) and tree.function(each) is function
            ]  # fmt: skip
            loop = tree.loop(call)
            after = [each for each in gets if position(each) > position(call)]
            before = [each for each in gets if position(each) < position(call)]
            if after and not before and tree.function(fed_by) is function and position(fed_by) < position(call):
                if not _same_process(names, call, fed_by) and loop is None:
                    continue
                yield Sighting(
                    node=call,
                    message=f"{ast.unparse(queue)} is read after join (line {after[0].lineno}): a process "
                    "that has put much into "
                    "it does not end before it is read.",
                )
                break


def _queues_fed(context: Context) -> Iterator[tuple[ast.expr, ast.Call]]:
    """(queue, launch) for queues of multiprocessing that a process gets and does put something into."""
    names = context.names
    for launch in context.launches:
        if launch.where != "process" or launch.how != "single":
            continue
        definition = target(names, launch)
        for place, part in enumerate(launch.arguments):
            if names.type_of(part) in ("multiprocessing.Queue", "multiprocessing.JoinableQueue"):
                if definition is None or _puts(definition, place):
                    yield part, launch.call
        if definition is not None:
            for node in own_nodes(definition.node):
                if isinstance(node, ast.Attribute) and node.attr in ("put", "put_nowait"):
                    of = names.of(definition.module)
                    if of.type_of(node.value) in ("multiprocessing.Queue", "multiprocessing.JoinableQueue"):
                        yield node.value, launch.call


def _puts(definition: Definition, place: int) -> bool:
    function = definition.node
    if not isinstance(function, (ast.FunctionDef, ast.Lambda)):
        return True
    parameters = [*function.args.posonlyargs, *function.args.args]
    wanted = parameters[place].arg if place < len(parameters) else None
    return any(
        (isinstance(node, ast.Attribute) and node.attr in ("put", "put_nowait")
        and isinstance(node.value, ast.Name) and node.value.id == wanted)
        or (isinstance(node, ast.Call) and any(isinstance(each, ast.Name) and each.id == wanted for each in node.args))
        for node in own_nodes(function)
    )  # fmt: skip


def _same_process(names: Names, join: ast.Call, launch: ast.Call) -> bool:
    receiver = join.func.value if isinstance(join.func, ast.Attribute) else join
    held = holder(names, launch)
    if isinstance(receiver, ast.Name):
        return receiver.id == held.name
    return isinstance(receiver, ast.Attribute) and receiver.attr == held.name


FINDERS = {
    "ADV112": joined_before_drained,
}
