"""Pools, threads and gathers that are in a program already: how a call is known to be one."""

from __future__ import annotations

import ast

from .syntax import Tree, dotted

EXECUTORS = {"ThreadPoolExecutor": "threads", "ProcessPoolExecutor": "processes"}
POOLS = {"Pool": "processes", "ThreadPool": "threads"}
POOL_METHODS = frozenset(("map", "imap", "imap_unordered", "starmap", "map_async", "starmap_async"))
GATHERS = frozenset(("asyncio.gather", "gather"))
_EXECUTOR_NAMES = frozenset(("executor", "ex", "tpe", "ppe"))


def pool_made(node: ast.AST | None) -> str:
    """The class that a call makes a pool of ("ThreadPoolExecutor", "Pool", ...), or an empty text."""
    if isinstance(node, ast.Call):
        name = dotted(node.func).rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
        if name in EXECUTORS or name in POOLS:
            return name
    return ""


def made_at(tree: Tree, receiver: ast.AST) -> ast.Call | None:
    """The call that made the pool on which a method is called, where its own scope or the module shows it."""
    if pool_made(receiver):
        return receiver  # type: ignore[return-value]
    name = dotted(receiver)
    if not name:
        return None
    for scope in (tree.scope(receiver), tree.module):
        for node in ast.walk(scope):
            if isinstance(node, ast.withitem) and node.optional_vars is not None:
                if dotted(node.optional_vars) == name and pool_made(node.context_expr):
                    return node.context_expr  # type: ignore[return-value]
            elif (
                isinstance(node, ast.Assign)
                and pool_made(node.value)
                and any(dotted(target) == name for target in node.targets)
            ):
                return node.value  # type: ignore[return-value]
    return None


def is_pool(tree: Tree, receiver: ast.AST) -> str:
    """Executor or Pool, by what made the receiver, else by its name; empty where it is neither."""
    made = pool_made(made_at(tree, receiver))
    if made:
        return "Executor" if made in EXECUTORS else "Pool"
    last = dotted(receiver).rpartition(".")[2].lower()
    if "executor" in last or last in _EXECUTOR_NAMES:
        return "Executor"
    return "Pool" if last.endswith("pool") else ""


def submits(tree: Tree, call: ast.Call) -> str:
    """Executor.submit or Pool.apply_async, for a call that hands one piece of work to a pool."""
    if not isinstance(call.func, ast.Attribute) or not call.args:
        return ""
    if call.func.attr == "submit" and is_pool(tree, call.func.value) == "Executor":
        return "Executor.submit"
    if call.func.attr == "apply_async" and is_pool(tree, call.func.value) == "Pool":
        return "Pool.apply_async"
    return ""


def starts_thread(call: ast.Call) -> str:
    """Thread or Process, for a call that makes one with a target."""
    name = dotted(call.func).rpartition(".")[2]
    known = dotted(call.func) in ("Thread", "threading.Thread", "Process", "multiprocessing.Process", "mp.Process")
    if known and any(keyword.arg == "target" for keyword in call.keywords):
        return name
    return ""
