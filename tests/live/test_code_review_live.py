"""The composite action and the pre-commit hook, run as far as that goes without a network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.live.commands import PROJECT, Installed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the steps are for bash")

SETTINGS = """
[tool.advisor]
budget = 4

[[tool.advisor.targets]]
target = "shop.work:fetch"
inputs_expr = "range(40)"
models = ["serial", "threading"]
max_workers = 4
forbid = ["unpicklable-result"]
"""
WAITING = '''"""Fetches."""

import time


def fetch(number):
    time.sleep(0.02)
    return number
'''
UNPICKLABLE = WAITING.replace("return number", "return lambda: number")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository with one target and one commit."""
    folder = tmp_path / "shop-repository"
    (folder / "shop").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "shop" / "work.py").write_text(WAITING, encoding="utf-8")
    _git(folder, "init", "-q", "-b", "main")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    _git(folder, "add", "-A")
    _git(folder, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "x")


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def run_action(environment: dict[str, str], workspace: Path, temporary: Path, **given: str) -> dict[str, Any]:
    """Run the action's steps as the runner does; return what the last one printed and left."""
    action = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
    inputs = {name: described["default"] for name, described in action["inputs"].items()} | given
    values = {f"inputs.{name}": value for name, value in inputs.items()}

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", lambda found: values[found[1]], text)

    files = {name: temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    runner = {
        **environment,
        "GITHUB_ACTIONS": "true",
        "CI": "true",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_ACTION_PATH": str(PROJECT),
        "RUNNER_TEMP": str(temporary),
        **{name: str(file) for name, file in files.items()},
    }
    for step in action["runs"]["steps"]:
        script = temporary / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=workspace / filled(step.get("working-directory", ".")),
            env={**runner, **{name: filled(value) for name, value in step["env"].items()}},
            capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        if done.returncode:
            break
    left = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines())
    summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    return {"status": done.returncode, "out": done.stdout, "err": done.stderr, "outputs": left, "summary": summary}


def test_the_action_annotates_what_a_commit_broke(
    shop: Path, wheel: Path, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    (shop / "shop" / "work.py").write_text(UNPICKLABLE, encoding="utf-8")
    commit(shop)
    # The wheel instead of a download; what it depends on is found where the tests have it.
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PYTHONPATH": sysconfig.get_path("purelib")}
    did = run_action(
        {**advisor_environment, **offline}, shop, tmp_path,
        **{"advisor": str(wheel), "python": sys.executable, "advisor-python": sys.executable},
        **{"changed-since": "HEAD~1", "arguments": "--no-reports\n--no-lines\n"},
    )  # fmt: skip
    assert did["status"] == 1, did
    assert did["outputs"] == {"exit-status": "1", "sarif-file": "./advisor.sarif"}
    (annotation,) = [line for line in did["out"].splitlines() if line.startswith("::error ")]
    assert re.match(r"::error file=shop/work\.py,line=\d+,title=advisor%3A unpicklable-result", annotation)
    assert "advisor check failed" in did["summary"]
    (run,) = json.loads((shop / "advisor.sarif").read_text(encoding="utf-8"))["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "shop/work.py", "uriBaseId": "%SRCROOT%"}


def test_the_hook_stops_a_commit_that_breaks_a_target(
    shop: Path, installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    hooks = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (hook,) = (hook for hook in hooks if hook["id"] == "advisor-check")
    # The hook as it stands, but for making an environment of its own, which takes a network.
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
    (shop / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    commit(shop)
    environment = {
        **advisor_environment,
        "PATH": os.pathsep.join([str(installed.advisor.parent), advisor_environment["PATH"]]),
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
    }

    def run_hook() -> subprocess.CompletedProcess[str]:
        _git(shop, "add", "-A")
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "advisor-check"],
            cwd=shop, env=environment, capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip

    (shop / "shop" / "other.py").write_text("x = 1\n", encoding="utf-8")
    untouched = run_hook()
    assert untouched.returncode == 0, untouched.stdout
    (shop / "shop" / "work.py").write_text(UNPICKLABLE, encoding="utf-8")
    broken = run_hook()
    assert broken.returncode == 1, broken.stdout
    assert "unpicklable-result" in broken.stdout
    assert "shop/work.py:" in broken.stdout
    assert not (shop / "reports").exists()
