"""Which calls hand a function to a thread, a process or a pool, and with what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from . import known
from .names import Names
from .project import Definition

Where = Literal["thread", "process", "interpreter", "unknown"]
How = Literal["single", "submit", "map", "initializer", "parallel"]
_SUBMITS = frozenset({"submit", "apply", "apply_async"})
_MAPS = frozenset({"map", "map_async", "imap", "imap_unordered", "starmap", "starmap_async"})
_TO_THREAD = frozenset({"asyncio.to_thread", "anyio.to_thread.run_sync", "trio.to_thread.run_sync",
                        "starlette.concurrency.run_in_threadpool", "asgiref.sync.sync_to_async"})  # fmt: skip
POOL_TYPES = known.POOLS | {"concurrent.futures.Executor", "loky.reusable"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Launch:
    """A function handed to something that runs it elsewhere."""

    call: ast.Call
    where: Where
    how: How
    function: ast.expr | None
    """``None`` where the function is the ``run`` of a subclass, or is not given by name."""
    method: Definition | None = None
    """That ``run``."""
    arguments: tuple[ast.expr, ...] = ()
    """Of one call."""
    iterables: tuple[ast.expr, ...] = ()
    """That the arguments of many calls come from."""
    pool: ast.expr | None = None
    many: bool = False
    """Whether the source shows more than one call at once."""


def find(names: Names) -> tuple[Launch, ...]:
    """All of a module, in the order of its source."""
    found = [launch for call in names.module.tree.all(ast.Call) for launch in _of_call(names, call)]
    return tuple(_with_repeated_targets(names, found))


def target(names: Names, launch: Launch) -> Definition | None:
    """The function of the project that is run, where it is known."""
    if launch.method is not None or launch.function is None:
        return launch.method
    return names.function(launch.function)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    """The value of an argument given by place or by name."""
    if place < len(call.args) and not any(isinstance(each, ast.Starred) for each in call.args[: place + 1]):
        return call.args[place]
    return keyword(call, name)


def _of_call(names: Names, call: ast.Call) -> Iterator[Launch]:
    if names.type_of(call.func) == "joblib.Parallel":
        yield from _of_parallel(names, call)
        return
    called = names.called(call)
    if not called:
        return
    owner, _, method = called.rpartition(".")
    in_loop = names.module.tree.loop(call) is not None
    if called in ("threading.Thread", "multiprocessing.Process"):
        where: Where = "thread" if called.startswith("threading") else "process"
        function = argument(call, 1, "target")
        given = (*_parts(argument(call, 3, "args")), *_parts(argument(call, 4, "kwargs")))
        yield Launch(call=call, where=where, how="single", function=function, arguments=given, many=in_loop)
    elif called == "threading.Timer":
        function = argument(call, 1, "function")
        yield Launch(call=call, where="thread", how="single", function=function,
                     arguments=_parts(argument(call, 2, "args")), many=in_loop)  # fmt: skip
    elif called in ("_thread.start_new_thread", "_thread.start_new") and call.args:
        yield Launch(call=call, where="thread", how="single", function=call.args[0],
                     arguments=_parts(argument(call, 1, "args")), many=in_loop)  # fmt: skip
    elif called in _TO_THREAD and call.args:
        yield Launch(call=call, where="thread", how="submit", function=call.args[0], arguments=tuple(call.args[1:]))
    elif called == "joblib.Parallel":
        return
    elif owner == "asyncio.loop" and method == "run_in_executor" and len(call.args) > 1:
        yield _in_executor(names, call)
    elif owner in POOL_TYPES:
        yield from _of_pool(call, owner, method, in_loop)
    elif called in POOL_TYPES or called == "loky.get_reusable_executor":
        initializer = keyword(call, "initializer")
        if initializer is not None:
            yield Launch(call=call, where=where_of(called), how="initializer", function=initializer,
                         arguments=_parts(keyword(call, "initargs")), many=True)  # fmt: skip
    else:
        yield from _of_subclass(names, call, called, in_loop)


def where_of(pool_type: str) -> Where:
    """Where a pool's calls run."""
    if pool_type in known.THREAD_POOLS:
        return "thread"
    if pool_type in known.INTERPRETER_POOLS:
        return "interpreter"
    return "unknown" if pool_type == "concurrent.futures.Executor" else "process"


def _parts(node: ast.expr | None) -> tuple[ast.expr, ...]:
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(node.elts)
    if isinstance(node, ast.Dict):
        return tuple(node.values)
    return () if node is None else (node,)


def _in_executor(names: Names, call: ast.Call) -> Launch:
    pool = call.args[0]
    is_default = isinstance(pool, ast.Constant) and pool.value is None
    kind = "concurrent.futures.ThreadPoolExecutor" if is_default else names.library_type(pool, POOL_TYPES)
    where: Where = where_of(kind) if kind else "unknown"
    return Launch(
        call=call, where=where, how="submit", function=call.args[1], arguments=tuple(call.args[2:]),
        pool=None if is_default else pool,
    )  # fmt: skip


def _of_pool(call: ast.Call, owner: str, method: str, in_loop: bool) -> Iterator[Launch]:
    if method not in _SUBMITS | _MAPS:
        return
    function = argument(call, 0, "func") or keyword(call, "fn")
    if function is None:
        return
    pool = call.func.value if isinstance(call.func, ast.Attribute) else None
    where, rest = where_of(owner), tuple(call.args[1:])
    if method in _MAPS:
        if owner in known.MULTIPROCESSING_POOLS:
            first = argument(call, 1, "iterable")
            rest = () if first is None else (first,)
        yield Launch(call=call, where=where, how="map", function=function, iterables=rest, pool=pool, many=True)
        return
    if method in ("apply", "apply_async"):
        rest = (*_parts(argument(call, 1, "args")), *_parts(argument(call, 2, "kwds")))
    else:
        rest = (*rest, *(each.value for each in call.keywords))
    yield Launch(call=call, where=where, how="submit", function=function, arguments=rest, pool=pool, many=in_loop)


def _of_parallel(names: Names, call: ast.Call) -> Iterator[Launch]:
    """``Parallel(n_jobs=4)(delayed(f)(x) for x in xs)``."""
    made = names.value(call.func)
    parallel = made.origin if made is not None else None
    where: Where = "process"
    if isinstance(parallel, ast.Call):
        for name, words in (("backend", ("threading",)), ("prefer", ("threads",)), ("require", ("sharedmem",))):
            given = keyword(parallel, name)
            if isinstance(given, ast.Constant) and given.value in words:
                where = "thread"
            elif given is not None and not isinstance(given, ast.Constant):
                where = "unknown"
    work = call.args[0] if call.args else None
    if isinstance(work, (ast.GeneratorExp, ast.ListComp)) and isinstance(work.elt, ast.Call):
        one = work.elt
        if isinstance(one.func, ast.Call) and names.called(one.func) == "joblib.delayed" and one.func.args:
            yield Launch(
                call=call, where=where, how="parallel", function=one.func.args[0], arguments=tuple(one.args),
                pool=call.func, many=True,
            )  # fmt: skip


def _of_subclass(names: Names, call: ast.Call, called: str, in_loop: bool) -> Iterator[Launch]:
    """``Worker(...)`` where ``Worker`` inherits from Thread or Process and has a ``run`` of its own."""
    definition = names.project.definition(called, names.module) if called[:1].isalpha() else None
    if definition is None or not isinstance(definition.node, ast.ClassDef):
        return
    model = definition.module.classes[definition.node]
    for kind, where in (("threading.Thread", "thread"), ("multiprocessing.Process", "process")):
        if names.is_a(called, frozenset({kind})):
            run = model.methods.get("run")
            method = run and Definition(module=definition.module, node=run, name=f"{definition.name}.run")
            yield Launch(call=call, where=where, how="single", function=None, method=method or None,  # type: ignore[arg-type]  # one of two words
                         arguments=(*call.args, *(k.value for k in call.keywords)), many=in_loop)  # fmt: skip


def _with_repeated_targets(names: Names, found: list[Launch]) -> Iterator[Launch]:
    """A target that two launches name runs more than once, too."""
    counts: dict[object, int] = {}
    keys = []
    for launch in found:
        definition = target(names, launch)
        key = definition.node if definition is not None else None
        keys.append(key)
        counts[key] = counts.get(key, 0) + 1
    for launch, key in zip(found, keys, strict=True):
        if key is not None and counts[key] > 1 and not launch.many:
            yield Launch(
                call=launch.call, where=launch.where, how=launch.how, function=launch.function, method=launch.method,
                arguments=launch.arguments, iterables=launch.iterables, pool=launch.pool, many=True,
            )  # fmt: skip
        else:
            yield launch
