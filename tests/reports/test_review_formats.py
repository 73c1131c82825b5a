"""A review in every format, with foreign text in it."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree as ET

import pytest

from advisor.records import Severity
from advisor.records.reviewed import ReviewCost, ReviewFinding, ReviewReport
from advisor.reports.review.formats import REVIEW_FORMATS, REVIEW_SUFFIXES
from tests.reports.check.test_formats import sarif_of
from tests.reports.sample_reports import HOSTILE


def finding(severity: Severity = "error", text: str = "It stops the loop.", line: int = 3) -> ReviewFinding:
    return ReviewFinding(
        code="ADV401", name="sleep-in-coroutine", severity=severity, file="pkg/a.py", line=line, end_line=line,
        column=5, function="Service.poll", message=text, happens="It stops.", advice="Await asyncio.sleep.",
        url="https://x/ADV401/",
    )  # fmt: skip


def report(*findings: ReviewFinding) -> ReviewReport:
    cost = ReviewCost(elapsed_seconds=0.012, lines=40)
    return ReviewReport(findings=findings, files=2, cost=cost, fail_on="error", root="/r", notes=("A note.",))


def test_the_formats_of_check_are_offered() -> None:
    assert set(REVIEW_FORMATS) == {"text", "json", "markdown", "github", "sarif", "junit", "gitlab"}
    assert set(REVIEW_SUFFIXES) == {".txt", ".json", ".md", ".sarif", ".xml", ".gitlab.json"}


@pytest.mark.parametrize("name", REVIEW_FORMATS)
def test_every_format_says_it_and_takes_nothing(name: str) -> None:
    said = REVIEW_FORMATS[name](report(finding()))
    assert "ADV401" in said
    assert said.endswith("\n")
    assert REVIEW_FORMATS[name](report())


def test_text_is_as_editors_read_it() -> None:
    first, second, *_, last = REVIEW_FORMATS["text"](report(finding())).splitlines()
    assert first == "pkg/a.py:3:5: error: ADV401 sleep-in-coroutine: It stops the loop."
    assert second == "    Await asyncio.sleep."
    assert last == "2 files in 12.0 ms: 1 error."


def test_json_has_what_the_contract_names() -> None:
    document = json.loads(REVIEW_FORMATS["json"](report(finding())))
    assert {"findings", "files", "cost"} <= set(document)
    wanted = {"code", "severity", "file", "line", "end_line", "function", "message", "advice", "url"}
    assert wanted <= set(document["findings"][0])


def test_github_annotates_the_line() -> None:
    said = REVIEW_FORMATS["github"](report(finding(), finding("note")))
    assert "::error file=pkg/a.py,line=3,title=advisor%3A ADV401 (pkg/a.py%3AService.poll)::" in said
    assert "::notice file=pkg/a.py" in said


@pytest.mark.parametrize("text", HOSTILE)
def test_sarif_is_as_the_schema_says(text: str) -> None:
    document = sarif_of(REVIEW_FORMATS["sarif"](report(finding(text=text), finding("note", line=9))))
    (run,) = document["runs"]
    assert [result["level"] for result in run["results"]] == ["error", "note"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


@pytest.mark.parametrize("text", HOSTILE)
def test_junit_and_gitlab_can_be_read(text: str) -> None:
    review = report(finding(text=text), finding("warning"))
    suite = ET.parse(io.StringIO(REVIEW_FORMATS["junit"](review))).getroot()
    assert suite.get("failures") == "1"
    issues = json.loads(REVIEW_FORMATS["gitlab"](review))
    assert len({issue["fingerprint"] for issue in issues}) == 2
