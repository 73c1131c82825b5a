"""The script that is kept is the one that is made now; a page takes it from nowhere else."""

from __future__ import annotations

import base64
import hashlib
import html

import pytest

from advisor.reports import html_page
from advisor.reports.charts import script
from tests.reports.sample_reports import threading_report
from tools import chart_script


def test_what_is_kept_is_what_vl_convert_gives_for_these_lines() -> None:
    licences = script.LICENCES.read_text(encoding="utf-8")
    made = script.spelt(licences, chart_script.build(script.lines()))
    # Not one of two texts of 0.9 MB beside the other, should they differ.
    assert hashlib.sha256(made.encode()).hexdigest() == script.DIGEST.read_text().split()[0], (
        "run python -m tools.chart_script"
    )


def test_it_has_its_digest_beside_it() -> None:
    digest, name = script.DIGEST.read_text().split()
    assert name == script.SCRIPT.name
    assert hashlib.sha256(script.SCRIPT.read_bytes()).hexdigest() == digest


def test_every_package_in_it_is_named_with_its_licence() -> None:
    licences = script.LICENCES.read_text(encoding="utf-8")
    packages = chart_script.packages()
    assert {"vega", "vega-lite", "vega-embed", "vega-interpreter", "d3-array"} <= {name for name, _ in packages}
    for name, version in packages:
        assert f"{name} {version}" in licences
    assert script.text().startswith(f"/*!\n{licences}*/")


def test_a_page_holds_it_whole_and_its_policy_names_it() -> None:
    page = html_page.render(threading_report())
    digest = base64.b64encode(bytes.fromhex(script.DIGEST.read_text().split()[0])).decode()
    assert f"<script>{script.text()}</script>" in page
    assert f"'sha256-{digest}'" in html.unescape(page.partition("<title>")[0])


@pytest.mark.parametrize("words", ["a */ b", "a </script> b"])
def test_no_licence_ends_what_it_stands_in(words: str) -> None:
    with pytest.raises(ValueError, match="end of a comment or of a script"):
        script.spelt(words, "x()")
