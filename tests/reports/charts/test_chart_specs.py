"""What is kept of the charts is what Altair makes now, and every data set that they name is given to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import altair as alt
import pytest

from advisor.reports.charts import chart_specs
from advisor.reports.charts.chart_rows import Rows
from advisor.reports.charts.figures import figures_of
from tests.reports.sample_reports import every_report, hybrid_report
from tools.chart_specs import CHARTS, spelt

EVERY = pytest.mark.parametrize("name", CHARTS)


def named_data(part: Any) -> Iterator[str]:
    """The names of the data sets that a chart takes its rows from."""
    if isinstance(part, dict):
        if isinstance(part.get("data"), dict):
            yield part["data"]["name"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from named_data(each)


@EVERY
def test_what_is_kept_is_what_altair_makes(name: str) -> None:
    kept = (chart_specs.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert kept == spelt(CHARTS[name]()), "run python -m tools.chart_specs"


@EVERY
def test_with_its_rows_it_is_a_chart_in_the_eyes_of_altair_and_all_its_data_are_there(name: str) -> None:
    (figure,) = [figure for figure in figures_of(hybrid_report()) if figure.key == name]
    spec = json.loads(figure.spec)
    alt.LayerChart.from_dict(spec)
    rows = spec.pop("datasets")
    assert set(named_data(spec)) == set(rows)
    assert all(rows.values())


def test_columns_that_a_chart_draws_are_in_its_rows() -> None:
    for report in every_report().values():
        for figure in figures_of(report):
            spec = json.loads(figure.spec)
            for layer in spec["layer"]:
                drawn = {channel["field"] for channel in layer["encoding"].values() if "field" in channel}
                assert all(drawn <= set(row) for row in spec["datasets"][layer["data"]["name"]])


def test_foreign_text_does_not_end_the_element_that_holds_a_chart() -> None:
    rows: dict[str, Rows] = dict.fromkeys(("lines", "job"), ()) | {
        "break_even": ({"calls": 1, "label": "</script><b>"},)
    }
    spec = chart_specs.with_rows("calls", rows)
    assert "<" not in spec
    assert json.loads(spec)["datasets"]["break_even"][0]["label"] == "</script><b>"
