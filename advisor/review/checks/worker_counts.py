"""How many workers a pool is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model import known
from ..model.launches import argument, keyword
from ..model.names import Names
from ..model.tree import own_nodes
from ..records import Context, Sighting

_COUNTS = frozenset(
    {"os.cpu_count", "multiprocessing.cpu_count", "psutil.cpu_count", "multiprocessing.context.cpu_count"}
)

_BETTER = ("sched_getaffinity", "process_cpu_count", "cpu_affinity")


def counts_all_cores(context: Context) -> Iterator[Sighting]:
    """Pools sized by the cores of the machine, where a quota or an affinity may allow fewer."""
    names, tree = context.names, context.module.tree
    told: set[ast.AST] = set()
    for call in tree.all(ast.Call):
        called = names.called(call)
        size = keyword(call, "n_jobs")
        if called in known.POOLS | {"joblib.Parallel", "loky.get_reusable_executor"}:
            size = argument(call, 0, "max_workers") or keyword(call, "processes") or size
        counting = _counts(names, size) if size is not None else None
        if counting is None:
            continue
        node, of = counting
        if node not in told and not _asks_better(of, node):
            told.add(node)
            yield Sighting(
                node=node,
                module=of.module,
                message=f"{of.called(node)}() counts the machine's cores, also where a quota or an affinity "
                "allows fewer.",
            )


def _counts(names: Names, node: ast.AST, depth: int = 0) -> tuple[ast.Call, Names] | None:
    """The call that counts cores, from which an expression is computed."""
    if depth > 5:
        return None
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            if names.called(part) in _COUNTS:
                return part, names
            definition = names.function(part.func)
            if definition is not None:
                of = names.of(definition.module)
                for inner in own_nodes(definition.node):
                    if isinstance(inner, ast.Return) and inner.value is not None:
                        found = _counts(of, inner.value, depth + 2)
                        if found is not None:
                            return found
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            for binding in names.bindings(part):
                if (
                    binding.kind == "assign"
                    and binding.value is not None
                    and not names.module.tree.holds(binding.value, part)
                ):
                    found = _counts(names, binding.value, depth + 1)
                    if found is not None:
                        return found
        elif isinstance(part, ast.Attribute):
            owner = names.owner(part.value)
            for binding in owner[0].attributes.get(part.attr, ()) if owner is not None else ():
                if binding.value is not None and owner is not None:
                    found = _counts(names.of(owner[1]), binding.value, depth + 2)
                    if found is not None:
                        return found
    return None


def _asks_better(names: Names, node: ast.AST) -> bool:
    """Whether the better question is asked beside it, and this is what is left where it cannot be."""
    function = names.module.tree.def_around(node) or names.module.root
    around: ast.AST = function
    return any(
        (isinstance(part, ast.Attribute) and part.attr in _BETTER)
        or (isinstance(part, ast.Constant) and part.value in _BETTER)
        for part in ast.walk(around)
    )


FINDERS = {
    "ADV506": counts_all_cores,
}
