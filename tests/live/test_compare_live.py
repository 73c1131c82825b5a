"""``show`` and ``compare`` as a user types them, on a report from before fields were added; nothing is measured."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.live.commands import PROJECT, RunAdvisor

OLD = PROJECT / "tests" / "data" / "report_before_certificates.json"


@pytest.fixture
def slower(tmp_path: Path) -> Path:
    """The same report of a day when serial runs took twice as long."""
    document = json.loads(OLD.read_text(encoding="utf-8"))
    for trial in document["trials"]:
        if trial["model"] == "serial":
            trial["job_seconds"] *= 2
    path = tmp_path / "slower.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_an_old_report_is_shown_in_every_format(run_advisor: RunAdvisor, tmp_path: Path) -> None:
    names = [tmp_path / f"a.{suffix}" for suffix in ("html", "csv", "json", "md", "sarif", "xml")]
    done = run_advisor("show", OLD, *(word for name in names for word in ("-o", name)))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Run backup.py:compress under threading with 2 threads")
    assert all(path.stat().st_size > 0 for path in names)


def test_two_reports_are_compared_in_every_format(run_advisor: RunAdvisor, slower: Path, tmp_path: Path) -> None:
    names = [tmp_path / f"c.{suffix}" for suffix in ("json", "md", "csv")]
    done = run_advisor("compare", OLD, slower, *(word for name in names for word in ("-o", name)))
    assert (done.returncode, done.stderr) == (0, "")
    assert "The advice stands: threading with 2 threads." in done.stdout
    matters, noise = done.stdout.split("Within noise")
    assert "the job, serial" in matters
    assert "a call" in noise
    assert "\x1b" not in done.stdout
    meanings = pd.read_csv(tmp_path / "c.csv").set_index("what")["meaning"]
    assert meanings["the job, serial"] == "worse"
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))["schema_version"] == 1


def test_what_cannot_be_compared_is_one_line_that_names_the_file(run_advisor: RunAdvisor, tmp_path: Path) -> None:
    no_json, no_report, newer = tmp_path / "no.json", tmp_path / "other.json", tmp_path / "newer.json"
    no_json.write_text("{", encoding="utf-8")
    no_report.write_text("[1]", encoding="utf-8")
    newer.write_text('{"schema_version": 99}', encoding="utf-8")
    for bad in (no_json, no_report, newer, tmp_path / "missing.json", tmp_path):
        done = run_advisor("compare", OLD, bad)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) <= 2
        assert bad.name in done.stderr
    done = run_advisor("compare", OLD, OLD, "-o", "changes.xml")
    assert done.returncode == 2
    assert ".json .md .csv" in done.stderr
