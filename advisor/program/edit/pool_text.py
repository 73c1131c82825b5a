"""A plan as the text that makes its pool."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ...probe.program.outside import free_name
from ...probe.program.syntax import Tree
from ...records.tried import Plan
from .refusal import CannotEditError


@dataclass(frozen=True, kw_only=True)
class Import:
    """``import module``, or ``from module import name``."""

    module: str
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pool:
    """What to write for a pool."""

    made: str
    """The call that makes it."""
    variable: str
    """The name it goes by."""
    chunk: str
    """What follows the items in a call of its ``map``; empty where that says nothing."""
    imports: tuple[Import, ...]


THREADS = "ThreadPoolExecutor"
PROCESSES = "ProcessPoolExecutor"


def pool_of(plan: Plan, tree: Tree) -> Pool:
    """The pool of a plan of threads or processes.

    Raises:
        CannotEditError: the plan is of another kind.
    """
    variable = free_name(tree, "executor")
    if plan.model == "threading":
        return Pool(
            made=f"{THREADS}(max_workers={plan.workers})",
            variable=variable,
            chunk="",
            imports=(Import(module="concurrent.futures", name=THREADS),),
        )
    if plan.model != "multiprocessing":
        raise CannotEditError(_OTHER_MODELS.get(plan.model, f"no edit is written for {plan.model}"))
    context, imports = context_of(plan, tree)
    return Pool(
        made=f"{PROCESSES}(max_workers={plan.workers}{context})",
        variable=variable,
        chunk=f", chunksize={plan.chunk_size}" if (plan.chunk_size or 1) > 1 else "",
        imports=(Import(module="concurrent.futures", name=PROCESSES), *imports),
    )


def context_of(plan: Plan, tree: Tree) -> tuple[str, tuple[Import, ...]]:
    """The argument that fixes the start method as it was measured, and what it imports."""
    if plan.start_method is None:
        return "", ()
    if _means(tree, "get_context", "multiprocessing"):
        text = f', mp_context=multiprocessing.get_context("{plan.start_method}")'
        return text, (Import(module="multiprocessing"),)
    text = f', mp_context=get_context("{plan.start_method}")'
    return text, (Import(module="multiprocessing", name="get_context"),)


_OTHER_MODELS = {
    "serial": "one item after the other is the advice, as it is now",
    "hybrid": "processes with threads in each are no small edit: see the snippet of its report",
    "subinterpreters": "subinterpreters are no small edit: see the snippet of its report",
    "distributed": "a cluster is no small edit: see the snippet of its report",
    "asyncio": "asyncio is only for a loop that awaits",
}


def with_live_ins(function: str, live_in: tuple[str, ...], tree: Tree) -> tuple[str, tuple[Import, ...]]:
    """The function with what it reads besides the item filled in."""
    if not live_in:
        return function, ()
    given = ", ".join(f"{name}={name}" for name in live_in)
    if _means(tree, "partial", "functools"):
        return f"functools.partial({function}, {given})", (Import(module="functools"),)
    return f"partial({function}, {given})", (Import(module="functools", name="partial"),)


def _means(tree: Tree, name: str, module: str) -> bool:
    """Whether the file has something else under a name that an import from the module would take."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree.module)
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }
    return tree.rebinds(name) and name not in imported
