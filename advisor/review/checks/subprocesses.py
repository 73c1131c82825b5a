"""Child programs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.holders import holder, loads, method_called
from ..model.launches import keyword
from ..model.tree import position
from ..records import Context, Sighting

_READERS = frozenset({"communicate", "stdout", "stderr"})
_STARTERS = ("subprocess.Popen", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell")


def pipe_never_read(context: Context) -> Iterator[Sighting]:
    """``Popen(stdout=PIPE)`` and ``wait()``, with nobody who reads meanwhile."""
    names, tree = context.names, context.module.tree
    for call in tree.all(ast.Call):
        if names.called(call) not in _STARTERS or not _piped(context, call):
            continue
        held = holder(names, call)
        if held.kind == "method" and held.name == "wait":
            yield Sighting(
                node=call, message="The child waits once its pipe is full, and wait() for the child: for ever."
            )
            continue
        if held.kind not in ("name", "attribute", "with"):
            continue
        mentions = _mentions(context, call) if held.kind == "with" else sorted(loads(names, held), key=position)
        waits = [load for load in mentions if method_called(names, load) in ("wait",) and not _bounded(context, load)]
        if waits and not any(_reads(context, load) and position(load) < position(waits[0]) for load in mentions):
            if all(_stays(context, load) for load in mentions):
                yield Sighting(
                    node=tree.parents[tree.parents[waits[0]]],
                    message=f"The pipe of line {call.lineno} is not read before wait(): a child that fills "
                    "it never ends.",
                )


def _piped(context: Context, call: ast.Call) -> bool:
    return any(
        context.names.qualified(each.value) in ("subprocess.PIPE", "asyncio.subprocess.PIPE")
        for each in call.keywords if each.arg in ("stdout", "stderr")
    )  # fmt: skip


def _mentions(context: Context, call: ast.Call) -> list[ast.expr]:
    item = context.module.tree.parents.get(call)
    while item is not None and not isinstance(item, ast.withitem):
        item = context.module.tree.parents.get(item)
    name = (
        item.optional_vars.id if isinstance(item, ast.withitem) and isinstance(item.optional_vars, ast.Name) else None
    )
    block = context.module.tree.parents.get(item) if item is not None else None
    return sorted(
        (
            node
            for node in context.module.tree.all(ast.Name)
            if node.id == name
            and isinstance(node.ctx, ast.Load)
            and block is not None
            and context.module.tree.holds(block, node)
        ),
        key=position,
    )


def _reads(context: Context, load: ast.AST) -> bool:
    parent = context.module.tree.parents.get(load)
    return isinstance(parent, ast.Attribute) and parent.attr in _READERS


def _bounded(context: Context, load: ast.AST) -> bool:
    parent = context.module.tree.parents.get(context.module.tree.parents[load])
    return isinstance(parent, ast.Call) and bool(parent.args or parent.keywords)


def _stays(context: Context, load: ast.AST) -> bool:
    """Whether the child is not handed to anybody who may read it."""
    return isinstance(context.module.tree.parents.get(load), ast.Attribute)


def code_before_exec(context: Context) -> Iterator[Sighting]:
    """``preexec_fn``: Python between fork and exec."""
    names = context.names
    for call in context.module.tree.all(ast.Call):
        if not names.called(call).startswith(("subprocess.", "asyncio.create_subprocess", "asyncio.loop.subprocess")):
            continue
        given = keyword(call, "preexec_fn")
        if given is None or (isinstance(given, ast.Constant) and given.value is None):
            continue
        threaded = any(launch.where == "thread" for launch in context.launches)
        yield Sighting(
            node=given,
            severity="error" if threaded else None,
            message="preexec_fn runs Python between fork and exec"
            + (
                ", in a program whose threads may hold any lock at that moment."
                if threaded
                else ": with threads it can hang."
            ),
        )


FINDERS = {"ADV601": pipe_never_read, "ADV602": code_before_exec}
