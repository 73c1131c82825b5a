from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import UnusableError
from advisor.probe.engines import ENGINES
from advisor.records import MODELS, Unpack
from advisor.snippets import idioms
from tests.jobs import is_one_line, make_facts, make_plan

ALL = pytest.mark.parametrize("idiom", idioms.IDIOMS)
PARAMETERS = {
    "serial": set(),
    "threading": {"threads"},
    "multiprocessing": {"processes", "chunk_size", "start_method"},
    "hybrid": {"processes", "threads", "chunk_size", "start_method"},
    "asyncio": {"tasks"},
}


def test_every_model_has_an_idiom() -> None:
    assert {idioms.model_of(idiom) for idiom in idioms.IDIOMS} == set(MODELS)


def test_every_idiom_has_a_file_of_its_own() -> None:
    files = [file for _, file in ENGINES.values()]
    assert len(set(files)) == len(files)


@ALL
def test_an_engine_takes_function_and_items_and_the_figures_of_its_model(idiom: str) -> None:
    run = next(
        node
        for node in ast.parse(idioms.engine_source(idiom)).body
        if isinstance(node, ast.FunctionDef) and node.name == "run"
    )
    assert [argument.arg for argument in run.args.args[:2]] == ["function", "items"]
    assert set(idioms.parameter_names(idiom)) == PARAMETERS[idioms.model_of(idiom)]


@ALL
def test_the_figures_of_a_plan_are_handed_on_by_name(idiom: str) -> None:
    plan = make_plan(idiom, "spawn", processes=3, threads=4, tasks=5, chunk_size=6)
    known = {"processes": 3, "threads": 4, "tasks": 5, "chunk_size": 6, "start_method": "spawn"}
    assert idioms.parameters(plan) == {name: known[name] for name in idioms.parameter_names(idiom)}


@given(idiom=st.sampled_from(idioms.IDIOMS), data=st.data())
def test_case_and_punctuation_do_not_matter_in_a_name(idiom: str, data: st.DataObject) -> None:
    name = "".join(data.draw(st.sampled_from([c, c.upper(), c.lower(), f" {c}", f"{c}-"])) for c in idiom)
    assert idioms.find_idiom(name) == idiom


@given(st.text())
def test_any_other_name_is_an_error_that_lists_the_idioms(name: str) -> None:
    try:
        found = idioms.find_idiom(name)
    except UnusableError as error:
        listed = str(error)
    else:
        assert found in idioms.IDIOMS
        return
    assert all(idiom in listed for idiom in idioms.IDIOMS)


@pytest.mark.parametrize("name", ["", " ", "Pool", "Pool.map()x", "threads", "42"])
def test_what_is_no_name_of_an_idiom_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(UnusableError, match="there is no such idiom") as refused:
        idioms.find_idiom(name)
    assert is_one_line(refused.value)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("is_coroutine", [False, True])
@pytest.mark.parametrize("unpack", ["none", "args", "kwargs"])
def test_the_default_idiom_is_of_the_model_and_fits_the_call(unpack: Unpack, is_coroutine: bool, stream: bool) -> None:
    facts = make_facts(unpack=unpack, is_coroutine=is_coroutine)
    for model in MODELS:
        if model == "asyncio" and not is_coroutine:
            continue
        idiom = idioms.default_idiom(model, unpack, is_coroutine, stream)
        assert idioms.model_of(idiom) == model
        idioms.check_fits(idiom, facts)


def test_results_wanted_as_they_come_are_streamed() -> None:
    for model in ("threading", "multiprocessing"):
        source = idioms.engine_source(idioms.default_idiom(model, "none", is_coroutine=False, stream=True))
        assert "def stream(" in source


@pytest.mark.parametrize(
    ("idiom", "facts", "words"),
    [
        ("asyncio tasks", {}, "no coroutine function"),
        ("await loop", {}, "no coroutine function"),
        ("loop", {"is_coroutine": True}, "await loop"),
        ("Pool.starmap", {}, "--unpack args"),
        ("Pool.starmap", {"unpack": "kwargs"}, "--unpack args"),
    ],
)
def test_an_idiom_that_cannot_make_the_calls_is_refused(idiom: str, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(UnusableError, match=words) as refused:
        idioms.check_fits(idiom, make_facts(**facts))
    assert is_one_line(refused.value)
