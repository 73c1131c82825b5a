"""The gate in a repository: what makes a function worse is caught by name and line, and noise is not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import gate_repository as repository
from tests.live.commands import RunAdvisor

CHECK = ("check", "--no-progress", "--output-format", "json", "--budget", "6")


@pytest.fixture(scope="module")
def baselines() -> dict[str, str]:
    """The baseline that the first test of this file saved, by its name."""
    return {}


@pytest.fixture
def project(tmp_path: Path, run_advisor: RunAdvisor, baselines: dict[str, str]) -> Path:
    """The sample repository with its baseline committed, which is measured once."""
    repository.make(tmp_path)
    path = tmp_path / ".advisor" / "baseline.json"
    if not baselines:
        saved = run_advisor(*CHECK, "--save-baseline")
        assert saved.returncode == 0, saved.stdout + saved.stderr
        baselines[path.name] = path.read_text(encoding="utf-8")
    path.parent.mkdir(exist_ok=True)
    path.write_text(baselines[path.name], encoding="utf-8")
    repository.commit(tmp_path, "baseline")
    return tmp_path


@pytest.fixture
def hog() -> Iterator[None]:
    """Another program that computes all the time."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("change", "code", "target", "place"),
    [
        (repository.HOLDS_THE_GIL, "gil-held-up", "shop.blocks:stretch", ("shop/blocks.py", None)),
        (repository.UNPICKLABLE, "newly-unpicklable", "shop.web:fetch", ("shop/web.py", "def fetch")),
        (repository.WRITES_A_GLOBAL, "writes-global", "shop.web:fetch", ("shop/web.py", "seen = [*seen")),
    ],
    ids=["holds-the-gil", "unpicklable", "writes-a-global"],
)
def test_a_commit_that_makes_it_worse_is_caught_by_name_and_line(
    project: Path, run_advisor: RunAdvisor, change: tuple[str, str, str], code: str, target: str, place: tuple[str, str]
) -> None:
    repository.edit(project, change)
    done = run_advisor(*CHECK, "--changed-since", "HEAD~1")
    assert done.returncode == 1, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert {check["target"]: check["status"] for check in said["targets"]}[target] == "failed"
    assert sum(check["status"] == "skipped" for check in said["targets"]) == 1
    found = next(finding for check in said["targets"] for finding in check["findings"] if finding["code"] == code)
    file, text = place
    assert found["file"] == file
    # What holds the GIL stands in the function; which of its lines Scalene names is not the test's affair.
    assert found["line"] >= repository.line_of(project, file, "def stretch") if text is None else True
    assert text is None or found["line"] == repository.line_of(project, file, text)


def test_commits_that_change_nothing_relevant_raise_nothing_on_a_busy_machine(
    project: Path, run_advisor: RunAdvisor, hog: None
) -> None:
    for change in (repository.HARMLESS[2], repository.HARMLESS[5]):
        repository.edit(project, change)
    done = run_advisor(*CHECK)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [finding for check in json.loads(done.stdout)["targets"] for finding in check["findings"]] == []


def test_unchanged_targets_are_trusted_and_what_is_wrong_with_the_file_ends_with_2(
    project: Path, run_advisor: RunAdvisor
) -> None:
    trusted = run_advisor(*CHECK, "--trust-unchanged")
    assert trusted.returncode == 0, trusted.stdout + trusted.stderr
    assert {check["status"] for check in json.loads(trusted.stdout)["targets"]} == {"skipped"}
    assert "shop.web:fetch" in (project / "reports" / "index.html").read_text(encoding="utf-8")
    repository.edit(project, ("pyproject.toml", "expect =", "expects ="))
    broken = run_advisor(*CHECK)
    assert (broken.returncode, broken.stdout) == (2, "")
    assert 'did you mean "expect"?' in broken.stderr
