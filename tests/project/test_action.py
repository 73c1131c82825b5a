"""The composite action and the hooks' manifest, as GitHub and pre-commit read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from pre_commit import clientlib

from advisor.cli.main import cli

PROJECT = Path(__file__).parents[2]
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


@pytest.fixture(scope="module")
def action() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
    return read


def test_the_action_is_one_of_shell_steps(action: dict[str, Any]) -> None:
    assert set(action) == {"name", "description", "branding", "inputs", "outputs", "runs"}
    assert action["runs"]["using"] == "composite"
    for step in action["runs"]["steps"]:
        assert set(step) <= {"name", "id", "shell", "env", "run", "working-directory"}
        assert step["shell"] == "bash"


def test_what_a_step_asks_for_exists_and_all_inputs_are_used(action: dict[str, Any]) -> None:
    asked = set(EXPRESSION.findall(yaml.safe_dump(action["runs"])))
    assert asked == {f"inputs.{name}" for name in action["inputs"]}
    # A default is evaluated before the action has a path of its own.
    assert not any("${{" in described["default"] for described in action["inputs"].values())
    steps = {step.get("id"): step for step in action["runs"]["steps"]}
    for name, output in action["outputs"].items():
        (expression,) = EXPRESSION.findall(output["value"])
        assert expression == f"steps.check.outputs.{name}"
        assert f'echo "{name}=' in steps["check"]["run"]


def test_no_input_is_part_of_a_script(action: dict[str, Any]) -> None:
    for step in action["runs"]["steps"]:
        assert "${{" not in step["run"]
        variables = set(re.findall(r"INPUT_\w+", step["run"]))
        assert variables == set(step["env"])
        # A setting of the program's own would be read from the environment.
        assert not any(name.startswith("ADVISOR_") for name in step["env"])


def test_the_options_of_action_and_hook_exist(action: dict[str, Any]) -> None:
    hooks = clientlib.load_manifest(str(PROJECT / ".pre-commit-hooks.yaml"))
    script = action["runs"]["steps"][1]["run"]
    # Of one letter, only what is handed to the program; the rest are the shell's own.
    asked = set(re.findall(r"(?<=[ (])--[a-z][a-z-]*", script)) | set(re.findall(r"words\+=\((-\w) ", script))
    asked |= {word for hook in hooks for word in hook["args"] if word.startswith("-")}
    known = CliRunner().invoke(cli, ["check", "--help"]).output
    assert {"--output-format", "--changed-since", "-o"} <= asked
    for option in asked:
        assert re.search(rf"(^|[ ,/]){option}\b", known, re.MULTILINE), option


def test_the_manifest_offers_a_hook_that_measures_alone_and_one_that_reads() -> None:
    measuring, reading = clientlib.load_manifest(str(PROJECT / ".pre-commit-hooks.yaml"))
    assert measuring["id"] == "advisor-check"
    assert measuring["entry"] == "advisor check"
    assert measuring["require_serial"]
    assert not measuring["pass_filenames"]
    assert reading["id"] == "advisor-review"
    assert reading["entry"] == "advisor review"
    assert reading["pass_filenames"]
    assert reading["types"] == ["python"]
