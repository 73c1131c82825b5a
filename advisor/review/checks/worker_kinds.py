"""Which workers fit a function: threads over computing, processes over waiting, workers in workers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...records import Severity
from ..model import blocking, known
from ..model.launches import Launch, argument, keyword, target
from ..model.names import Names
from ..model.project import Definition
from ..model.tree import COMPREHENSIONS, own_nodes
from ..records import Context, Sighting


def threads_over_computing(context: Context) -> Iterator[Sighting]:
    """Pools of threads over functions that only compute in Python."""
    names = context.names
    for launch in context.launches:
        if launch.where != "thread" or launch.how not in ("map", "submit") or not launch.many or launch.pool is None:
            continue
        definition = target(names, launch)
        if definition is not None and _computes(names, definition):
            yield Sighting(
                node=launch.call,
                message=f"{definition.name} computes in Python alone: under the GIL its threads run one at a time.",
            )


_PURE = frozenset(
    {
        "range",
        "len",
        "sum",
        "min",
        "max",
        "abs",
        "int",
        "float",
        "str",
        "sorted",
        "enumerate",
        "zip",
        "round",
        "divmod",
        "pow",
        "list",
        "dict",
        "set",
        "tuple",
        "any",
        "all",
        "map",
        "filter",
        "ord",
        "chr",
        "reversed",
        "isinstance",
        "bool",
        "bin",
        "hex",
        "complex",
        "iter",
        "next",
        "slice",
    }
)

_PURE_METHODS = frozenset(
    {
        "append",
        "add",
        "get",
        "items",
        "values",
        "keys",
        "split",
        "join",
        "strip",
        "lower",
        "upper",
        "replace",
        "startswith",
        "endswith",
        "pop",
        "extend",
        "update",
        "setdefault",
        "count",
        "index",
        "isdigit",
        "isalpha",
        "format",
    }
)


def _computes(names: Names, definition: Definition, depth: int = 0) -> bool:
    """Whether all that is seen in a function is Python arithmetic in a loop, one call deep."""
    of = names.of(definition.module)
    loops = False
    if isinstance(definition.node, ast.AsyncFunctionDef) or getattr(definition.node, "decorator_list", None):
        return False  # a decorator may compile it
    own_name = definition.name.rpartition(".")[2]
    for node in own_nodes(definition.node):
        if isinstance(node, (ast.For, ast.While, *COMPREHENSIONS)):
            loops = True
        if isinstance(node, (ast.With, ast.AsyncWith, ast.Await, ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(node, ast.Call):
            called = of.called(node)
            last = called.rpartition(".")[2]
            if (called.startswith("builtins.") and (last in _PURE or called.count(".") == 2)) or called.startswith(
                "math."
            ):
                loops = loops or (
                    last in ("sum", "sorted") and bool(node.args) and not isinstance(node.args[0], ast.Name)
                )
                continue
            if isinstance(node.func, ast.Attribute) and node.func.attr in _PURE_METHODS and not called:
                continue
            if isinstance(node.func, ast.Name) and node.func.id == own_name:
                loops = True  # it calls itself
                continue
            inner = of.function(node.func)
            if inner is None or depth > 1 or not (_computes(of, inner, depth + 1) or _is_arithmetic(of, inner)):
                return False
            loops = loops or _computes(of, inner, depth + 1)
    return loops


def _is_arithmetic(names: Names, definition: Definition) -> bool:
    of = names.of(definition.module)
    return all(
        (called := of.called(node)).startswith("math.") or (called.startswith("builtins.") and called[9:] in _PURE)
        for node in own_nodes(definition.node) if isinstance(node, ast.Call)
    ) and not getattr(definition.node, "decorator_list", None)  # fmt: skip


def processes_over_waiting(context: Context) -> Iterator[Sighting]:
    """Pools of processes over functions that only wait."""
    names = context.names
    for launch in context.launches:
        if launch.where != "process" or launch.how not in ("map", "submit", "parallel") or not launch.many:
            continue
        definition = target(names, launch)
        if definition is None:
            continue
        waits = _only_waits(names, definition)
        if waits:
            yield Sighting(
                node=launch.call,
                # joblib's backend may be another one, set from outside.
                severity="note" if launch.how == "parallel" else None,
                message=f"{definition.name} only waits ({waits}): threads do that as well, without a process "
                "and a pickle each.",
            )


def _only_waits(names: Names, definition: Definition) -> str:
    of = names.of(definition.module)
    first = ""
    for node in own_nodes(definition.node):
        if isinstance(node, (ast.For, ast.While, *COMPREHENSIONS)):
            return ""
        if isinstance(node, ast.Call):
            found = blocking.blocking(of, node)
            if found is not None and found.kind in ("sleep", "http", "socket", "subprocess"):
                first = first or found.name
                continue
            called = of.called(node)
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            cheap = method in ("json", "raise_for_status", "read", "decode", "close", "strip", "append", "get") or (
                called.startswith(("logging.", "builtins.")) and called != "builtins.sum"
            )
            if not cheap:
                return ""
    return first


_BLAS = ("numpy.dot", "numpy.matmul", "numpy.einsum", "numpy.tensordot", "numpy.linalg.", "scipy.linalg.")

_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def pools_in_pools(context: Context) -> Iterator[Sighting]:
    """A worker that starts a pool of its own, or calls what starts a thread on every core."""
    names = context.names
    seen: set[ast.AST] = set()
    limited = _limits_threads(context)
    for launch in context.launches:
        definition = target(names, launch)
        if definition is None or not launch.many or launch.how == "initializer":
            continue
        of = names.of(definition.module)
        for node in own_nodes(definition.node):
            if node in seen:
                continue
            sighting = _multiplied(of, launch, node, limited)
            if sighting is not None:
                seen.add(node)
                yield sighting


def _multiplied(of: Names, launch: Launch, node: ast.AST, limited: bool) -> Sighting | None:
    where = f"a worker of line {launch.call.lineno}"
    if isinstance(node, ast.Call):
        called = of.called(node)
        jobs = keyword(node, "n_jobs")
        if called in known.POOLS or called == "joblib.Parallel":
            alone = isinstance(jobs, ast.Constant) and jobs.value == 1
            sized = argument(node, 0, "max_workers")
            alone = alone or (isinstance(sized, ast.Constant) and sized.value == 1)
            if (
                called == "multiprocessing.Pool"
                and launch.where == "process"
                and of.type_of(launch.pool or node) == "multiprocessing.Pool"
            ):
                return None  # that one fails: ADV107
            shown = called.rpartition(".")[2]
            # joblib limits what it nests itself.
            handled = called == "joblib.Parallel" and launch.how == "parallel"
            message = f"{shown} in {where}: workers times workers."
            severity: Severity | None = "note" if handled else None
            return None if alone else Sighting(node=node, module=of.module, severity=severity, message=message)
        if isinstance(jobs, ast.UnaryOp) and isinstance(jobs.op, ast.USub):
            return Sighting(
                node=node,
                module=of.module,
                message=f"n_jobs={ast.unparse(jobs)} in {where}: every worker takes every core.",
            )
        if called.startswith(_BLAS) and launch.where == "process" and not limited:
            return Sighting(
                node=node, module=of.module, severity="note",
                message=f"{called} may start a thread on every core, in {where}.",
            )  # fmt: skip
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult) and launch.where == "process" and not limited:
        return Sighting(
            node=node,
            module=of.module,
            severity="note",
            message=f"A matrix product may start a thread on every core, in {where}.",
        )
    return None


def _limits_threads(context: Context) -> bool:
    if any(isinstance(node.value, str) and node.value in _LIMITS for node in context.module.tree.all(ast.Constant)):
        return True
    return any("threadpool_limits" in context.names.called(call) or "set_num_threads" in context.names.called(call)
               for call in context.module.tree.all(ast.Call))  # fmt: skip


FINDERS = {
    "ADV503": threads_over_computing,
    "ADV504": processes_over_waiting,
    "ADV505": pools_in_pools,
}
