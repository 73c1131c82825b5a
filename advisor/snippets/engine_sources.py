"""The engines' files: their text, and which fields of a plan each takes."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from ..probe.engines import ENGINES
from ..records import Plan

BLAS_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""OpenMP; OpenBLAS; Intel's library; Apple's."""
_FOLDER = Path(__file__).parents[1] / "probe" / "engines"


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
