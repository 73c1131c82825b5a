from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import UnusableError
from advisor.inputs.checked_options import make_job, make_options
from advisor.records import MODELS, Inputs
from tests.jobs import is_one_line

HERE = Path(__file__).parent


@pytest.fixture
def in_folder(tmp_path: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def job_refusal(**changes: Any) -> str:
    with pytest.raises(UnusableError) as refused:
        make_job(**{"target": "work:fetch", "app_dir": HERE, **changes})
    assert is_one_line(refused.value)
    return str(refused.value)


def options_refusal(**changes: Any) -> str:
    with pytest.raises(UnusableError) as refused:
        make_options(**changes)
    assert is_one_line(refused.value)
    return str(refused.value)


def test_without_options_a_job_has_no_items_and_calls_are_left_open() -> None:
    job = make_job("work:fetch", HERE)
    assert (job.inputs, job.unpack, job.calls, job.setup) == (Inputs(), "none", None, None)


def test_the_current_folder_is_the_one_to_import_from(in_folder: Path) -> None:
    assert make_job("work:fetch").target.import_roots == (str(in_folder.resolve()),)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not let the current folder be removed")
def test_a_current_folder_that_is_gone_is_refused(in_folder: Path) -> None:
    in_folder.rmdir()
    with pytest.raises(UnusableError, match="the current folder cannot be read"):
        make_job("work:fetch")


@pytest.mark.parametrize(
    ("option", "value", "inputs"),
    [
        ("inputs_from", "data:Some.items", Inputs(kind="object", source="data:Some.items")),
        ("inputs_expr", "range(3)", Inputs(kind="expression", source="range(3)")),
    ],
)
def test_each_source_of_items_is_told_apart(option: str, value: str, inputs: Inputs) -> None:
    assert make_job(**{"target": "work:fetch", "app_dir": HERE, option: value}).inputs == inputs  # type: ignore[arg-type] # one option at a time


def test_rows_of_a_table_become_keyword_arguments_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.touch()
    assert make_job("work:fetch", HERE, inputs=path).unpack == "kwargs"
    assert make_job("work:fetch", HERE, inputs=path, unpack="args").unpack == "args"


@pytest.mark.parametrize(
    "given_sources",
    [
        {"inputs_from": "data:ITEMS", "inputs_expr": "[1]"},
        {"inputs_from": "data:ITEMS", "inputs": Path("rows.csv")},
        {"inputs_from": "data:ITEMS", "inputs_expr": "[1]", "inputs": Path("rows.csv")},
    ],
)
def test_several_sources_of_items_are_refused(given_sources: dict[str, Any]) -> None:
    assert "not several" in job_refusal(**given_sources)


@pytest.mark.parametrize("calls", [0, -1, 10**13, 10**400])
def test_a_number_of_calls_that_no_job_has_is_refused(calls: int) -> None:
    assert job_refusal(calls=calls).startswith("--calls")


@pytest.mark.parametrize("option", ["inputs_from", "setup"])
@pytest.mark.parametrize(
    "name", ["", ":", "data", "data:", ":ITEMS", "a-b:c", "data:x()", ".data:x", "a:b:c", "class:x"]
)
def test_a_name_that_is_no_module_and_name_is_refused(option: str, name: str) -> None:
    assert "write it as module:name" in job_refusal(**{option: name})


@pytest.mark.parametrize("unpack", ["none", "args", "kwargs"])
def test_unpacking_without_items_is_refused(unpack: str) -> None:
    assert "no items are given" in job_refusal(unpack=unpack)


def test_a_bad_target_folder_or_file_is_refused() -> None:
    assert "names no function" in job_refusal(target="work")
    assert "there is no such folder" in job_refusal(app_dir=HERE / "missing")
    assert "there is no such file" in job_refusal(inputs=HERE / "missing.json")


def test_the_defaults_are_those_of_the_contract() -> None:
    options = make_options()
    assert options.python == sys.executable
    assert (options.budget_seconds, options.timeout_seconds) == (20.0, 10.0)
    assert (options.models, options.max_workers, options.start_method) == (MODELS, None, None)
    assert (options.min_speedup_ratio, options.seed, options.idiom) == (1.1, 0, None)


@given(
    budget=st.floats(1, 86400),
    timeout=st.none() | st.floats(0.001, 86400),
    workers=st.none() | st.integers(1, 4096),
    ratio=st.floats(1, 1000),
    seed=st.integers(-(2**63), 2**63),
)
def test_every_value_in_its_range_is_taken(
    budget: float, timeout: float | None, workers: int | None, ratio: float, seed: int
) -> None:
    options = make_options(budget=budget, timeout=timeout, max_workers=workers, min_speedup=ratio, seed=seed)
    assert options.timeout_seconds == (timeout if timeout is not None else max(1.0, budget / 2))
    assert (options.budget_seconds, options.max_workers) == (budget, workers)
    assert (options.min_speedup_ratio, options.seed) == (ratio, seed)


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("budget", [0, 0.5, -1, 1e9, math.inf, math.nan]),
        ("timeout", [0, -1, 1e-9, 1e9, math.inf, math.nan]),
        ("max_workers", [0, -2, 5000, 10**30]),
        ("min_speedup", [0, 0.9, -1, 1e9, math.inf, math.nan]),
        ("seed", [2**64, -(2**64), 10**400]),
    ],
)
def test_every_value_out_of_its_range_is_refused_with_the_range(option: str, values: list[float]) -> None:
    for value in values:
        words = options_refusal(**{option: value})
        assert words.startswith(f"--{option.replace('_', '-')} ")
        assert "it must be from" in words


@pytest.mark.parametrize("method", ["", "threads", "Fork", "fork,spawn"])
def test_an_unknown_start_method_is_refused_with_those_there_are(method: str) -> None:
    assert "fork, forkserver, spawn" in options_refusal(start_method=method)


@pytest.mark.parametrize("names", [[], [""], ["threads"], ["threading", "all"], ["serial;threading"]])
def test_unknown_models_are_refused_with_those_there_are(names: list[str]) -> None:
    assert all(model in options_refusal(models=names) for model in MODELS)


def test_models_are_put_in_order_and_serial_is_always_among_them() -> None:
    assert make_options(models=[" hybrid ", "threading"]).models == ("serial", "threading", "hybrid")


def test_an_unknown_idiom_is_refused_and_a_known_one_found() -> None:
    assert "there is no such idiom" in options_refusal(idiom="nonsense")
    assert make_options(idiom="pool.MAP").idiom == "Pool.map"


def test_an_interpreter_that_cannot_be_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain-file").write_text("text")
    for python in ("", "no-such-python", str(tmp_path), str(tmp_path / "plain-file"), "x" * 5000):
        assert "there is no such interpreter" in options_refusal(python=python)


def test_an_interpreter_is_an_absolute_path_with_its_links_kept(in_folder: Path) -> None:
    (in_folder / "python").symlink_to(sys.executable)
    assert make_options(python="./python").python == str(in_folder / "python")
    assert make_options(python=str(in_folder / "python")).python == str(in_folder / "python")
