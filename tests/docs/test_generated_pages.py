"""What the pages say of commands, codes, fields and constants is what the program has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import click
import pytest

from advisor.check.against_baseline import BYTES_RATIO
from advisor.decide.choice import TIE_RATIO
from advisor.records import Report
from advisor.records.check_rules import RULES
from advisor.reports import report_json
from docs.generators import commands, constants, copied_pages, finding_codes, report_fields, site_address
from tests.docs.fenced_blocks import ROOT
from tests.reports.sample_reports import every_report

REPORTS = every_report()


def test_every_command_has_its_options_and_their_defaults() -> None:
    text = commands.markdown()
    for command in commands.commands():
        section = text.split(f"## advisor {command.name}\n")[1].split("\n## ")[0]
        for option in command.params:
            if isinstance(option, click.Option):
                assert f"| `{', '.join(option.opts)}" in section
    (row,) = re.findall(r"^\| `--min-speedup .*$", text.split("## advisor check")[0], re.MULTILINE)
    assert row.endswith("| `1.1` |")
    (row,) = re.findall(r"^\| `--unpack .*$", text.split("## advisor check")[0], re.MULTILINE)
    assert "kwargs for the rows of .csv" in row


def test_what_the_help_brackets_is_text() -> None:
    assert r"all of \[\[tool.advisor.targets\]\]" in commands.markdown()


def test_every_code_is_described() -> None:
    text = finding_codes.markdown()
    for code in (*RULES, "race", "writes-global", "trial-timeout"):
        assert f"| `{code}` |" in text


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_document_has_the_fields_that_are_described(report: Report) -> None:
    document = report_json.report_to_dict(report)
    assert set(document) == {"schema_version", *report_fields.SECTIONS}
    described = {frozenset(field.name for field in report_fields.documented(one)) for one in report_fields.reached()}
    for section in report_fields.SECTIONS:
        for found in objects(document[section]):
            assert frozenset(found) in described, (section, sorted(found))


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects in a part of the document whose keys are names of fields."""
    if isinstance(value, list):
        return [found for part in value for found in objects(part)]
    if isinstance(value, dict):
        below = [found for key, part in value.items() if key != "process_start_seconds" for found in objects(part)]
        return [value, *below]
    return []


def test_a_link_to_a_record_leads_to_its_table() -> None:
    text = report_fields.markdown()
    heads = {head.lower() for head in re.findall(r"^## (\w+)$", text, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", text)) <= heads


def test_constants_have_the_values_of_the_code() -> None:
    text = constants.markdown()
    assert f"| `TIE_RATIO` | `{TIE_RATIO}` |" in text
    assert f"| `BYTES_RATIO` | `{BYTES_RATIO}` |" in text


def test_the_page_on_constants_names_none_that_is_gone() -> None:
    page = (ROOT / "docs" / "explanation" / "constants.md").read_text(encoding="utf-8")
    tables = constants.markdown()
    for name in set(re.findall(r"`([A-Z]+_[A-Z_]+|SHARPNESS|OPINIONS)`", page)):
        assert re.search(rf"^\| `{name}` \|", tables, re.MULTILINE), name


def test_copied_pages_lead_to_pages_copies_and_the_repository() -> None:
    led = copied_pages.on_site(
        "[a](../../workloads/) [b](threading/report.html#x) [c](../../CHANGELOG.md) [d](../../docs/faq.md) [e](#here)",
        "gallery/index.md",
        "reports/samples/README.md",
    )
    repository = site_address.project_urls()["Repository"]
    assert led == (
        f"[a]({repository}/blob/main/workloads) [b](../gallery/threading/report.html#x) [c](../changelog.md) "
        "[d](../faq.md) [e](#here)"
    )
