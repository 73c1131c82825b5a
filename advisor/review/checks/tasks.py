"""Tasks that nobody keeps."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.holders import holder, loads
from ..model.names import Names
from ..model.tree import own_nodes
from ..records import Context, Sighting

SPAWNERS = frozenset({"asyncio.create_task", "asyncio.ensure_future", "asyncio.loop.create_task"})


def task_not_kept(context: Context) -> Iterator[Sighting]:
    """``create_task`` whose result nothing refers to."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if names.called(call) not in SPAWNERS:
            continue
        held = holder(names, call)
        if held.kind == "discarded" or (held.kind == "element" and isinstance(tree.parents.get(held.node), ast.Expr)):  # type: ignore[arg-type]  # an expression
            if _waits_for_what_others_hold(names, call):
                yield Sighting(
                    node=call, severity="warning", message="The task is kept nowhere: its exception is not seen."
                )
                continue
            yield Sighting(
                node=call,
                message="The task is kept nowhere: it can be collected before it ends, and its exception is not seen.",
            )
        elif held.kind == "returned" and isinstance(held.node, ast.Lambda) and _is_callback(context, held.node):
            yield Sighting(node=call, severity="warning", message="The task of this callback is kept nowhere.")
        elif held.kind == "name" and tree.function(call) is not None and _is_local(names, held.name, call):
            if not any(True for _ in loads(names, held)):
                yield Sighting(
                    node=call, severity="warning",
                    message=f"{held.name} is not used again: the task lives no longer than this call, and "
                            "its exception is not seen.",
                )  # fmt: skip


def _waits_for_what_others_hold(names: Names, spawn: ast.Call) -> bool:
    """Whether all that the coroutine awaits are futures that it was given: those keep the task while it waits."""
    made = spawn.args[0] if spawn.args else None
    if isinstance(made, ast.Name):
        bound = names.bindings(made)
        made = bound[0].value if len(bound) == 1 else None
    definition = names.function(made.func) if isinstance(made, ast.Call) else None
    if definition is None or not isinstance(definition.node, ast.AsyncFunctionDef):
        return False
    parameters = {argument.arg for argument in definition.node.args.args}
    awaited = [node.value for node in own_nodes(definition.node) if isinstance(node, ast.Await)]
    return bool(awaited) and all(isinstance(each, ast.Name) and each.id in parameters for each in awaited)


def _is_callback(context: Context, node: ast.Lambda) -> bool:
    parent = context.module.tree.parents.get(node)
    return isinstance(parent, ast.Call) and context.names.called(parent).startswith("asyncio.loop.call_")


def _is_local(names: Names, name: str, at: ast.AST) -> bool:
    scope = names.module.scopes.own(names.module.tree.scope_node(at))
    return name not in scope.global_names and name not in scope.nonlocal_names


FINDERS = {
    "ADV413": task_not_kept,
}
