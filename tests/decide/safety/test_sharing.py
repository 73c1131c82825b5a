from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.decide.problem import Problem, start_method
from advisor.decide.safety import assess
from advisor.records import Failure, Inspection, Model, Observation, StartMethod, Trial
from tests.problems import problem_of, profile_of, threads, timing_of, trial_of

PROCESSES: tuple[Model, ...] = ("multiprocessing", "hybrid")
THREADS: tuple[Model, ...] = ("threading", "hybrid")
ALL: tuple[Model, ...] = ("threading", "multiprocessing", "hybrid")


def asked(method: StartMethod = "fork", coroutine: bool = False) -> Problem:
    problem = problem_of(held=0.01, coroutine=coroutine)
    return replace(problem, options=replace(problem.options, start_method=method))


def found(problem: Problem, *seen: Observation, differs: bool = False) -> dict[str, tuple[Model, ...]]:
    inspection = Inspection(
        calls_made=49,
        observations=seen,
        differs_on_repeat=differs,
        stressed_calls=40,
        stressed_workers=8,
        seeded_streams=("STREAM",),
    )
    findings = assess(problem, profile_of(timing_of(held=0.01)), (), inspection)
    return {f.code: f.excludes for f in findings if f.code != "non-deterministic"}


@pytest.mark.parametrize(
    ("code", "meaning", "excluded"),
    [
        ("writes-global", "lost", PROCESSES),
        ("writes-global", "untold", ()),
        ("writes-class-attribute", "lost", PROCESSES),
        ("writes-closure", "lost", PROCESSES),
        ("fills-cache", "cache", ()),
        ("changes-item", None, PROCESSES),
        ("race", None, THREADS),
        ("changes-environment", "lost", THREADS),
        ("changes-environment", "cache", ()),
        ("changes-directory", "lost", THREADS),
        ("changes-random-state", "seeds", THREADS),
        ("changes-random-state", "draws", ()),
        ("leaves-files-open", "lost", ()),
        ("pool-in-daemon", None, PROCESSES),
        ("shared-handle", None, PROCESSES),
        ("asyncio-loop", None, ALL),
        ("loop-bound", None, ALL),
        ("holds-lock", None, PROCESSES),
        ("holds-lock", "outside", PROCESSES),
        ("unpicklable-exception", None, ()),
    ],
)
def test_each_observation_rules_out_the_models_that_it_breaks(
    code: str, meaning: str | None, excluded: tuple[Model, ...]
) -> None:
    assert found(asked(), Observation(code=code, name="NAME", evidence="shop.py, line 3", meaning=meaning)) == {
        code: excluded
    }


def test_the_evidence_of_the_probe_is_the_findings_own() -> None:
    inspection = Inspection(
        calls_made=9,
        observations=(
            Observation(code="writes-global", name="TOTAL", evidence="shop.py, line 3: TOTAL += 1", meaning="lost"),
        ),
    )
    (finding,) = assess(asked(), profile_of(timing_of(held=0.01)), (), inspection)
    assert "TOTAL" in finding.message
    assert finding.evidence == "shop.py, line 3: TOTAL += 1"


def test_a_race_between_tasks_rules_out_asyncio_too() -> None:
    assert found(asked(coroutine=True), Observation(code="race", name="TOTAL", evidence="lost")) == {
        "race": ("threading", "asyncio", "hybrid")
    }


@pytest.mark.parametrize(
    ("method", "name", "excluded"),
    [
        ("fork", "random", None),  # the library seeds it anew in the child
        ("fork", "numpy.random", PROCESSES),
        ("fork", "STREAM", PROCESSES),
        ("spawn", "numpy.random", None),
        ("spawn", "STREAM", PROCESSES),  # seeded at import, and so alike in each process
    ],
)
def test_same_numbers_in_every_worker(method: StartMethod, name: str, excluded: tuple[Model, ...] | None) -> None:
    seen = found(
        asked(method),
        Observation(code="changes-random-state", name=name, evidence="The calls draw.", meaning="draws"),
        differs=True,
    )
    assert seen.get("same-random-stream") == excluded


def test_numbers_that_change_no_result_rule_nothing_out() -> None:
    drawn = Observation(code="changes-random-state", name="numpy.random", evidence="The calls draw.", meaning="draws")
    assert found(asked(), drawn) == {"changes-random-state": ()}


def test_a_handle_is_each_processs_own_where_nothing_is_forked() -> None:
    assert found(asked("spawn"), Observation(code="shared-handle", name="DB", evidence="shop.py, line 3")) == {
        "shared-handle": ()
    }
    assert found(asked("spawn"), Observation(code="shared-writer", name="LOG", evidence="shop.py, line 3")) == {
        "shared-handle": PROCESSES
    }


def test_a_file_that_all_write_is_safe_in_threads_under_a_lock() -> None:
    written = Observation(code="shared-file", name="/tmp/x", evidence="shop.py, line 3")
    lock = Observation(code="holds-lock", name="LOCK", evidence="shop.py, line 2", meaning="outside")
    assert found(asked(), written) == {"race": ALL}
    assert found(asked(), written, lock) == {"race": PROCESSES, "holds-lock": PROCESSES}


def test_an_update_without_a_lock_leaves_threads_unproven_where_it_is_shared() -> None:
    update = Observation(code="unlocked-update", name="TOTAL", evidence="shop.py, line 3")
    written = Observation(code="writes-global", name="shop.TOTAL", evidence="shop.py, line 3", meaning="lost")
    assert found(asked(), update) == {}
    assert found(asked(), update, written) == {"race": (), "writes-global": PROCESSES}


def refused(workers: int, said: str) -> Trial:
    return replace(trial_of(threads(workers), 1.0), job_seconds=None, failure=Failure(kind="raised", message=said))


def test_a_refusal_is_a_limit_and_another_exception_rules_the_model_out() -> None:
    problem, profile = asked(), profile_of(timing_of(held=0.01))
    limit = refused(64, "the function raised ConnectionRefusedError: too many on item 3 of 9.")
    fault = refused(64, "the function raised RuntimeError: dictionary changed size on item 3 of 9.")
    assert [(f.code, f.excludes) for f in assess(problem, profile, (limit,))] == [("outside-limit", ())]
    assert [(f.code, f.excludes) for f in assess(problem, profile, (fault,))] == [("trial-raised", ("threading",))]


def test_throughput_that_stops_where_nothing_in_the_call_explains_it() -> None:
    problem, profile = problem_of(wait=0.02, calls=200), profile_of(timing_of(wait=0.02))
    serial_seconds = 4.0
    limited = tuple(trial_of(threads(n), s, serial_seconds) for n, s in ((2, 2.0), (4, 1.0), (8, 0.99), (16, 1.0)))
    (finding,) = assess(problem, profile, limited)
    assert finding.code == "outside-limit"
    assert "Beyond 4 threads" in finding.message
    growing = tuple(trial_of(threads(n), 4.0 / n, serial_seconds) for n in (2, 4, 8, 16))
    assert assess(problem, profile, growing) == ()


def test_calls_too_slow_for_a_stress_run_are_judged_by_what_was_seen_of_them() -> None:
    update = Observation(code="unlocked-update", name="TOTAL", evidence="shop.py, line 3")
    written = Observation(code="writes-global", name="TOTAL", evidence="shop.py, line 3", meaning="lost")
    seen = Inspection(observations=(update, written))
    findings = assess(asked(), profile_of(timing_of(held=0.4)), (), seen)
    assert {f.code: f.excludes for f in findings} == {"race": THREADS, "writes-global": PROCESSES}


def test_one_plan_far_slower_than_its_figures_allow_is_enough() -> None:
    problem, profile = problem_of(wait=0.02, calls=200), profile_of(timing_of(wait=0.02))
    (finding,) = assess(problem, profile, (trial_of(threads(50), 1.0, 4.0),))
    assert finding.code == "outside-limit"
    assert "about 4 calls" in finding.message
    assert assess(problem, profile, (trial_of(threads(50), 0.1, 4.0),)) == ()


def test_a_fork_server_that_imports_the_module_copies_as_fork_does() -> None:
    problem = asked("forkserver")
    copying = replace(problem, facts=replace(problem.facts, forkserver_imports_main=True))
    handle = Observation(code="shared-handle", name="DB", evidence="shop.py, line 3")
    drawn = Observation(code="changes-random-state", name="numpy.random", evidence="The calls draw.", meaning="draws")
    assert found(problem, handle) == {"shared-handle": ()}
    assert found(copying, handle) == {"shared-handle": PROCESSES}
    assert "same-random-stream" not in found(problem, drawn, differs=True)
    assert found(copying, drawn, differs=True)["same-random-stream"] == PROCESSES


@pytest.mark.parametrize(("imports_main", "method"), [(False, "forkserver"), (True, "spawn")])
def test_past_threads_that_import_starts_nothing_is_forked(imports_main: bool, method: StartMethod) -> None:
    problem = problem_of(held=0.01)
    facts = replace(problem.facts, threads_after_import=2, forkserver_imports_main=imports_main)
    assert start_method(replace(problem, facts=facts)) == method


def test_a_failure_that_as_many_workers_did_not_meet_is_no_limit() -> None:
    problem, profile = asked(), profile_of(timing_of(held=0.01))
    once = refused(16, "the function raised ConnectionResetError: by peer on item 3 of 9.")
    findings = assess(problem, profile, (once, trial_of(threads(16), 1.0)))
    assert [(f.code, f.excludes) for f in findings] == [("occasional-failure", ())]
    # What a race raises comes and goes as well.
    race = refused(16, "the function raised RuntimeError: dictionary changed size on item 3 of 9.")
    findings = assess(problem, profile, (race, trial_of(threads(16), 1.0)))
    assert [(f.code, f.excludes) for f in findings] == [("trial-raised", ("threading",))]


def test_a_limit_of_a_service_rules_nothing_out_and_says_how_many_it_takes() -> None:
    seen = Observation(code="concurrency-limit", name="most at once", evidence="With 8 at once", meaning="4")
    inspection = Inspection(calls_made=9, observations=(seen,), most_at_once=4)
    (finding,) = assess(asked(), profile_of(timing_of(held=0.01)), (), inspection)
    assert (finding.code, finding.excludes) == ("outside-limit", ())
    assert "Above 4 calls at once the answers differ" in finding.message
