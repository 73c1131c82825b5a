from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.check import wrong_model
from advisor.check.against_settings import against_requirements
from advisor.check.suspicions import Place
from advisor.check.targets import Requirements
from advisor.records import Model, Report
from tests.check.gate_fakes import holding_report, waiting_report, with_finding
from tests.reports.sample_reports import SERIAL, THREADS

PLACE = Place(target="shop.web:fetch", file="shop/web.py", line=11)


def advising(report: Report, model: Model, low: float, high: float) -> Report:
    assert report.recommendation is not None
    plan = SERIAL if model == "serial" else replace(THREADS, model=model)
    return replace(
        report,
        recommendation=replace(report.recommendation, plan=plan, speedup=low, speedup_low=low, speedup_high=high),
    )


def speedups(report: Report, model: Model, speedup: float) -> Report:
    trials = tuple(replace(t, speedup=speedup) if t.plan.model == model else t for t in report.trials)
    return replace(report, trials=trials)


def test_a_model_that_is_wanted_and_recommended_fits() -> None:
    assert wrong_model.find(waiting_report(), ("serial", "threading")) is None


def test_without_a_recommendation_there_is_nothing_to_say() -> None:
    assert wrong_model.find(replace(waiting_report(), recommendation=None), ("serial",)) is None


def test_a_small_gap_in_speed_is_noise() -> None:
    report = speedups(advising(waiting_report(), "serial", 1.0, 1.0), "threading", 0.9)
    assert wrong_model.find(report, ("threading",)) is None


def test_a_wide_gap_is_not_but_has_to_be_measured_again() -> None:
    found = wrong_model.find(waiting_report(), ("serial",))
    assert found is not None
    assert found.repeat == "analysis"
    assert found.recommended.startswith("threading, 8 threads")


def test_a_model_that_is_ruled_out_does_not_fit_whatever_the_speed() -> None:
    report = with_finding(
        advising(waiting_report(), "serial", 1, 1), "race", "Calls change `n`.", excludes=("threading", "hybrid")
    )
    found = wrong_model.find(report, ("threading",))
    assert found is not None
    assert (found.cause, found.repeat) == ("it is ruled out (Calls change `n`).", "nothing")
    assert wrong_model.find(speedups(report, "multiprocessing", 0.95), ("threading", "multiprocessing")) is None


def test_threads_cannot_gain_where_the_gil_is_held() -> None:
    found = wrong_model.find(advising(holding_report(), "serial", 1, 1), ("threading",))
    assert found is not None
    assert found.repeat == "profile"
    assert "holds the GIL" in found.cause


def test_without_a_gil_its_share_keeps_nothing_from_gaining() -> None:
    report = speedups(advising(holding_report(), "serial", 1, 1), "threading", 0.95)
    free = replace(report, target=replace(report.target, gil_enabled=False))
    assert wrong_model.find(free, ("threading",)) is None


def test_asyncio_does_not_fit_a_plain_function() -> None:
    found = wrong_model.find(waiting_report(), ("asyncio",))
    assert found is not None
    assert "no coroutine function" in found.cause


def codes(requirements: Requirements, report: Report) -> list[str]:
    return [suspicion.finding.code for suspicion in against_requirements(PLACE, requirements, report)]


def test_each_bound_fires_beyond_itself_and_not_at_it() -> None:
    report = waiting_report()
    timing, facts = report.profile.timing, report.target
    assert timing.result_bytes
    assert timing.argument_bytes
    kept = Requirements(
        expect=("threading",), forbid=("race",), max_gil_held_fraction=0.2, max_result_bytes=timing.result_bytes,
        max_argument_bytes=timing.argument_bytes, max_import_seconds=facts.import_seconds, min_speedup=1.0,
    )  # fmt: skip
    broken = Requirements(
        expect=("serial",), forbid=("race",), max_gil_held_fraction=0.1, max_result_bytes=timing.result_bytes - 1,
        max_argument_bytes=timing.argument_bytes - 1, max_import_seconds=facts.import_seconds / 2, min_speedup=99.0,
    )  # fmt: skip
    assert codes(kept, report) == []
    assert set(codes(broken, with_finding(report, "race"))) == {
        "expectation", "race", "gil-held-limit", "result-bytes-limit", "argument-bytes-limit", "import-time-limit",
        "speedup-limit",
    }  # fmt: skip


def test_a_speed_up_that_may_be_enough_is_enough() -> None:
    report = advising(waiting_report(), "threading", 3.0, 5.0)
    assert codes(Requirements(min_speedup=4.9), report) == []
    assert codes(Requirements(min_speedup=5.1), report) == ["speedup-limit"]


@pytest.mark.parametrize(
    ("requirements", "level"),
    [
        (Requirements(), "warning"),
        (Requirements(expect=("multiprocessing",)), "error"),
        (Requirements(min_speedup=1.5), "error"),
    ],
)
def test_an_undecided_analysis_is_no_answer_and_says_so_where_one_was_asked_for(
    requirements: Requirements, level: str
) -> None:
    report = waiting_report()
    assert report.recommendation is not None
    headline = "Undecided: multiprocessing was not tried; 9 s more would tell: --budget 17."
    undecided = replace(report, recommendation=replace(report.recommendation, decided=False, headline=headline))
    (suspicion,) = against_requirements(PLACE, requirements, undecided)
    assert (suspicion.finding.code, suspicion.finding.level, suspicion.finding.message) == (
        "undecided",
        level,
        headline,
    )
