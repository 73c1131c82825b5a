from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from advisor.check import targets
from advisor.check.targets import GateTarget, Unusable
from advisor.errors import UnusableError
from advisor.inputs import project_settings

FILE = Path("/home/ann/shop/pyproject.toml")
TARGET = '[[tool.advisor.targets]]\ntarget = "shop.web:fetch"\n'


def read(text: str) -> project_settings.Settings:
    return project_settings.settings_of(tomllib.loads(text)["tool"]["advisor"], FILE)


def test_a_whole_file_is_read_with_paths_from_its_folder() -> None:
    said = read(
        "[tool.advisor]\nbudget = 12\nmodels = ['serial', 'threading']\nmin_speedup = 1.2\napp_dir = 'src'\n"
        + TARGET
        + "inputs = 'data/names.csv'\nunpack = 'kwargs'\ncalls = 500\nexpect = 'threading'\n"
        "forbid = ['race', 'writes-global']\nmax_gil_held_fraction = 0.4\nmax_result_bytes = 100\n"
        "max_argument_bytes = 0\nmax_import_seconds = 1\nmin_speedup = 2\n"
    )
    assert said.defaults == {
        "budget": 12, "models": ("serial", "threading"), "min_speedup": 1.2, "app_dir": FILE.parent / "src",
    }  # fmt: skip
    (target,) = said.targets
    assert target["inputs"] == FILE.parent / "data/names.csv"
    assert (target["expect"], target["forbid"], target["calls"]) == (("threading",), ("race", "writes-global"), 500)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[tool.advisor]\nbudgets = 5", '[tool.advisor] has no key "budgets"; did you mean "budget"?'),
        ("[tool.advisor]\nbudget = '5'", '[tool.advisor]: budget = "5": it must be a number.'),
        ("[tool.advisor]\nbudget = true", "[tool.advisor]: budget = true: it must be a number."),
        ("[tool.advisor]\nbudget = 0", "[tool.advisor]: budget = 0: it must be at least 1"),
        ("[tool.advisor]\ncalls = 1.5", "[tool.advisor]: calls = 1.5: it must be a whole number."),
        ("[tool.advisor]\nstream = 1", "stream = 1: it must be true or false."),
        ("[tool.advisor]\nforbid = 1", "forbid = 1: it must be a list."),
        ("[tool.advisor]\nstart_method = 'forks'", 'it must be "fork", "forkserver" or "spawn".'),
        ("[tool.advisor]\ntargets = 1", "it must be tables, each under [[tool.advisor.targets]]."),
        ("[tool.advisor]\ntargets = [1]", "it must be tables, each under [[tool.advisor.targets]]."),
        ("[tool.advisor.targets]\ntarget = 'a:b'", "write [[tool.advisor.targets]], with two brackets"),
        ("[[tool.advisor.targets]]\ncalls = 5", "[[tool.advisor.targets]] number 1 has no target."),
        (TARGET + "max_result_byte = 5", 'has no key "max_result_byte"; did you mean "max_result_bytes"?'),
        (TARGET + "expect = 'threads'", 'expect = "threads": it must be some of serial, threading,'),
        (TARGET + "max_gil_held_fraction = 2", "max_gil_held_fraction = 2: it must be at most 1"),
        (TARGET + "max_result_bytes = -1", "max_result_bytes = -1: it must be at least 0."),
        (TARGET + "inputs = 'a.csv'\ninputs_expr = '[1]'", "give one of inputs_from, inputs_expr, inputs"),
        (TARGET + TARGET, "number 2 (shop.web:fetch): this target is there twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line_that_names_the_key(text: str, complaint: str) -> None:
    with pytest.raises(UnusableError) as raised:
        read(text)
    assert complaint in str(raised.value)
    assert str(raised.value).startswith("pyproject.toml: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["[tool.advisor\n", "[tool]\nadvisor = 3\n", "\udcff"])
def test_a_file_that_is_not_what_it_should_be_is_unusable(text: str, tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UnusableError):
        project_settings.read(tmp_path)


def test_the_nearest_file_with_settings_counts_up_to_the_repository(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.advisor]\nbudget = 3\n")
    inner = tmp_path / "repository" / "package"
    inner.mkdir(parents=True)
    (inner / "pyproject.toml").write_text("[tool.ruff]\n")
    assert project_settings.read(inner).defaults == {"budget": 3}
    (inner.parent / ".git").mkdir()
    assert project_settings.read(inner) == project_settings.Settings(folder=inner, file=None, defaults={}, targets=())


def test_a_file_that_is_named_must_have_settings(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[tool.ruff]\n")
    with pytest.raises(UnusableError, match="has no"):
        project_settings.read(tmp_path, tmp_path / "other.toml")


def project(tmp_path: Path, text: str) -> project_settings.Settings:
    (tmp_path / "pyproject.toml").write_text(text)
    return project_settings.read(tmp_path)


def one(said: project_settings.Settings, given: dict[str, Any]) -> GateTarget:
    (target,) = targets.put_together(said, targets.selected(said, ()), given)
    assert isinstance(target, GateTarget)
    return target


def test_what_is_typed_outranks_the_target_and_the_target_the_defaults(tmp_path: Path) -> None:
    said = project(tmp_path, "[tool.advisor]\nseed = 1\ncalls = 10\nforbid = ['race']\n" + TARGET + "calls = 20\n")
    assert (one(said, {}).options.seed, one(said, {}).job.calls) == (1, 20)
    assert one(said, {}).requirements.forbid == ("race",)
    typed = one(said, {"calls": 30, "seed": 2, "forbid": ()})
    assert (typed.options.seed, typed.job.calls, typed.requirements.forbid) == (2, 30, ())


def test_a_typed_source_of_items_replaces_the_one_in_the_file(tmp_path: Path) -> None:
    said = project(tmp_path, TARGET + "inputs_from = 'shop.web:names'\nunpack = 'args'\n")
    assert one(said, {}).job.inputs.source == "shop.web:names"
    typed = one(said, {"inputs_expr": "range(3)"}).job
    assert (typed.inputs.kind, typed.inputs.source, typed.unpack) == ("expression", "range(3)", "none")


def test_a_targets_min_speedup_is_a_limit_and_the_general_one_a_default(tmp_path: Path) -> None:
    target = one(project(tmp_path, "[tool.advisor]\nmin_speedup = 1.3\n" + TARGET + "min_speedup = 4\n"), {})
    assert (target.options.min_speedup_ratio, target.requirements.min_speedup) == (1.3, 4)


def test_a_target_that_cannot_be_asked_for_leaves_the_others_alone(tmp_path: Path) -> None:
    said = project(tmp_path, "[[tool.advisor.targets]]\ntarget = 'nonsense'\n" + TARGET)
    first, second = targets.put_together(said, targets.selected(said, ()), {})
    assert isinstance(first, Unusable)
    assert isinstance(second, GateTarget)


def test_named_targets_are_the_files_or_stand_for_themselves(tmp_path: Path) -> None:
    said = project(tmp_path, TARGET + "calls = 7\n")
    configured, free = targets.selected(said, ("shop.web:fetch", "other:f", "other:f"))
    assert configured["calls"] == 7
    assert free["target"] == "other:f"
    with pytest.raises(UnusableError, match="nothing to check"):
        targets.selected(project_settings.Settings(folder=tmp_path, file=None, defaults={}, targets=()), ())


def test_analyze_takes_the_files_options_but_no_requirements(tmp_path: Path) -> None:
    said = project(tmp_path, "[tool.advisor]\nseed = 5\nforbid = ['race']\n" + TARGET + "calls = 7\nmin_speedup = 3\n")
    assert project_settings.options_for_analysis(said, "shop.web:fetch", {"seed": 6}) == {
        "app_dir": tmp_path, "calls": 7, "seed": 6,
    }  # fmt: skip
    assert project_settings.options_for_analysis(said, "other:f", {}) == {"seed": 5}
