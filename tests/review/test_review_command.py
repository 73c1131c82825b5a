"""The command: words and settings to a report, on files in a folder, without git."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from advisor.cli.main import cli
from advisor.errors import UnusableError
from advisor.records.reviewed import ReviewReport
from advisor.review import command, files
from advisor.review.pages import all_pages
from advisor.review.table import RULES

SLEEPS = "import time\nasync def f():\n    time.sleep(1)\n"
READS = "async def f(path):\n    return open(path)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (tmp_path / "pkg" / "sleeps.py").write_text(SLEEPS)
    (tmp_path / "pkg" / "reads.py").write_text(READS)
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "pyvenv.cfg").write_text("")
    (tmp_path / "venv" / "library.py").write_text(SLEEPS)
    (tmp_path / "broken.py").write_text("def f(:\n")
    return tmp_path


def review(folder: Path, settings: dict[str, Any] | None = None, **words: Any) -> ReviewReport:
    ticks = iter(range(100))
    outside = command.Outside(read=files.read_bytes, git=lambda *_: None, clock=lambda: float(next(ticks)))
    return command.run(command.ReviewWords(**words), settings or {}, folder, outside)


def test_all_files_of_a_folder_but_those_of_environments(folder: Path) -> None:
    report = review(folder)
    assert [(f.code, f.file, f.line) for f in report.findings] == [
        ("ADV001", "broken.py", 1),
        ("ADV404", "pkg/reads.py", 2),
        ("ADV401", "pkg/sleeps.py", 3),
    ]
    assert report.files == 4
    assert report.exit_status == 1
    assert report.findings[2].function == "f"
    assert report.findings[2].url.endswith("/ADV401/")


def test_settings_and_words_that_outrank_them(folder: Path) -> None:
    settings = {"select": ("ADV4",), "exclude": ("pkg/sleeps.py",), "fail_on": "warning"}
    assert [f.code for f in review(folder, settings).findings] == ["ADV404"]
    assert review(folder, settings).exit_status == 1
    assert review(folder, settings, fail_on="error").exit_status == 0
    assert [f.code for f in review(folder, settings, select=("ADV0",)).findings] == ["ADV001"]


def test_a_file_that_is_named_is_reviewed_whatever_is_left_out(folder: Path) -> None:
    report = review(folder, {"exclude": ("pkg",)}, paths=(Path("pkg/sleeps.py"),))
    assert [f.code for f in report.findings] == ["ADV401"]


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 1), ("note", 1), ("never", 0)])
def test_fail_on(folder: Path, fail_on: str, status: int) -> None:
    assert review(folder, paths=(Path("pkg/reads.py"),), fail_on=fail_on).exit_status == status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"paths": (Path("nowhere"),)}, "no such file"),
        ({"select": ("ADV9",)}, "no such check"),
        ({"fail_on": "always"}, "--fail-on always"),
        ({"changed_since": "main"}, "--changed-since main"),
    ],
)
def test_unusable_words(folder: Path, words: dict[str, Any], said: str) -> None:
    with pytest.raises(UnusableError, match=said):
        review(folder, **words)


def test_a_mistake_in_a_file_that_was_not_asked_for_is_not_told(folder: Path) -> None:
    (folder / "helper.py").write_text("count = 0\ndef bump():\n    global count\n    count += 1\n")
    (folder / "main.py").write_text(
        "import threading, helper\ndef go():\n"
        "    for _ in range(4):\n        threading.Thread(target=helper.bump).start()\n"
    )
    assert review(folder, paths=(Path("main.py"),)).findings == ()
    both = review(folder, paths=(Path("main.py"), Path("helper.py")))
    assert [(f.code, f.file) for f in both.findings] == [("ADV308", "helper.py")]


def test_the_command_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "pyproject.toml").write_text('[tool.advisor.review]\nignore = ["ADV001"]\n')
    run = CliRunner().invoke(cli, ["review", "--output-format", "json", "-o", "out.sarif"])
    assert run.exit_code == 1
    assert '"ADV401"' in run.stdout
    assert '"ADV001"' not in run.stdout
    assert (folder / "out.sarif").exists()


def test_wrong_settings_are_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "pyproject.toml").write_text('[tool.advisor.review]\nselct = ["ADV4"]\n')
    with pytest.raises(UnusableError, match="select"):
        CliRunner().invoke(cli, ["review"], catch_exceptions=False)


def test_explain() -> None:
    page = CliRunner().invoke(cli, ["review", "--explain", "ADV401"]).stdout
    assert page.startswith("# ADV401: sleep-in-coroutine")
    assert "```python" in page
    assert len(CliRunner().invoke(cli, ["review", "--explain", "all"]).stdout.splitlines()) == len(RULES)


def test_the_pages_in_the_documentation_are_those_of_the_table() -> None:
    pages = Path(__file__).parents[2] / "docs" / "reference" / "review"
    assert {path.name: path.read_text(encoding="utf-8") for path in pages.glob("*.md")} == all_pages()
