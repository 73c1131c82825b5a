from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.reports.check import html_index
from tests.check.sample_checks import failed_check, passed_check
from tests.reports.sample_reports import HOSTILE


def test_a_row_a_target_with_a_link_to_its_report() -> None:
    check = failed_check()
    first = replace(check.targets[0], report_file="reports/shop.web.fetch/report.html")
    page = html_index.render(replace(check, targets=(first, *check.targets[1:])), Path("reports"))
    assert page.count('<tr class="outcome-') == len(check.targets)
    assert 'href="shop.web.fetch/report.html"' in page
    assert "Not all targets pass" in page
    assert "gil-held-up" in page
    assert "was 2 %; is 97 %; limit at most 32 %" in page


def test_where_all_pass_the_page_says_so() -> None:
    assert "<h1>All targets pass</h1>" in html_index.render(passed_check())


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(text: str) -> None:
    check = failed_check()
    finding = replace(check.findings[0], message=text, new=text, file=text)
    target = replace(check.targets[1], target=text, reason=text, findings=(finding,), report_file=f"reports/{text}")
    page = html_index.render(replace(check, targets=(target,), notes=(text,)))
    assert re.search(r"<(script|img)", page) is None
