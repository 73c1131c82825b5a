from __future__ import annotations

import csv
import io
import json
import re
import shlex
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path, PurePath
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from advisor import formatting as fmt
from advisor.decide.shown_trials import best_per_model
from advisor.inputs.saved_report import report_from_dict
from advisor.records import Options, Report
from advisor.reports import (
    csv_table,
    html_page,
    json_document,
    junit,
    markdown,
    repeat_command,
    sarif,
    terminal,
    wording,
)
from advisor.reports.trial_frame import COLUMN_TYPES, trials_frame
from tests.reports.sample_reports import HOSTILE, POOL, SNIPPET, every_report, failed_trial, hostile_report

REPORTS = every_report()
ALL = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
DEFAULT_FILES = tuple(Path("reports/workloads.web.fetch", n) for n in ("report.html", "trials.csv", "report.json"))
TEXTS = st.one_of(st.text(max_size=80), st.text("<>&'\"`|*_[]()!#@:~$\\={}% \n\r.1aw/-+", max_size=40))
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """What a browser would make of the tags, with complaints."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        """What is read, scripts and styles aside."""
        self.data: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            if self.tags[-1][1].get("type") == "application/json":
                self.data.append(data)
        elif not self.open or self.open[-1] != "style":
            self.text += data


@ALL
def test_html_is_balanced_and_asks_for_nothing(report: Report) -> None:
    text = html_page.render(report)
    page = Page(text)
    assert page.open == []
    assert len(text.encode("utf-8", "backslashreplace")) < 1_200_000
    asked = [attrs.get(name) for _, attrs in page.tags for name in ("src", "href") if attrs.get(name)]
    assert all(address == "data:," or (address or "").startswith("#") for address in asked)
    scripts = [attrs.get("type") for tag, attrs in page.tags if tag == "script"]
    assert scripts.count(None) == (1 if report.outlook is None else 2)
    for spec in page.data:
        assert json.loads(spec)["$schema"]
    styles = text.split("<style>")[1].split("</style>")[0]
    assert "url(" not in styles
    assert "@import" not in styles


@ALL
def test_html_has_no_figure_that_is_no_number(report: Report) -> None:
    assert not re.search(r"\b(nan|inf|None)\b", Page(html_page.render(report)).text)


def test_html_shows_the_advice_and_the_code_to_the_letter() -> None:
    text = html_page.render(REPORTS["threading"])
    page = Page(text)
    assert SNIPPET in page.text
    for shown in ("2.51 s", "403 ms", "6.23×", "high confidence", "no answer within 12 s.", "forkserver"):
        assert shown in page.text
    assert repeat_command.repeating(REPORTS["threading"]) in page.text


def test_html_of_a_partial_report_says_so() -> None:
    text = Page(html_page.render(REPORTS["partial"])).text
    assert "No recommendation" in text
    assert "The analysis stopped early (while trying threading with 8 threads)." in text
    assert wording.NO_TRIALS in text
    assert "No line stood out" in text


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_html_keeps_foreign_text_text(text: str) -> None:
    # The charts hold no foreign text, and take most of a page's time.
    page, plain = (Page(html_page.render(replace(hostile_report(words), outlook=None))) for words in (text, "plain"))
    structure = [[tag for tag, _ in p.tags if tag not in {"span", "code", "p"}] for p in (page, plain)]
    assert structure[0] == structure[1]
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert fmt.one_line(text) in page.text


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_markdown_keeps_foreign_text_text(text: str) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    cell = reader.parse(f"| a |\n| --- |\n| x {markdown.escape(text)} |")
    inline = [token for token in cell if token.type == "inline"][-1].children or []
    assert {token.type for token in inline} <= {"text", "text_special", "html_inline"}
    assert {token.content for token in inline if token.type == "html_inline"} <= {"<!-- -->"}
    shown = "".join(token.content for token in inline if token.type != "html_inline")
    assert shown.removeprefix("x").strip() == fmt.one_line(text)
    start = reader.parse(markdown.escape(text))
    assert {token.type for token in start} <= {"paragraph_open", "inline", "paragraph_close"}


@pytest.mark.parametrize("text", ["http://a.example", "www.a.example", "@someone", "#12", ":smile:", "a@b.example"])
def test_markdown_makes_no_link_of_foreign_text(text: str) -> None:
    assert text not in markdown.escape(text)


@ALL
def test_markdown_fits_a_comment(report: Report) -> None:
    many = replace(report, trials=report.trials * 200, findings=report.findings * 200)
    for each in (report, many):
        text = markdown.render(each)
        assert len(text) < markdown.LENGTH
        fenced = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", text)
        assert fenced.count("<details>") == fenced.count("</details>")


def test_markdown_says_what_is_left_out() -> None:
    report = REPORTS["endless"]
    page = markdown.render(replace(report, trials=report.trials * 300, findings=report.findings * 300))
    assert re.search(r"\d+ more left out to keep this comment short", page)
    assert re.search(r"Left out to keep this comment short: .*Every trial \(3000\)\.$", page.rstrip())


def test_markdown_says_what_is_safe() -> None:
    folded = markdown.render(REPORTS["multiprocessing"]).split("<summary>What is safe</summary>")[1]
    assert "| threading | **unsafe** | Under threading the results" in folded
    assert "| multiprocessing | **safe** |" in folded


def test_markdown_has_the_advice_on_top_and_the_rest_folded() -> None:
    top, folded = markdown.render(REPORTS["multiprocessing"]).split("<details>", 1)
    assert top.count("\n- ") == 2
    assert "Ruled out: threading." in top
    assert top.count("\n| ") == 2 + len(best_per_model(REPORTS["multiprocessing"]))
    assert SNIPPET.strip() in folded
    assert "**error** Under threading" in folded


@ALL
@pytest.mark.parametrize("width", [40, 48, 60, 80, 120, 200])
@pytest.mark.parametrize("most", [terminal.LINES, 40])
def test_terminal_fits(report: Report, width: int, most: int) -> None:
    for written in ((), DEFAULT_FILES, (Path("x" * 150 + ".html"),)):
        lines = terminal.render(report, written, width=width, lines=most).split("\n")
        assert lines.pop() == ""
        assert len(lines) <= max(most, terminal.least_lines(width))
        assert max(cell_len(line) for line in lines) <= width
        assert all(line.isprintable() for line in lines)
        assert not re.search(r"\b(nan|inf|None)\b", "".join(lines))


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("name", ["threading", "multiprocessing", "hybrid", "asyncio", "serial", "cut short"])
def test_terminal_breaks_off_no_sentence_and_leaves_nothing_out_where_there_is_no_bound(name: str, width: int) -> None:
    report = REPORTS[name]
    page = terminal.render(report, DEFAULT_FILES, width=width, lines=None)
    assert "…" not in page
    assert "more in the report" not in page
    words = " ".join(page.split())
    assert all(" ".join(finding.message.split()) in words for finding in report.findings)
    if width >= 80:
        assert "…" not in terminal.render(report, DEFAULT_FILES, width=width)


def test_terminal_says_what_to_do_next() -> None:
    report = REPORTS["threading"]
    assert terminal.render(report, DEFAULT_FILES).endswith(
        "Report: reports/workloads.web.fetch/report.html, trials.csv, report.json\n"
        "Code to paste: advisor show reports/workloads.web.fetch/report.json --code\n"
    )
    assert "Code to paste: advisor show a/r.json --code" in terminal.render(report, (Path("a/r.json"),))
    assert "add -o report.html" in terminal.render(report, (Path("trials.csv"),))
    assert "> threading" in terminal.render(report)


def test_terminal_shows_why_a_model_failed_and_what_is_left_out() -> None:
    # A finding says why at its full length.
    failed = REPORTS["asyncio"]
    assert "2 processes  failed\n" in terminal.render(failed)
    assert "failed: item 17: TypeError" in terminal.render(replace(failed, findings=()), width=200)
    assert "multiprocessing failed: item 17: TypeError" in terminal.render(replace(failed, findings=()), lines=40)
    assert re.search(r"and \d more in the report", terminal.render(REPORTS["hybrid"], DEFAULT_FILES, width=60))
    ruled_out = terminal.render(REPORTS["multiprocessing"])
    assert "x threading" in ruled_out
    assert "error, rules out threading: Under threading" in ruled_out
    assert "Interrupted after 4 trials" in terminal.render(REPORTS["cut short"])


def test_terminal_colour_adds_only_colour() -> None:
    coloured = terminal.render(REPORTS["multiprocessing"], colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == terminal.render(REPORTS["multiprocessing"])
    assert "\x1b[" in coloured


@ALL
def test_csv_is_tidy(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_table.render(report))))
    assert [list(row) for row in rows] == [list(COLUMN_TYPES)] * len(report.trials)
    for row in rows:
        assert not any(row[name].startswith(("=", "+", "-", "@")) for name in ("model", "idiom", "failure"))
        assert not {"nan", "inf", "None", "<NA>"} & set(row.values())
    frame = pd.read_csv(io.StringIO(csv_table.render(report)))
    assert list(frame.columns) == list(COLUMN_TYPES)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r\n=1",
        "  =1",
        "a;=1+1;",
        "a; -1",
        "\uff1d1",
        '=HYPERLINK("x")',
        "\x00=1",
    ],
)
def test_csv_holds_no_formula(text: str) -> None:
    page = csv_table.render(hostile_report(text))
    cells = [cell.strip() for row in csv.reader(io.StringIO(page)) for cell in row]
    by_semicolon = [cell.strip().strip('"') for row in csv.reader(io.StringIO(page), delimiter=";") for cell in row]
    for cell in (*cells, *by_semicolon):
        assert not cell.startswith(("=", "+", "@", "\uff1d"))
        assert not re.match(r"-\D|-1$", cell)


def test_csv_keeps_letters_of_every_script() -> None:
    report = replace(REPORTS["threading"], trials=(failed_trial(POOL, "raised", "Ungültig, «漢字» ≥ 3\nthen"),))
    content = csv_table.render(report).encode()
    frame = pd.read_csv(io.BytesIO(content))
    assert frame["failure"].tolist() == ["Ungültig, «漢字» ≥ 3 then"]
    assert frame["workers"].tolist() == [2]
    assert frame["failure_kind"].tolist() == ["raised"]


def test_csv_marks_the_recommended_plan() -> None:
    frame = pd.read_csv(io.StringIO(csv_table.render(REPORTS["threading"])))
    assert frame[frame["recommended"]]["workers"].tolist() == [8, 8]


def test_frame_keeps_missing_missing_and_counts_whole() -> None:
    frame = trials_frame(REPORTS["threading"])
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == COLUMN_TYPES
    failed = frame.iloc[-1]
    assert failed["wall_seconds"] is pd.NA
    assert failed["failure"] == "no answer within 12 s."
    assert frame.iloc[0]["threads"] is pd.NA
    assert frame.iloc[1]["threads"] == 8
    assert frame["failure"].isna().sum() == len(frame) - 1
    assert {name: str(kind) for name, kind in trials_frame(REPORTS["partial"]).dtypes.items()} == COLUMN_TYPES


@ALL
def test_json_reads_back(report: Report) -> None:
    text = json_document.render(report)
    assert text.isascii()
    assert report_from_dict(json.loads(text, parse_constant=pytest.fail)) == report


@ALL
def test_sarif_has_the_required_parts(report: Report) -> None:
    document = json.loads(sarif.render(report))
    assert document["version"] == "2.1.0"
    run = document["runs"][0]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert len(run["results"]) == len(report.findings) + 1
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in {"error", "warning", "note"}
        assert isinstance(result["message"]["text"], str)


@pytest.mark.parametrize(
    ("base", "uri"),
    [
        (None, "workloads/web.py"),
        (PurePath("/home/ann"), "shop/workloads/web.py"),
        (PurePath("/elsewhere"), "file:///home/ann/shop/workloads/web.py"),
    ],
)
def test_sarif_points_at_the_function(base: PurePath | None, uri: str) -> None:
    result = json.loads(sarif.render(REPORTS["threading"], base))["runs"][0]["results"][-1]
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"]) == ("recommendation", "note")
    assert place["artifactLocation"]["uri"] == uri
    assert place["region"] == {"startLine": 88}


@ALL
def test_junit_has_one_case_that_errors_fail(report: Report) -> None:
    suites = ET.fromstring(junit.render(report))
    cases = suites.findall("./testsuite/testcase")
    errors = [finding for finding in report.findings if finding.severity == "error"]
    assert len(cases) == 1
    assert len(cases[0].findall("failure")) == len(errors)
    assert suites.attrib["failures"] == ("1" if errors else "0")
    skipped = report.recommendation is None
    assert (cases[0].find("skipped") is not None) is skipped


def test_the_command_repeats_what_was_not_default() -> None:
    report = REPORTS["threading"]
    options = replace(
        report.options, budget_seconds=5, timeout_seconds=2.5, models=("serial", "threading"), seed=3, lines=False
    )
    words = shlex.split(repeat_command.repeating(replace(report, options=options)))
    assert words == [
        *("advisor", "analyze", "workloads.web:fetch", "--app-dir", "/home/ann/shop"),
        *("--inputs-from", "workloads.web:paths", "--budget", "5", "--models", "serial,threading"),
        *("--seed", "3", "--python", "/home/ann/shop/.venv/bin/python", "--no-lines"),
    ]
    assert Options(python="p").budget_seconds == 20


@pytest.mark.parametrize("text", HOSTILE)
def test_the_command_quotes_foreign_text(text: str) -> None:
    assert text in shlex.split(repeat_command.repeating(hostile_report(text)))


def test_the_best_of_each_model_is_its_middle_trial_and_of_two_the_faster() -> None:
    report = REPORTS["threading"]
    best = best_per_model(report)
    assert [trial.plan.model for trial in best] == ["threading", "hybrid", "multiprocessing", "serial"]
    assert best[0].speedup == 6.26
    only_failed = replace(report, trials=(*report.trials[:2], failed_trial(POOL, "raised", "no")))
    assert [trial.failure is None for trial in best_per_model(only_failed)] == [True, True, False]
