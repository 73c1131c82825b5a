"""A report from before fields were added to the schema must open for ever: the file is not to be made anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor.inputs import saved_report
from advisor.reports import files, terminal

OLD = Path(__file__).parents[1] / "data" / "report_before_certificates.json"


def test_the_file_is_older_than_certificates() -> None:
    assert "certificate" not in json.loads(OLD.read_text(encoding="utf-8"))


@pytest.mark.parametrize("suffix", files.RENDERERS)
def test_it_is_shown_in_every_format(suffix: str) -> None:
    text = files.RENDERERS[suffix](saved_report.read(OLD))
    assert "threading" in text


def test_its_advice_is_what_it_was() -> None:
    shown = terminal.render(saved_report.read(OLD))
    assert "Run backup.py:compress under threading with 2 threads: 30 calls take 313 ms" in shown
    assert "1.76 to 1.99×" in shown
