"""A sample of the labelled corpus, and that a model which is unsafe is never advised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.safety_score import judge
from tests.live.commands import RunAdvisor
from workloads.safety.cases import CASES

SAMPLE = (
    *("count_visits", "log_each", "deposit", "sort_item", "visit_folder", "estimate_pi", "query_shared_database"),
    *("open_session", "check_order", "remember_square", "look_up_lazily", "use_temporary_file", "log_and_work"),
    *("make_frame", "total_up"),
)
BY_NAME = {case.name: case for case in CASES}


@pytest.mark.parametrize("name", SAMPLE)
def test_the_certificate_says_what_the_label_says(name: str) -> None:
    outcome = judge(BY_NAME[name])
    said = (outcome.missed_models, outcome.missed_findings, outcome.accused, outcome.error)
    assert said == ((), (), (), None), outcome.findings


def test_an_unsafe_model_is_never_advised(run_advisor: RunAdvisor, tmp_path: Path) -> None:
    (tmp_path / "tally.py").write_text(
        "TOTAL = 0\n\n\n"
        "def add(number):\n"
        "    global TOTAL\n"
        "    value = sum(i * i for i in range(60_000 + number))\n"
        "    TOTAL = TOTAL + 1\n"
        "    return value\n",
        encoding="utf-8",
    )
    saved = tmp_path / "report.json"
    expression = "list(range(60))"
    command = ("analyze", "tally.py:add", "--inputs-expr", expression, "--budget", "10", "--no-lines", "-o", saved)
    ran = run_advisor(*command, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    document = json.loads(saved.read_text(encoding="utf-8"))
    verdicts = {entry["model"]: entry["verdict"] for entry in document["certificate"]}
    assert verdicts["serial"] == "safe"
    assert verdicts["threading"] == verdicts["multiprocessing"] == verdicts["hybrid"] == "unsafe"
    assert document["recommendation"]["model"] == "serial"
    evidence = " ".join(finding["evidence"] for finding in document["findings"])
    assert "tally.py, line 7: TOTAL = TOTAL + 1" in evidence
