"""Jobs, facts and plans for tests, each with every field that a test does not care about filled in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, cast

from advisor.errors import UnusableError
from advisor.records import Model, Plan, StartMethod, TargetFacts, idioms
from advisor.snippets import engine_sources

PLAN_FIGURES = {"processes": 2, "threads": 2, "tasks": 3, "chunk_size": 5}


def make_plan(idiom: str, start_method: StartMethod = "fork", **figures: int) -> Plan:
    """A plan of that idiom, with figures for the parameters that it takes."""
    known = {**PLAN_FIGURES, "start_method": start_method, **figures}
    taken = {name: known[name] for name in engine_sources.parameter_names(idiom)}
    return Plan(model=idioms.model_of(idiom), idiom=idiom, **cast("dict[str, Any]", taken))


def make_facts(**changes: Any) -> TargetFacts:
    """What the probe might say of ``work:fetch`` and ten items."""
    fields: dict[str, Any] = {
        "name": "work:fetch",
        "file": None,
        "line": 1,
        "python_version": "3.11.7",
        "gil_enabled": True,
        "is_coroutine": False,
        "unpack": "none",
        "items": 10,
        "calls": 10,
        "import_seconds": 0.01,
        "threads_after_import": 1,
        "start_methods": ("fork", "forkserver", "spawn"),
        "default_start_method": "fork",
        "shipping_obstacle": None,
    }
    return TargetFacts(**{**fields, **changes})


def takes_start_method(idiom: str) -> bool:
    """Whether the idiom starts processes."""
    return "start_method" in engine_sources.parameter_names(idiom)


def idioms_of(*models: Model) -> list[str]:
    """The idioms of some models, in their order."""
    return [idiom for idiom in idioms.IDIOMS if idioms.model_of(idiom) in models]


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Let an UnusableError through, once it has been seen to be one line."""
    try:
        yield
    except UnusableError as error:
        if not is_one_line(error):
            raise AssertionError(f"not one line: {error!s}") from error
        raise


def is_one_line(error: BaseException) -> bool:
    """Whether what the user reads is a single line with something on it."""
    return bool(str(error)) and len(str(error).splitlines()) == 1
