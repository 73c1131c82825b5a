from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import UnusableError
from advisor.inputs import asked_idiom
from advisor.records import MODELS, Unpack, idioms
from tests.jobs import is_one_line, make_facts


@given(idiom=st.sampled_from(idioms.IDIOMS), data=st.data())
def test_case_and_punctuation_do_not_matter_in_a_name(idiom: str, data: st.DataObject) -> None:
    name = "".join(data.draw(st.sampled_from([c, c.upper(), c.lower(), f" {c}", f"{c}-"])) for c in idiom)
    assert asked_idiom.find_idiom(name) == idiom


@given(st.text())
def test_any_other_name_is_an_error_that_lists_the_idioms(name: str) -> None:
    try:
        found = asked_idiom.find_idiom(name)
    except UnusableError as error:
        listed = str(error)
    else:
        assert found in idioms.IDIOMS
        return
    assert all(idiom in listed for idiom in idioms.IDIOMS)


@pytest.mark.parametrize("name", ["", " ", "Pool", "Pool.map()x", "threads", "42"])
def test_what_is_no_name_of_an_idiom_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(UnusableError, match="there is no such idiom") as refused:
        asked_idiom.find_idiom(name)
    assert is_one_line(refused.value)


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
        asked_idiom.check_fits(idiom, make_facts(**facts))
    assert is_one_line(refused.value)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("is_coroutine", [False, True])
@pytest.mark.parametrize("unpack", ["none", "args", "kwargs"])
def test_the_default_idiom_of_a_model_fits_the_call(unpack: Unpack, is_coroutine: bool, stream: bool) -> None:
    facts = make_facts(unpack=unpack, is_coroutine=is_coroutine)
    for model in MODELS:
        if model != "asyncio" or is_coroutine:
            asked_idiom.check_fits(idioms.default_idiom(model, unpack, is_coroutine, stream), facts)
