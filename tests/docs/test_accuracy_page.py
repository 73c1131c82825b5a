"""Figures on the page say what they are of."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from benchmarks import accuracy_page
from benchmarks.accuracy_page import Origin
from tests.docs.fenced_blocks import ROOT
from workloads.catalogue import SUITES

ORIGIN = Origin(version="1.2.3", date=dt.date(2026, 11, 26), python_version="3.13", system="Linux", cores=8)
PAGE = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
SHOWN = re.findall(r'^--8<-- "docs/accuracy/([\w-]+)\.md"$', PAGE, re.MULTILINE)


def test_a_table_stays_one_and_other_text_is_shown_as_printed() -> None:
    assert accuracy_page.section("| a |\n| --- |", ORIGIN) == (
        "*Version 1.2.3, 2026-11-26; CPython 3.13, Linux, 8 cores.*\n\n| a |\n| --- |\n"
    )
    assert accuracy_page.section("a  1\nb  2", ORIGIN).endswith("\n\n```text\na  1\nb  2\n```\n")


def test_a_section_is_kept_where_the_page_looks_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy_page, "FOLDER", tmp_path)
    accuracy_page.keep("scale", "| a |")
    assert (tmp_path / "scale.md").read_text(encoding="utf-8").startswith("*Version ")


@pytest.mark.parametrize("name", SHOWN)
def test_every_section_says_its_version_and_date(name: str) -> None:
    text = (accuracy_page.FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert re.match(r"\*Version \d+\.\d+\.\d+, \d{4}-\d\d-\d\d", text)


def test_the_page_shows_every_section() -> None:
    assert sorted(SHOWN) == sorted(path.stem for path in accuracy_page.FOLDER.glob("*.md"))
    assert set(SHOWN) & set(SUITES)
