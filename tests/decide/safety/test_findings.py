from __future__ import annotations

from dataclasses import replace

from advisor.decide.evidence.same_results import results_in_doubt
from advisor.decide.safety import assess, excluded_models, resources
from advisor.records import Failure, ResultDigest
from tests.problems import SERIAL, facts_of, problem_of, processes, profile_of, threads, timing_of, trial_of

RIGHT = (ResultDigest(calls=200, items="items", results="right"),)
WRONG = (ResultDigest(calls=200, items="items", results="wrong"),)
OTHER_ITEMS = (ResultDigest(calls=200, items="others", results="wrong"),)


def findings(*trials: object, facts: object = None, timing: object = None) -> dict[str, tuple[str, ...]]:
    problem = replace(problem_of(held=0.01), facts=facts or facts_of())  # type: ignore[arg-type] # a test names only what it is about
    profile = profile_of(timing or timing_of(held=0.01))  # type: ignore[arg-type] # as above
    found = assess(problem, profile, trials)  # type: ignore[arg-type] # as above
    return {finding.code: finding.excludes for finding in found}


def test_nothing_is_held_against_a_plain_function() -> None:
    assert findings(trial_of(SERIAL, 1.0, digests=RIGHT), trial_of(threads(2), 0.5, digests=RIGHT)) == {}


def test_calls_that_cannot_be_pickled_exclude_processes() -> None:
    facts = replace(facts_of(), shipping_obstacle="item 1, <lambda>, cannot be pickled")
    assert findings(facts=facts) == {"unpicklable-call": ("multiprocessing", "hybrid")}


def test_results_that_cannot_be_pickled_exclude_processes() -> None:
    assert findings(timing=timing_of(held=0.01, result_obstacle="a result cannot be pickled")) == {
        "unpicklable-result": ("multiprocessing", "hybrid")
    }


def test_other_results_exclude_a_model_once_two_serial_runs_agree() -> None:
    once = (trial_of(SERIAL, 1.0, digests=RIGHT), trial_of(threads(2), 0.5, digests=WRONG))
    assert findings(*once) == {}
    assert results_in_doubt(once)
    assert findings(*once, trial_of(SERIAL, 1.0, digests=RIGHT)) == {"different-results": ("threading",)}


def test_serial_runs_that_differ_accuse_nobody() -> None:
    trials = (trial_of(SERIAL, 1.0, digests=RIGHT), trial_of(threads(2), 0.5, digests=WRONG))
    assert findings(*trials, trial_of(SERIAL, 1.0, digests=WRONG)) == {"non-deterministic": ()}


def test_results_of_other_items_are_not_compared() -> None:
    trials = [trial_of(SERIAL, 1.0, digests=RIGHT)] * 2
    assert findings(*trials, trial_of(threads(2), 0.5, digests=OTHER_ITEMS)) == {}


def test_a_crash_excludes_its_model_and_a_slow_trial_does_not() -> None:
    crash = replace(trial_of(processes(2), 1.0), job_seconds=None, failure=Failure(kind="crashed", message="SIGSEGV"))
    slow = replace(trial_of(threads(2), 1.0), job_seconds=None, failure=Failure(kind="timeout", message="too slow"))
    found = findings(crash, slow)
    assert found == {"trial-crashed": ("multiprocessing",), "trial-timeout": ()}


def test_threads_alive_after_import_are_named() -> None:
    assert "threads-at-import" in findings(facts=replace(facts_of(), threads_after_import=3))


def test_a_call_that_fills_several_cores_is_named() -> None:
    busy = replace(timing_of(free=0.01), cpu_seconds_per_call=0.02)
    assert "uses-several-cores" in findings(timing=busy)


def test_memory_beyond_the_machine_excludes() -> None:
    heavy = replace(trial_of(processes(16), 0.5), peak_rss_bytes=15_000_000_000)
    assert findings(heavy) == {"memory": ("multiprocessing",)}


def test_exclusions_are_named_once() -> None:
    facts = replace(facts_of(), shipping_obstacle="no")
    problem = replace(problem_of(held=0.01), facts=facts)
    found = assess(problem, profile_of(timing_of(held=0.01, result_obstacle="no")), ())
    assert excluded_models(found) == ("multiprocessing", "hybrid")


def test_a_busy_machine_is_said_to_be_busy() -> None:
    quiet = profile_of(timing_of(held=0.005))
    busy = replace(quiet, timing=replace(quiet.timing, queued_seconds_per_call=0.004))
    assert [finding.code for finding in resources.busy(quiet)] == []
    (finding,) = resources.busy(busy)
    assert (finding.code, finding.severity, finding.excludes) == ("busy-machine", "note", ())


def test_an_import_of_over_a_second_is_said_to_cost_what_it_costs() -> None:
    problem = problem_of(held=0.005)
    assert list(resources.slow_import(problem)) == []
    (finding,) = resources.slow_import(replace(problem, facts=replace(problem.facts, import_seconds=2.1)))
    assert (finding.code, finding.severity, finding.excludes) == ("slow-import", "note", ())
    assert "2.10 s" in finding.message
