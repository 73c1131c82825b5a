"""The command that repeats an analysis, read again by the command line that it is for."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.cli import main
from advisor.inputs import checked_options
from advisor.records import MODELS, Options
from advisor.records.idioms import IDIOMS
from advisor.records.options_table import offered, select
from advisor.reports import repeat_command
from tests.reports.sample_reports import threading_report

HERE = str(Path(__file__).parent)
NOT_DEFAULT: Mapping[str, Any] = {
    "app_dir": HERE, "inputs_from": "data:ITEMS", "unpack": "args", "calls": 7, "setup": "data:open_all",
    "budget": 61.25, "timeout": 3.0, "models": ("serial", "asyncio"), "idiom": "Pool.map", "stream": True,
    "max_workers": 3, "max_calls": 40, "start_method": "spawn", "min_speedup": 1.5, "seed": -4,
    "python": sys.executable, "lines": False, "quick": True,
}  # fmt: skip
"""A value that is not the default for each option that there is; of the sources of items, one."""


def parsed(words: list[str]) -> dict[str, Any]:
    """The options typed, as the command itself reads them."""
    command = main.cli.get_command(click.Context(main.cli), "analyze")
    assert command is not None
    context = command.make_context("analyze", list(words))
    typed = click.core.ParameterSource.COMMANDLINE
    return {name: value for name, value in context.params.items() if context.get_parameter_source(name) == typed}


def asked_again(asked: Mapping[str, Any]) -> tuple[dict[str, Any], Any, Any]:
    """What an analysis with these options repeats: as typed, and as job and options."""
    job = checked_options.make_job("work:fetch", **select(asked, "library", "job"))
    options = checked_options.make_options(**select(asked, "library", "trying"))
    report = replace(threading_report(), job=job, options=options)
    begin, command, *words = shlex.split(repeat_command.repeating(report))
    assert (begin, command) == ("advisor", "analyze")
    typed = parsed(words)
    target = typed.pop("target")
    again = checked_options.make_job(target, **select(typed, "analyze", "job"))
    assert again == job
    assert checked_options.make_options(**select(typed, "analyze", "trying")) == options
    return typed, job, options


def test_every_option_is_tried_here() -> None:
    tried = {*NOT_DEFAULT, "inputs_expr", "inputs"}
    assert tried == {option.name for option in offered("analyze", "job", "trying")}


@pytest.mark.parametrize("name", NOT_DEFAULT)
def test_an_option_that_is_not_at_its_default_is_repeated(name: str) -> None:
    items = {"inputs_from": "data:ITEMS"} if name == "unpack" else {}
    typed, _, _ = asked_again({"app_dir": HERE, **items, name: NOT_DEFAULT[name]})
    assert name in typed


def test_all_of_them_together_and_none_of_them_are_repeated() -> None:
    assert set(asked_again(NOT_DEFAULT)[0]) == set(NOT_DEFAULT)
    assert set(asked_again({"app_dir": HERE})[0]) == {"app_dir", "python"}


def test_a_file_and_an_expression_of_items_are_repeated(tmp_path: Path) -> None:
    rows = tmp_path / "more rows.csv"
    rows.touch()
    assert asked_again({"app_dir": HERE, "inputs": rows})[0]["inputs"] == rows
    assert asked_again({"app_dir": HERE, "inputs_expr": "-x + ['a b']"})[0]["inputs_expr"] == "-x + ['a b']"


@given(
    budget=st.floats(1, 86400),
    timeout=st.none() | st.floats(0.001, 86400),
    min_speedup=st.floats(1, 1000),
    seed=st.integers(-(2**63), 2**63),
    models=st.none() | st.lists(st.sampled_from(MODELS), min_size=1),
    idiom=st.none() | st.sampled_from(IDIOMS),
    max_calls=st.none() | st.integers(3, 10**12),
)
def test_whatever_was_asked_is_asked_again(**asked: Any) -> None:
    _, _, options = asked_again({"app_dir": HERE, **asked})
    assert isinstance(cast("Options", options), Options)
