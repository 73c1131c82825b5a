"""What was measured outranks what is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from advisor.records import Report
from advisor.reports import json_document
from advisor.review import measured
from advisor.review.checking import Checker
from tests.reports.sample_reports import POOL, multiprocessing_report, threading_report

HEAD = "from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor\nfrom multiprocessing import Pool\n"


def named(report: Report) -> Report:
    target = replace(report.job.target, module="rows", qualname="parse_row")
    return replace(report, job=replace(report.job, target=target))


def findings(
    report: Report | None, body: str, function: str = "def parse_row(x):\n    return x\n"
) -> list[tuple[str, int, str]]:
    files = {"main.py": HEAD + "from rows import parse_row\n" + body, "rows.py": function}
    known = {"rows:parse_row": measured.Figures(recommended="serial", report=None)}
    if report is not None and report.recommendation is not None:
        known = {"rows:parse_row": measured.Figures(recommended=report.recommendation.plan.model, report=named(report))}
    checker = Checker(lambda path: files[path].encode() if path in files else None, None, measured.finder(known))
    checked = checker.check("main.py")
    assert checked is not None
    return [(finding.code, finding.line, finding.message) for finding in checked.findings]


THREADED = "def go(rows):\n    with ThreadPoolExecutor(4) as pool:\n        return list(pool.map(parse_row, rows))\n"
FORKED = (
    "def go(rows):\n    with ProcessPoolExecutor(2) as pool:\n"
    "        return list(pool.map(parse_row, rows, chunksize=50))\n"
)


def test_threads_where_processes_were_measured_faster() -> None:
    ((code, line, message),) = findings(multiprocessing_report(), THREADED)
    assert (code, line) == ("ADV701", 6)
    assert "threads over parse_row" in message
    assert "0.97" in message
    assert "1.87" in message


def test_processes_where_threads_were_measured_faster() -> None:
    ((code, _, message),) = findings(threading_report(), FORKED)
    assert code == "ADV701"
    assert "processes over parse_row" in message


@pytest.mark.parametrize(("report", "body"), [(multiprocessing_report, FORKED), (threading_report, THREADED)])
def test_what_agrees_is_silent(report: object, body: str) -> None:
    assert findings(report(), body) == []  # type: ignore[operator]  # a function that makes one


def test_workers_beyond_the_knee() -> None:
    ((code, line, message),) = findings(threading_report(), THREADED.replace("(4)", "(64)"))
    assert (code, line) == ("ADV702", 5)
    assert "64 workers" in message
    assert "6.1" in message


def test_a_chunk_size_that_loses() -> None:
    report = multiprocessing_report()
    trials = tuple(
        replace(trial, plan=replace(trial.plan, chunk_size=size), speedup=speedup)
        for trial in report.trials if trial.plan == POOL
        for size, speedup in ((1, 1.2), (50, 1.87))
    )  # fmt: skip
    body = FORKED.replace("chunksize=50", "chunksize=1")
    ((code, _, message),) = findings(replace(report, trials=trials), body)
    assert code == "ADV703"
    assert "Chunks of 1" in message


def test_figures_silence_what_is_guessed() -> None:
    computing = "def parse_row(n):\n    total = 0\n    for i in range(n):\n        total += i * i\n    return total\n"
    codes = [code for code, _, _ in findings(multiprocessing_report(), THREADED, computing)]
    assert codes == ["ADV701"]


def test_the_baseline_alone_says_less() -> None:
    ((code, _, message),) = findings(None, THREADED)
    assert code == "ADV701"
    assert "the baseline has serial" in message


def test_reports_and_baseline_are_found_and_what_is_broken_is_a_note(tmp_path: Path) -> None:
    for name, text in (
        ("one", json_document.render(named(threading_report()))), ("two", "{"), ("three", "[]"),
    ):  # fmt: skip
        (tmp_path / "reports" / name).mkdir(parents=True)
        (tmp_path / "reports" / name / "report.json").write_text(text)
    (tmp_path / ".advisor").mkdir()
    (tmp_path / ".advisor" / "baseline.json").write_text('{"a.py:f": {"model": "serial"}, "schema_version": 1}')
    figures, notes = measured.read(tmp_path / "reports", tmp_path, lambda path: Path(path).read_bytes())
    assert set(figures) == {"rows:parse_row", "a.py:f"}
    assert len(notes) == 2
