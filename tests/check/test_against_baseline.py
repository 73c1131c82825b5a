from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.check.against_baseline import against_baseline
from advisor.check.deciding_figures import Figures
from advisor.check.suspicions import Place
from advisor.records import Report
from advisor.records.checked import GateFinding
from tests.check.gate_fakes import ROOT, figures, holding_report, waiting_report, with_call, with_finding, with_timing
from tests.reports.sample_reports import SERIAL, THREADS

PLACE = Place(target="shop.web:fetch", file="shop/web.py", line=11, root=ROOT)


def compared(old: Figures, report: Report) -> list[GateFinding]:
    return [suspicion.finding for suspicion in against_baseline(PLACE, old, figures(report), report)]


def codes(old: Figures, report: Report) -> list[str]:
    return [finding.code for finding in compared(old, report)]


def advising(report: Report, model: str) -> Report:
    assert report.recommendation is not None
    plan = SERIAL if model == "serial" else THREADS
    return replace(report, recommendation=replace(report.recommendation, plan=plan, speedup=1.0, speedup_low=1.0))


@given(
    held=st.floats(0.8, 1.25), waiting=st.floats(0.8, 1.25), importing=st.floats(0.5, 1.9), memory=st.floats(0.6, 1.4),
    model=st.sampled_from(["threading", "serial"]),
)  # fmt: skip
def test_noise_never_fires(held: float, waiting: float, importing: float, memory: float, model: str) -> None:
    old = figures()
    noisy = with_timing(
        advising(with_call(waiting_report(), 0.005 * held, 0.0, 0.020 * waiting), model),
        peak_rss_bytes=int(old.worker_bytes * memory),
    )
    noisy = replace(noisy, target=replace(noisy.target, import_seconds=old.import_seconds * importing))
    # No plan ran far slower than serial: threads gained what a busy machine left of it.
    noisy = replace(noisy, trials=tuple(replace(t, speedup=1.1) for t in noisy.trials if t.speedup is not None))
    assert codes(old, noisy) == []


def test_the_gil_held_for_more_of_a_call_fires_with_both_values() -> None:
    (finding,) = [f for f in compared(figures(), holding_report()) if f.code == "gil-held-up"]
    assert (finding.old, finding.new, finding.threshold) == ("20 %", "100 %", "at most 50 %")
    assert (finding.file, finding.line, finding.level) == ("shop/web.py", 11, "error")


def test_a_share_that_only_late_wake_ups_show_does_not_fire() -> None:
    report = with_call(waiting_report(), 0.014, 0.0, 0.011)
    unproven = replace(report, profile=replace(report.profile, gil_held_low_seconds_per_call=0.006))
    assert "gil-held-up" in codes(figures(), report)
    assert "gil-held-up" not in codes(figures(), unproven)


def test_another_class_fires_only_where_the_share_of_computing_moved_far() -> None:
    old = figures(with_call(waiting_report(), 0.006, 0.0, 0.019))
    near = with_call(waiting_report(), 0.0065, 0.0, 0.0185)
    assert (old.classification, figures(near).classification) == ("io-bound", "mixed")
    assert "class-changed" not in codes(old, near)
    (finding,) = [f for f in compared(old, holding_report()) if f.code == "class-changed"]
    assert (finding.old, finding.new) == ("io-bound, 24 % computing", "cpu-bound, 100 % computing")


def test_trivial_calls_are_another_class_only_where_their_work_changed() -> None:
    report = waiting_report()
    trivial = replace(report, profile=replace(report.profile, classification="trivial"))
    assert "class-changed" not in codes(figures(), trivial)
    assert "class-changed" in codes(figures(), with_timing(trivial, cpu_seconds_per_call=1e-6))


def test_what_cannot_be_pickled_any_more_fires_once_with_the_reason() -> None:
    why = "a result cannot be pickled: TypeError: cannot pickle '_thread.lock' object"
    report = with_finding(waiting_report(), "unpicklable-result", "No process can send back these results.", why)
    (finding,) = compared(figures(), report)
    assert (finding.code, finding.new) == ("newly-unpicklable", why)
    assert compared(figures(report), report) == []


@pytest.mark.parametrize("what", ["argument", "result"])
def test_bytes_that_grew_by_a_factor_fire(what: str) -> None:
    small = with_timing(waiting_report(), argument_bytes=10_000, result_bytes=10_000)
    old = figures(small)
    assert codes(old, with_timing(small, **{f"{what}_bytes": 19_000})) == []
    assert codes(old, with_timing(small, **{f"{what}_bytes": 21_000})) == [f"{what}-bytes-grown"]
    assert codes(old, with_timing(small, **{f"{what}_bytes": 1_000})) == []


def test_a_few_bytes_more_are_no_factor() -> None:
    tiny = with_timing(waiting_report(), result_bytes=15)
    assert codes(figures(tiny), with_timing(tiny, result_bytes=200)) == []


def test_a_new_write_to_a_global_fires_on_its_line_and_a_known_one_is_silent() -> None:
    report = with_finding(waiting_report(), "writes-global", "fetch writes the global `cache`.", "shop/web.py:21")
    (finding,) = compared(figures(), report)
    assert (finding.code, finding.level, finding.file, finding.line) == ("writes-global", "error", "shop/web.py", 21)
    moved = with_finding(waiting_report(), "writes-global", "fetch writes the global `cache`.", "shop/web.py:99")
    assert compared(figures(report), moved) == []
    other = with_finding(moved, "writes-global", "fetch writes the global `seen`.", "shop/web.py:22")
    assert [found.line for found in compared(figures(report), other)] == [22]


def test_a_race_in_unchanged_source_is_a_warning_for_a_run_may_miss_it() -> None:
    report = with_finding(waiting_report(), "race", "Calls change `count`.", "shop/web.py:21")
    same = replace(figures(), unchanged_hash="0123")
    now = replace(figures(report), unchanged_hash="0123")
    (known,) = against_baseline(PLACE, same, now, report)
    (news,) = against_baseline(PLACE, replace(same, unchanged_hash="4567"), now, report)
    assert (known.finding.level, news.finding.level) == ("warning", "error")


def test_findings_that_depend_on_the_machine_do_not_fire() -> None:
    report = with_finding(waiting_report(), "outside-limit", "Something outside limits it.")
    assert compared(figures(), with_finding(report, "trial-timeout", "A trial failed.")) == []


def test_import_time_and_memory_fire_beyond_a_factor_and_a_margin() -> None:
    report = waiting_report()
    old = replace(figures(report), import_seconds=0.2, worker_bytes=100_000_000)
    slower = replace(report, target=replace(report.target, import_seconds=0.6))
    larger = with_timing(report, peak_rss_bytes=160_000_000)
    assert [f.code for f in compared(old, slower) if f.code == "import-time-up"] == ["import-time-up"]
    assert [f.code for f in compared(old, larger) if f.code == "worker-memory-up"] == ["worker-memory-up"]


def test_from_another_machine_or_python_only_what_carries_over_is_compared() -> None:
    elsewhere = replace(figures(), machine="Linux x86_64, 64 cores", import_seconds=0.0001, worker_bytes=1)
    worse = with_timing(holding_report(), result_bytes=10**6)
    assert set(codes(elsewhere, worse)) == {"result-bytes-grown", "gil-held-up"}
    assert codes(replace(elsewhere, python="3.13 without the GIL"), worse) == ["result-bytes-grown"]
    newer = replace(figures(), python="3.12", worker_bytes=1)
    assert set(codes(newer, worse)) == {"result-bytes-grown", "gil-held-up"}


def test_a_model_that_the_gil_now_keeps_from_gaining_is_no_longer_right() -> None:
    report = advising(holding_report(), "serial")
    (finding,) = [f for f in compared(figures(), report) if f.code == "recommendation-changed"]
    assert (finding.old, finding.new) == ("threading", "serial")
    assert "holds the GIL" in finding.message


def test_a_reason_that_held_before_is_no_reason_now() -> None:
    old = figures(holding_report())
    report = advising(holding_report(), "serial")
    slower = tuple(replace(trial, speedup=0.99) for trial in report.trials if trial.plan.model == "threading")
    assert old.model == "threading"
    assert codes(old, replace(report, trials=slower)) == []


def test_a_baseline_of_a_busy_moment_does_not_fire_once_the_machine_is_quiet() -> None:
    assert codes(replace(figures(), model="serial"), waiting_report()) == []
    assert codes(replace(figures(), model="multiprocessing"), speeds(waiting_report(), "multiprocessing", 3.0)) == []


def test_a_model_that_lost_nearly_all_it_gained_fires_though_nothing_in_the_profile_moved() -> None:
    old = replace(figures(), model="multiprocessing")
    assert codes(old, speeds(waiting_report(), "multiprocessing", 0.9)) == ["recommendation-changed"]


def speeds(report: Report, model: str, speedup: float) -> Report:
    trials = tuple(replace(t, speedup=speedup) if t.plan.model == model else t for t in report.trials)
    return replace(report, trials=trials)
