from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from advisor.decide.model.memory import fits, forecast_bytes, most_workers, tried_bytes
from advisor.decide.safety import assess
from advisor.decide.search.candidates import candidates
from advisor.records import Model, Plan, SerialTiming
from tests.problems import SERIAL, problem_of, processes, profile_of, threads, timing_of, trial_of

MEGABYTE = 1_000_000


def timing(before: int, peak: int) -> SerialTiming:
    return replace(timing_of(held=0.01), rss_before_bytes=before * MEGABYTE, peak_rss_bytes=peak * MEGABYTE)


def test_threads_add_what_a_call_takes() -> None:
    assert forecast_bytes(threads(4), timing(100, 150)) == (100 + 4 * 50) * MEGABYTE


def test_spawned_processes_hold_everything_anew_and_forked_ones_what_they_write_into() -> None:
    spawned = replace(processes(4), start_method="spawn")
    assert forecast_bytes(spawned, timing(100, 150)) == (100 + 4 * 150) * MEGABYTE
    assert forecast_bytes(processes(4), timing(100, 150)) == (100 + 4 * 75) * MEGABYTE


def test_spawned_processes_do_not_make_the_items() -> None:
    spawned = replace(processes(4), start_method="spawn")
    large = replace(timing(100, 150), items_bytes=80 * MEGABYTE)
    assert forecast_bytes(spawned, large) == (100 + 4 * 70) * MEGABYTE
    assert forecast_bytes(processes(4), large) == forecast_bytes(processes(4), timing(100, 150))


def test_a_trial_corrects_the_forecast_of_its_model() -> None:
    few, many = (Plan(model="hybrid", idiom="", processes=2, threads=count, start_method="spawn") for count in (2, 8))
    seen = timing(100, 150)
    trials = [
        replace(trial_of(plan, 1.0), peak_rss_bytes=peak * MEGABYTE) for plan, peak in ((SERIAL, 150), (few, 350))
    ]
    assert tried_bytes(few, seen, trials) == 350 * MEGABYTE
    assert tried_bytes(many, seen, trials) == (150 + 200 * 500 // 200) * MEGABYTE
    assert tried_bytes(threads(2), seen, trials) is None


@given(
    st.integers(10, 500),
    st.integers(0, 500),
    st.integers(200, 5_000),
    st.sampled_from(["threading", "multiprocessing"]),
)
def test_the_most_workers_fit_and_one_more_does_not(before: int, grown: int, limit: int, model: Model) -> None:
    seen = timing(before, before + grown)
    most = most_workers(model, seen, limit * MEGABYTE, "spawn")

    def plan(count: int) -> Plan:
        spawned = replace(processes(count), start_method="spawn")
        return threads(count) if model == "threading" else spawned

    if most is not None:
        assert most == 1 or fits(plan(most), seen, limit * MEGABYTE)
        assert not fits(plan(most + 1), seen, limit * MEGABYTE)


def test_no_plan_beyond_the_limit_is_tried_and_the_report_says_so() -> None:
    problem = problem_of(wait=0.02, cores=8)
    heavy = timing(100, 1_100)
    small = replace(problem, timing=heavy, machine=replace(problem.machine, memory_limit_bytes=5_000 * MEGABYTE))
    assert max(p.workers for p in candidates(replace(problem, timing=heavy))) > 3
    assert max(p.workers for p in candidates(small)) <= 3
    said = [f for f in assess(small, profile_of(heavy), ()) if f.code == "memory"]
    assert any("no more than 3 fit" in finding.message for finding in said)


def test_where_not_even_two_fit_the_model_is_ruled_out() -> None:
    problem = problem_of(wait=0.02)
    heavy = timing(100, 1_100)
    tiny = replace(problem, timing=heavy, machine=replace(problem.machine, memory_limit_bytes=1_500 * MEGABYTE))
    excluded = {m for f in assess(tiny, profile_of(heavy), ()) if f.code == "memory" for m in f.excludes}
    assert excluded == {"threading", "multiprocessing", "hybrid"}
    assert {p.model for p in candidates(tiny)} == {"serial"}
