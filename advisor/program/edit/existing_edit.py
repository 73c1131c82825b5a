"""A pool or gather that is in the program already: changed in place to the one that was measured to be right."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ...probe.program.layout import Layout, change_of
from ...probe.program.outside import free_name
from ...probe.program.pools import EXECUTORS, made_at, pool_made
from ...probe.program.sites import Site
from ...probe.program.syntax import COMPREHENSIONS, LOOPS, Tree, dotted, inside
from ...records.tried import Plan
from .edited_text import EditedText
from .pool_text import PROCESSES, THREADS, Import, context_of
from .refusal import CannotEditError

if TYPE_CHECKING:
    from ...probe.program.layout import Change

_CLASSES = {
    ("Executor", "threading"): THREADS,
    ("Executor", "multiprocessing"): PROCESSES,
    ("Pool", "threading"): "ThreadPool",
    ("Pool", "multiprocessing"): "Pool",
}
_MODULES = {
    THREADS: "concurrent.futures",
    PROCESSES: "concurrent.futures",
    "ThreadPool": "multiprocessing.pool",
    "Pool": "multiprocessing",
}
_SIZES = ("max_workers", "processes")


def edit_existing(tree: Tree, node: ast.AST, site: Site, plan: Plan) -> EditedText:
    """The file with the pool's class, size and chunk as the plan says.

    Raises:
        CannotEditError: it is not known where the pool is made, or the plan has no such pool.
    """
    if site.kind == "gather":
        return _bound_gather(tree, node, plan)
    call = _pool_call(node, site)
    family = site.form.split(".")[0]
    if (family, plan.model) not in _CLASSES:
        raise CannotEditError(
            "a plain loop is the advice: write it in the pool's place" if plan.model == "serial"
            else f"a pool that is there cannot become {plan.model} by a small edit"
        )  # fmt: skip
    made = made_at(tree, call.func.value)  # type: ignore[attr-defined] # a method's call
    if made is None:
        raise CannotEditError("it is not seen where the pool is made")
    wanted = _CLASSES[family, plan.model]
    if wanted != pool_made(made) and plan.model == "multiprocessing":
        _refuse_unsendable(tree, call)
    changes, imports, unneeded = _made_changes(tree, made, wanted, plan)
    changes += _chunk_changes(call, site, plan)
    layout = Layout(tree)
    lines = layout.moved(1, len(layout.lines), "", "", changes)
    return EditedText(text="\n".join(lines), imports=imports, unneeded=unneeded)


def _pool_call(node: ast.AST, site: Site) -> ast.Call:
    """The call of the pool's method."""
    if isinstance(node, ast.Call):
        return node
    method = site.form.partition(".")[2]
    if not method:
        raise CannotEditError("threads that a loop starts one by one: give their work to a pool by hand")
    code = node.body if isinstance(node, LOOPS) else [node]
    for top in code:
        for each in (top, *inside(top)):
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == method:
                return each
    raise CannotEditError("it is not seen where the pool is used")


def _refuse_unsendable(tree: Tree, call: ast.Call) -> None:
    """Raise where what a thread is given cannot be sent to a process."""
    function = call.args[0]
    if isinstance(function, ast.Lambda):
        raise CannotEditError("a lambda cannot be sent to another process: give it a name at the top of the module")
    nested = {each.name for each in inside(tree.scope(call)) if isinstance(each, ast.FunctionDef)}
    if isinstance(function, ast.Name) and function.id in nested and tree.scope(call) is not tree.module:
        raise CannotEditError(f"{function.id} cannot be sent to another process: move it to the top of the module")


def _made_changes(
    tree: Tree, made: ast.Call, wanted: str, plan: Plan
) -> tuple[list[Change], tuple[Import, ...], tuple[Import, ...]]:
    changes: list[Change] = []
    imports: list[Import] = []
    unneeded: list[Import] = []
    now = pool_made(made)
    text = dotted(made.func)
    before = text.rpartition(".")[0]
    known = before in ("concurrent.futures", "futures", "multiprocessing", "mp", "multiprocessing.pool", "")
    if wanted != now:
        if not known:
            raise CannotEditError(f"{text} is made by an object whose kind is not seen")
        beside = before in ("concurrent.futures", "futures")
        changes.append(change_of(made.func, f"{before}.{wanted}" if beside else wanted))
        if not beside:
            imports.append(Import(module=_MODULES[wanted], name=wanted))
            unneeded.append(Import(module=_MODULES[now], name=now))
    changes.append(_size_change(made, plan))
    contexts = [each for each in made.keywords if each.arg == "mp_context"]
    if wanted == PROCESSES and plan.start_method is not None and not contexts:
        argument, more = context_of(plan, tree)
        at = changes.pop()
        changes.append((at[0], at[1], f"{at[2]}{argument}"))
        imports += more
    if wanted != PROCESSES and contexts:
        raise CannotEditError("the pool is made with a context of its own, which threads do not have")
    return changes, tuple(imports), tuple(unneeded)


def _size_change(made: ast.Call, plan: Plan) -> Change:
    """The argument that says how many workers there are."""
    size = next((each for each in made.keywords if each.arg in _SIZES), None)
    name = "max_workers" if pool_made(made) in EXECUTORS else ""
    if size is not None:
        return change_of(size.value, str(plan.workers))
    if made.args:
        return change_of(made.args[0], str(plan.workers))
    text = f"{name}={plan.workers}" if name else str(plan.workers)
    end = (made.func.end_lineno or made.lineno, (made.func.end_col_offset or 0) + 1)
    return end, end, text + (", " if made.keywords else "")


def _chunk_changes(call: ast.Call, site: Site, plan: Plan) -> list[Change]:
    """The chunk size of a ``map``, where processes take one."""
    takes = site.form in ("Executor.map", "Pool.map", "Pool.imap", "Pool.imap_unordered", "Pool.starmap")
    given = next((each for each in call.keywords if each.arg == "chunksize"), None)
    if given is not None and takes:
        return [change_of(given.value, str(plan.chunk_size or 1))]
    if plan.model != "multiprocessing" or not takes or (plan.chunk_size or 1) <= 1 or len(call.args) != 2:  # noqa: PLR2004
        return []
    last = call.keywords[-1].value if call.keywords else call.args[-1]
    end = (last.end_lineno or 0, last.end_col_offset or 0)
    return [(end, end, f", chunksize={plan.chunk_size}")]


def _bound_gather(tree: Tree, node: ast.AST, plan: Plan) -> EditedText:
    """A semaphore round each awaitable that is gathered."""
    if plan.model != "asyncio" or plan.tasks is None:
        raise CannotEditError("what is gathered are tasks of an event loop, which no pool can take over")
    assert isinstance(node, ast.Call)  # noqa: S101 - a gather is a call
    starred = [each.value for each in node.args if isinstance(each, ast.Starred)]
    if len(node.args) != 1 or not isinstance(starred[0], COMPREHENSIONS) or isinstance(starred[0], ast.DictComp):
        raise CannotEditError("what is gathered is not made in the call itself")
    if any(
        isinstance(each, ast.Name) and each.id.lower().endswith(("semaphore", "sem")) for each in ast.walk(tree.module)
    ):
        raise CannotEditError("how many run at once is bounded by a semaphore already")
    statement = tree.statement(node)
    layout = Layout(tree)
    margin, step = layout.margin(statement), layout.step(statement)
    semaphore, bounded = free_name(tree, "semaphore"), free_name(tree, "bounded")
    element = starred[0].elt
    if not isinstance(element, ast.Call):
        raise CannotEditError("what is gathered is not a call")
    lines = [
        f"{semaphore} = asyncio.Semaphore({plan.tasks})",
        "",
        f"async def {bounded}(awaitable):",
        f"{step}async with {semaphore}:",
        f"{step}{step}return await awaitable",
        "",
    ]
    changed = layout.moved(
        statement.lineno, statement.end_lineno or statement.lineno, margin, margin,
        [change_of(element, f"{bounded}({tree.text(element)})")],
    )  # fmt: skip
    whole = [
        *layout.lines[: statement.lineno - 1],
        *(margin + each if each else each for each in lines),
        *changed,
        *layout.lines[statement.end_lineno or statement.lineno :],
    ]
    return EditedText(text="\n".join(whole), imports=(Import(module="asyncio"),))
