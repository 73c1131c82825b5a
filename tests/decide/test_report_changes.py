from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from advisor.decide.report_changes import compare, ratio_of
from advisor.inputs import saved_report
from advisor.records import Finding, Report, Trial
from advisor.records.compared import Change, Comparison
from advisor.reports import changes as rendering
from advisor.reports import markdown
from tests.reports.sample_reports import (
    HYBRID,
    POOL,
    THREADS,
    every_report,
    failed_trial,
    hostile_report,
    threading_report,
)

OLD = Path(__file__).parents[1] / "data" / "report_before_certificates.json"
REPORTS = every_report()
SECONDS = st.floats(1e-6, 1e6)


def by_name(old: Report, new: Report) -> dict[str, Change]:
    return {change.what: change for change in compare(old, new).changes}


def slower(report: Report, factor: float) -> Report:
    """The same analysis on a day when every second took ``factor`` seconds."""

    def longer(trial: Trial) -> Trial:
        return replace(trial, job_seconds=trial.job_seconds and factor * trial.job_seconds)

    timing = report.profile.timing
    stretched = replace(
        timing,
        wall_seconds_per_call=factor * timing.wall_seconds_per_call,
        wall_seconds_deviation=factor * timing.wall_seconds_deviation,
    )
    profile = replace(report.profile, timing=stretched)
    return replace(report, profile=profile, trials=tuple(longer(trial) for trial in report.trials))


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_compared_with_itself_differs_in_nothing(report: Report) -> None:
    compared = compare(report, report)
    assert compared.notable == ()
    assert not any("then" in caveat for caveat in compared.caveats)
    assert rendering.NOTHING in rendering.render_terminal(compared)


def test_a_little_slower_is_noise_and_much_slower_is_worse() -> None:
    report = threading_report()
    little, much = (by_name(report, slower(report, factor))["the job, as advised"] for factor in (1.04, 1.5))
    assert little.meaning == "noise"
    assert (much.meaning, much.unit) == ("worse", "seconds")
    assert much.ratio == pytest.approx(1.5)
    assert by_name(slower(report, 1.5), report)["the job, as advised"].meaning == "better"


def test_a_slower_machine_changes_no_speed_up() -> None:
    report = threading_report()
    assert by_name(report, slower(report, 1.5))["threading with 8 threads"].meaning == "noise"
    assert by_name(report, slower(report, 1.5))["a call"].meaning == "worse"


def test_a_lower_speed_up_of_the_same_plan_is_worse() -> None:
    report = threading_report()
    trials = tuple(replace(t, speedup=t.speedup and (3.0 if t.plan == THREADS else t.speedup)) for t in report.trials)
    change = by_name(report, replace(report, trials=trials))["threading with 8 threads"]
    assert (change.meaning, change.unit) == ("worse", "speedup")


def test_another_plan_is_weighed_by_the_rounds_in_which_both_ran() -> None:
    report = threading_report()
    advice = report.recommendation
    assert advice is not None
    pool = replace(report, recommendation=replace(advice, plan=POOL))
    hybrid = replace(report, recommendation=replace(advice, plan=HYBRID))
    assert "within noise" in compare(report, hybrid).headline
    assert compare(pool, report).headline.endswith(" as fast as the old plan in the new analysis.")
    untried = replace(report, trials=tuple(trial for trial in report.trials if trial.plan != POOL))
    assert compare(pool, untried).headline.endswith("the old plan was not tried again.")
    assert by_name(pool, report)["advice"].meaning == "changed"


def test_findings_come_and_go() -> None:
    safe = threading_report()
    race = Finding(code="race", severity="error", message="Updates were lost.", evidence="", excludes=("threading",))
    certificate = tuple(replace(v, verdict="unsafe") if v.model == "threading" else v for v in safe.certificate)
    unsafe = replace(safe, findings=(race,), certificate=certificate)
    worse, better = by_name(safe, unsafe), by_name(unsafe, safe)
    assert worse["new error race"].meaning == worse["safety of threading"].meaning == "worse"
    assert better["gone: error race"].meaning == better["safety of threading"].meaning == "better"


def test_a_plan_that_fails_now_is_worse() -> None:
    report = threading_report()
    failing = replace(report, trials=(*report.trials, failed_trial(POOL, "raised", "no")))
    assert by_name(report, failing)["multiprocessing with 2 processes fails now"].meaning == "worse"


def test_what_else_differs_is_said_and_jobs_of_different_length_are_not_compared() -> None:
    report = threading_report()
    machine, target = replace(report.machine, usable_cores=8), replace(report.target, calls=1000, gil_enabled=False)
    other = replace(report, machine=machine, target=target)
    compared = compare(report, other)
    assert "Usable cores: 2 then, 8 now." in compared.caveats
    assert "The GIL: on then, off now." in compared.caveats
    assert "The job: 100 calls then, 1,000 calls now." in compared.caveats
    assert not any(change.what.startswith("the job") for change in compared.changes)


def test_a_busy_machine_is_said() -> None:
    report = threading_report()
    timing = replace(report.profile.timing, queued_seconds_per_call=0.3 * report.profile.wall_seconds_per_call)
    busy = replace(report, profile=replace(report.profile, timing=timing))
    assert "other work had the processors for 30 % of a call's time" in compare(report, busy).caveats[0]


def test_a_report_without_advice_is_compared_as_far_as_it_goes() -> None:
    compared = compare(REPORTS["threading"], REPORTS["partial"])
    assert compared.headline == "No advice to compare: the new analysis stopped early."
    assert any("interrupted" in caveat for caveat in compared.caveats)


def test_a_report_from_before_certificates_is_compared() -> None:
    old = saved_report.read(OLD)
    compared = compare(old, replace(old, certificate=threading_report().certificate))
    assert compared.headline == "The advice stands: threading with 2 threads."
    assert compared.notable == ()


@given(st.lists(SECONDS, min_size=1, max_size=6), st.lists(SECONDS, min_size=1, max_size=6))
def test_the_ratio_of_independent_runs_lies_in_its_interval_and_turns_round(old: list[float], new: list[float]) -> None:
    middle, low, high = ratio_of(old, new)
    assert low < middle < high
    back, back_low, back_high = ratio_of(new, old)
    assert (back, back_low, back_high) == pytest.approx((1 / middle, 1 / high, 1 / low))


def test_more_runs_that_agree_narrow_the_interval() -> None:
    _, low, high = ratio_of([1.0], [1.1])
    assert low < 1 < high
    _, low, high = ratio_of([1.0, 1.001, 0.999, 1.0] * 2, [1.1, 1.101, 1.099, 1.1] * 2)
    assert low > 1


def pairs() -> dict[str, Comparison]:
    hostile = {name: compare(REPORTS["threading"], report) for name, report in REPORTS.items()}
    return {**hostile, "slower": compare(REPORTS["threading"], slower(REPORTS["threading"], 2.0))}


@pytest.mark.parametrize("compared", pairs().values(), ids=pairs())
@pytest.mark.parametrize("width", [40, 80, 160])
def test_the_text_fits(compared: Comparison, width: int) -> None:
    text = rendering.render_terminal(compared, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert all(line.isprintable() for line in text.splitlines())
    assert "nan" not in text


@pytest.mark.parametrize("compared", pairs().values(), ids=pairs())
def test_every_format_holds_every_change(compared: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(rendering.render_csv(compared))))
    assert len(rows) == len(compared.changes)
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert len(pd.read_csv(io.StringIO(rendering.render_csv(compared)))) == len(rows)
    document = json.loads(rendering.render_json(compared))
    assert [change["what"] for change in document["changes"]] == [change.what for change in compared.changes]
    assert document["schema_version"] == 1
    page = rendering.render_markdown(compared)
    assert len(page) < markdown.LENGTH
    assert page.count("<details>") == page.count("</details>")


def test_a_very_long_comparison_still_fits_a_comment() -> None:
    finding = threading_report()
    findings = tuple(
        Finding(code=f"code-{n}", severity="warning", message="word " * 60, evidence="") for n in range(2000)
    )
    page = rendering.render_markdown(compare(finding, replace(finding, findings=findings)))
    assert len(page) < markdown.LENGTH
    assert "more left out to keep this comment short" in page


def test_colour_adds_only_colour() -> None:
    compared = compare(REPORTS["threading"], hostile_report("x"))
    assert "\x1b[" in rendering.render_terminal(compared, colour=True)
    assert "\x1b[" not in rendering.render_terminal(compared)
