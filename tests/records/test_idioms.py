from __future__ import annotations

import pytest

from advisor.probe.engines import ENGINES
from advisor.records import MODELS, Unpack, idioms


def test_the_probe_runs_the_same_idioms_of_the_same_models() -> None:
    assert dict(idioms.IDIOM_MODELS) == {idiom: model for idiom, (model, _) in ENGINES.items()}
    assert list(idioms.IDIOM_MODELS) == list(ENGINES)


def test_every_model_has_an_idiom() -> None:
    assert {idioms.model_of(idiom) for idiom in idioms.IDIOMS} == set(MODELS)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("is_coroutine", [False, True])
@pytest.mark.parametrize("unpack", ["none", "args", "kwargs"])
def test_the_default_idiom_is_of_the_model(unpack: Unpack, is_coroutine: bool, stream: bool) -> None:
    for model in MODELS:
        if model == "asyncio" and not is_coroutine:
            continue
        idiom = idioms.default_idiom(model, unpack, is_coroutine, stream)
        assert idioms.model_of(idiom) == model
