from __future__ import annotations

import ast

import pytest

from advisor.probe.engines import ENGINES
from advisor.records import idioms
from advisor.snippets import engine_sources
from tests.jobs import make_plan

ALL = pytest.mark.parametrize("idiom", idioms.IDIOMS)
PARAMETERS = {
    "serial": set(),
    "threading": {"threads"},
    "multiprocessing": {"processes", "chunk_size", "start_method"},
    "hybrid": {"processes", "threads", "chunk_size", "start_method"},
    "asyncio": {"tasks"},
}


def test_every_idiom_has_a_file_of_its_own() -> None:
    files = [file for _, file in ENGINES.values()]
    assert len(set(files)) == len(files)


@ALL
def test_an_engine_takes_function_and_items_and_the_figures_of_its_model(idiom: str) -> None:
    run = next(
        node
        for node in ast.parse(engine_sources.engine_source(idiom)).body
        if isinstance(node, ast.FunctionDef) and node.name == "run"
    )
    assert [argument.arg for argument in run.args.args[:2]] == ["function", "items"]
    assert set(engine_sources.parameter_names(idiom)) == PARAMETERS[idioms.model_of(idiom)]


@ALL
def test_the_figures_of_a_plan_are_handed_on_by_name(idiom: str) -> None:
    plan = make_plan(idiom, "spawn", processes=3, threads=4, tasks=5, chunk_size=6)
    known = {"processes": 3, "threads": 4, "tasks": 5, "chunk_size": 6, "start_method": "spawn"}
    assert engine_sources.parameters(plan) == {name: known[name] for name in engine_sources.parameter_names(idiom)}


def test_results_wanted_as_they_come_are_streamed() -> None:
    for model in ("threading", "multiprocessing"):
        source = engine_sources.engine_source(idioms.default_idiom(model, "none", is_coroutine=False, stream=True))
        assert "def stream(" in source
