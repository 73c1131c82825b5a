"""Every chart and every table with no row, with one and with a thousand, in every format."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.decide.outlook import make_outlook
from advisor.records import Curve, Outlook, Report
from advisor.reports import html_fragment, terminal
from advisor.reports.charts.figures import figures_of
from advisor.reports.files import RENDERERS
from tests.reports.sample_reports import HYBRID, POOL, THREADS, failed_trial, hybrid_report, problem_of

SIZES = st.sampled_from([0, 0, 1, 1, 1000])
Rows = TypeVar("Rows", bound=tuple[Any, ...])


def of_size(rows: Rows, size: int) -> Rows:
    """So many of the rows, over and over."""
    return type(rows)(itertools.islice(itertools.cycle(rows), size)) if rows else rows


@st.composite
def outlooks(draw: st.DrawFn, outlook: Outlook) -> Outlook:
    curves = tuple(Curve(model=curve.model, points=of_size(curve.points, draw(SIZES))) for curve in outlook.curves)
    lines = tuple(replace(line, points=of_size(line.points, draw(SIZES))) for line in outlook.calls_lines)
    return Outlook(
        curves=curves[: draw(st.integers(0, len(curves)))],
        surface=of_size(outlook.surface, draw(SIZES)),
        measured=of_size(outlook.measured, draw(SIZES)),
        ceilings=of_size(outlook.ceilings, draw(SIZES)),
        calls_lines=lines[: draw(st.integers(0, len(lines)))],
        what_ifs=of_size(outlook.what_ifs, draw(SIZES)),
        call_parts=outlook.call_parts[: draw(st.sampled_from([0, 1, 5]))],
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    report = hybrid_report()
    assert report.outlook is not None
    hot_lines = of_size(report.profile.hot_lines, draw(SIZES))
    return replace(
        report,
        trials=of_size(report.trials, draw(SIZES)),
        findings=of_size(report.findings, draw(SIZES)),
        certificate=report.certificate[: draw(st.sampled_from([0, 1, 5]))],
        profile=replace(report.profile, hot_lines=hot_lines),
        recommendation=draw(st.sampled_from([report.recommendation, None])),
        outlook=draw(st.none() | outlooks(report.outlook)),
    )


@settings(max_examples=25, deadline=None)
@given(reports())
def test_a_report_with_any_number_of_rows_is_written_in_every_format(report: Report) -> None:
    written = {suffix: render(report) for suffix, render in RENDERERS.items()}
    assert len(list(csv.reader(io.StringIO(written[".csv"])))) == 1 + len(report.trials)
    assert written[".html"].count("data-spec=") == len(figures_of(report))
    assert terminal.render(report).strip()
    assert html_fragment.render(report).startswith("<div")


@settings(max_examples=60, deadline=None)
@given(reports())
def test_no_chart_and_no_layer_of_one_is_drawn_without_rows(report: Report) -> None:
    for figure in figures_of(report):
        spec = json.loads(figure.spec)
        assert spec["layer"]
        assert all(spec["datasets"][layer["data"]["name"]] for layer in spec["layer"])
        assert all(len(row) == len(figure.header) for row in figure.rows)


@pytest.mark.parametrize("render", [*RENDERERS.values(), terminal.render], ids=[*RENDERERS, "terminal"])
def test_an_analysis_whose_trials_all_failed_is_written(render: Callable[[Report], str]) -> None:
    report = hybrid_report()
    trials = tuple(failed_trial(plan, "crashed", "the interpreter ended.") for plan in (THREADS, POOL, HYBRID))
    outlook = make_outlook(problem_of(report), report.profile.timing, trials, None)
    for looked in (outlook, replace(outlook, curves=tuple(replace(curve, points=()) for curve in outlook.curves))):
        failed = replace(report, trials=trials, recommendation=None, outlook=looked, interrupted="all trials failed")
        assert render(failed)
