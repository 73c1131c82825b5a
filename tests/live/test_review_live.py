"""``advisor review`` as it is installed: a pull request with twelve mistakes among two hundred honest lines."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.live.commands import RunAdvisor
from tests.review.review_snippets import SNIPPETS, Snippet, snippet

MISTAKE = re.compile(r"\s*#\s*ADV\d+$")


@pytest.fixture(scope="module")
def pull_request() -> Snippet:
    return snippet("a shop", (SNIPPETS / "acceptance.txt").read_text(encoding="utf-8"))


@pytest.fixture
def repository(tmp_path: Path, pull_request: Snippet) -> Path:
    """A project whose main branch is nearly empty, but for a mistake of its own, and a branch with the pull request."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "old.py").write_text("import time\n\n\nasync def f():\n    time.sleep(1)\n")
    commit(tmp_path, "main")
    git(tmp_path, "checkout", "--quiet", "-b", "shop")
    for name, text in pull_request.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        # What the lines are to get is not in them.
        (tmp_path / name).write_text("\n".join(MISTAKE.sub("", line) for line in text.split("\n")))
    with (tmp_path / "old.py").open("a") as file:
        file.write("\n\nasync def g():\n    return 1\n")
    commit(tmp_path, "shop")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def test_a_pull_request_gets_its_twelve_mistakes_on_their_lines(
    run_advisor: RunAdvisor, repository: Path, pull_request: Snippet
) -> None:
    honest = [line for text in pull_request.files.values() for line in text.split("\n") if line.strip()]
    assert len(pull_request.expected) == 12
    assert len(honest) >= 200
    run = run_advisor("review", "--changed-since", "main", "--output-format", "json", cwd=repository)
    assert run.returncode == 1, run.stderr
    found = json.loads(run.stdout)["findings"]
    assert {(each["file"], each["line"], each["code"]) for each in found} == pull_request.expected
    assert len(found) == 12
    assert all(each["message"].endswith(".") and each["advice"].endswith(".") for each in found)


def test_lines_that_are_not_committed_count_and_others_do_not(run_advisor: RunAdvisor, repository: Path) -> None:
    file = repository / "main.py"
    file.write_text(file.read_text() + "\n\nimport time\n\n\nasync def nap():\n    time.sleep(1)\n")
    (repository / "new.py").write_text("import time\n\n\nasync def nap():\n    time.sleep(1)\n")
    run = run_advisor("review", "--changed-since", "HEAD", "--output-format", "json", cwd=repository)
    assert [each["file"] for each in json.loads(run.stdout)["findings"]] == ["main.py", "new.py"]


def test_fix_leaves_what_is_not_certain(run_advisor: RunAdvisor, repository: Path) -> None:
    run = run_advisor("review", "--fix", "shop", cwd=repository)
    assert run.returncode == 1
    assert "await asyncio.sleep(60)" in (repository / "shop" / "prices.py").read_text()
    assert "target=print_report, args=(report, day)" in (repository / "shop" / "jobs.py").read_text()
    assert "ADV304" in run.stdout


@pytest.mark.parametrize(
    "words", [["check", "--review"], ["review", "--changed-since", "nowhere"], ["review", "no.py"]]
)
def test_what_cannot_be_used_is_one_line(run_advisor: RunAdvisor, repository: Path, words: list[str]) -> None:
    run = run_advisor(*words, cwd=repository)
    assert run.returncode == 2
    assert len(run.stderr.strip().splitlines()) == 1
