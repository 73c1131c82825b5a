"""The ways of running a job by name, and which one a model means unless the user names one."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path
from typing import cast

from ..errors import UnusableError
from ..probe.engines import ENGINES
from ..records import Model, Plan, TargetFacts, Unpack

IDIOMS: tuple[str, ...] = tuple(ENGINES)
AWAITING = ("await loop", "asyncio tasks")
"""Those that await their calls."""
BLAS_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""OpenMP; OpenBLAS; Intel's library; Apple's."""
_FOLDER = Path(__file__).parents[1] / "probe" / "engines"


def model_of(idiom: str) -> Model:
    """The model that an idiom belongs to."""
    return cast("Model", ENGINES[idiom][0])


def find_idiom(name: str) -> str:
    """The idiom meant by ``name``, case and punctuation aside.

    Raises:
        UnusableError: there is none; the message lists them.
    """
    for idiom in IDIOMS:
        if _bare(idiom) == _bare(name):
            return idiom
    raise UnusableError(f"--idiom {name}: there is no such idiom. Known: {'; '.join(IDIOMS)}.")


def default_idiom(model: Model, unpack: Unpack, is_coroutine: bool, stream: bool) -> str:
    """How a user would write this model for this call."""
    if model == "serial":
        return "await loop" if is_coroutine else "loop"
    if model == "threading":
        return "ThreadPoolExecutor.submit + as_completed" if stream else "ThreadPoolExecutor.map"
    if model == "multiprocessing":
        if stream:
            return "Pool.imap_unordered"
        return "Pool.starmap" if unpack == "args" and not is_coroutine else "Pool.map"
    return "Process + Thread" if model == "hybrid" else "asyncio tasks"


def check_fits(idiom: str, facts: TargetFacts) -> None:
    """See that an idiom the user asked for can make these calls.

    Raises:
        UnusableError: it cannot; the message says what would.
    """
    if idiom in AWAITING and not facts.is_coroutine:
        raise UnusableError(f"--idiom {idiom}: it awaits its calls, and {facts.name} is no coroutine function.")
    if idiom == "loop" and facts.is_coroutine:
        raise UnusableError(f"--idiom loop: {facts.name} is a coroutine function, for which it is await loop.")
    if idiom == "Pool.starmap" and facts.unpack != "args":
        raise UnusableError("--idiom Pool.starmap: it calls f(*item), so it needs --unpack args.")


def engine_source(idiom: str) -> str:
    """The text of the engine's file: what is timed, and what the snippet is made of."""
    return (_FOLDER / f"{ENGINES[idiom][1]}.py").read_text(encoding="utf-8")


@functools.cache
def parameter_names(idiom: str) -> tuple[str, ...]:
    """The fields of a plan that the engine takes."""
    for node in ast.parse(engine_source(idiom)).body:
        if isinstance(node, ast.FunctionDef) and node.name == "run":
            return tuple(argument.arg for argument in node.args.args[2:])
    raise LookupError(f"{idiom} has no run()")


def parameters(plan: Plan) -> dict[str, int | str | None]:
    """The plan's fields as the engine takes them."""
    return {name: getattr(plan, name) for name in parameter_names(plan.idiom)}


def environment(plan: Plan) -> dict[str, str]:
    """The variables that hold native libraries to the plan's number of threads; they read them as they load."""
    return {} if plan.blas_threads is None else dict.fromkeys(BLAS_VARIABLES, str(plan.blas_threads))


def _bare(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())
