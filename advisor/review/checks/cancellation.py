"""Cancellation that goes nowhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.names import Names
from ..model.tree import FUNCTIONS, own_nodes
from ..records import Context, Sighting
from .awaits import same_function


def swallowed_cancellation(context: Context) -> Iterator[Sighting]:
    """A coroutine that catches its own cancellation and goes on."""
    names, tree = context.names, context.module.tree
    for node in tree.all(ast.Try):
        if not isinstance(tree.function(node), ast.AsyncFunctionDef) or not _awaits(node.body):
            continue
        for handler in node.handlers:
            if _catches_cancellation(names, handler.type) and not _goes_on_raising(context, handler):
                explicit = handler.type is not None and _names_cancellation(names, handler.type)
                if explicit and _awaits_cancelled(context, node):
                    break
                looped = tree.loop(node) is not None and not _ends(handler)
                if not looped and (explicit or _reraised_before(names, node, handler)):
                    if explicit and not _after(context, node):
                        break  # it ends the coroutine, as was asked
                yield Sighting(
                    node=handler, severity=None if looped else "warning",
                    message=f"{'The bare except' if handler.type is None else ast.unparse(handler.type)} "
                            "catches the cancellation of "
                    f"this coroutine, which {'goes on with its loop' if looped else 'goes on'}.",
                )  # fmt: skip
                break
            if _catches_cancellation(names, handler.type):
                break
    for block in tree.all(ast.With):
        for item in block.items:
            call = item.context_expr
            if (
                isinstance(call, ast.Call) and names.called(call) == "contextlib.suppress"
                and any(_names_cancellation(names, part) for part in call.args)
                and isinstance(tree.function(block), ast.AsyncFunctionDef) and _awaits(block.body)
                and not _awaits_cancelled(context, block) and tree.loop(block) is not None
            ):  # fmt: skip
                loop = tree.loop(block)
                ends = isinstance(loop, ast.While) and not isinstance(loop.test, ast.Constant)
                yield Sighting(
                    node=call,
                    severity="warning" if ends else None,
                    message="The cancellation of this coroutine is suppressed, and its loop goes on.",
                )


def _awaits(body: list[ast.stmt]) -> bool:
    return any(
        isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) for part in body for node in same_function(part)
    )


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _names_cancellation(names: Names, node: ast.expr) -> bool:
    return any(
        names.qualified(part) in ("asyncio.CancelledError", "concurrent.futures.CancelledError")
        for part in _parts(node)
    )


def _catches_cancellation(names: Names, node: ast.expr | None) -> bool:
    if node is None:
        return True
    return _names_cancellation(names, node) or any(
        names.qualified(part) == "builtins.BaseException" for part in _parts(node)
    )


def _goes_on_raising(context: Context, handler: ast.ExceptHandler) -> bool:
    for part in handler.body:
        for node in ast.walk(part):
            if isinstance(node, ast.Raise):
                return True
            # ``cancelled = True``, and raised once the loop is over.
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                if _raised_for(context, handler, node.targets[0].id):
                    return True
            # The error travels on: into a future, a list of errors, a log of the caller's.
            if handler.name and isinstance(node, ast.Name) and node.id == handler.name:
                return True
            if isinstance(node, ast.Attribute) and node.attr in ("uncancel", "exc_info", "set_exception"):
                return True
    return False


def _raised_for(context: Context, handler: ast.ExceptHandler, flag: str) -> bool:
    function = context.module.tree.function(handler)
    return function is not None and any(
        isinstance(node, ast.If)
        and any(isinstance(part, ast.Name) and part.id == flag for part in ast.walk(node.test))
        and any(isinstance(part, ast.Raise) for part in ast.walk(node))
        for node in own_nodes(function)
    )


def _ends(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, (ast.Break, ast.Return)) for part in handler.body for node in ast.walk(part))


def _reraised_before(names: Names, node: ast.Try, handler: ast.ExceptHandler) -> bool:
    return any(
        each is not handler and each.type is not None and _names_cancellation(names, each.type)
        for each in node.handlers
    )


def _after(context: Context, node: ast.AST) -> bool:
    """Whether the coroutine does more after the statement than clean up."""
    tree = context.module.tree
    statement: ast.AST = node
    while isinstance(statement, ast.stmt) and not isinstance(statement, FUNCTIONS):
        block, place = tree.block(statement)
        if any(_awaits([part]) for part in block[place + 1 :]):
            return True
        statement = tree.parents[statement]
    return False


def _awaits_cancelled(context: Context, node: ast.Try | ast.With) -> bool:
    """Whether what is awaited is a task that this code itself has cancelled."""
    tree = context.module.tree
    awaited = [part for statement in node.body for part in same_function(statement) if isinstance(part, ast.Await)]
    function = tree.function(node)
    cancels = any(
        isinstance(part, ast.Attribute) and part.attr in ("cancel", "close", "aclose") for part in own_nodes(function)
    ) if function is not None else False  # fmt: skip
    names_only = all(
        isinstance(part.value, (ast.Name, ast.Attribute, ast.Subscript))
        or context.names.called(part.value) in ("asyncio.gather", "asyncio.wait", "asyncio.wait_for", "asyncio.shield")
        for part in awaited
    )
    return bool(awaited) and names_only and (cancels or all(not isinstance(part.value, ast.Call) for part in awaited))


FINDERS = {
    "ADV416": swallowed_cancellation,
}
