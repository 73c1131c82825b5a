from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.decide.safety.certificate import certify
from advisor.inputs.saved_report import report_from_dict
from advisor.records import MODELS, Finding, Inspection, Model, ResultDigest, Trial
from advisor.reports.report_json import report_to_dict
from tests.problems import SERIAL, facts_of, processes, threads, trial_of
from tests.reports.sample_reports import every_report

RIGHT = (ResultDigest(calls=200, items="items", results="right"),)
WRONG = (ResultDigest(calls=200, items="items", results="wrong"),)
RACE = Finding(
    code="race",
    severity="error",
    message="Updates were lost.",
    evidence="shop.py, line 3",
    excludes=("threading", "hybrid"),
)
CHANCE = Finding(code="non-deterministic", severity="note", message="Two serial runs differ.", evidence="digests")


WATCHED = Inspection(calls_made=49, differs_on_repeat=False, stressed_calls=40, stressed_workers=8)


def verdicts(
    *trials: Trial, findings: tuple[Finding, ...] = (), coroutine: bool = False, seen: Inspection = WATCHED
) -> dict[Model, str]:
    return {v.model: v.verdict for v in certify(facts_of(coroutine=coroutine), trials, findings, seen)}


def serial() -> Trial:
    return trial_of(SERIAL, 1.0, digests=RIGHT)


def test_every_model_has_one_verdict_with_its_reasons() -> None:
    found = certify(facts_of(), (), ())
    assert tuple(verdict.model for verdict in found) == MODELS
    assert all(verdict.because for verdict in found)


def test_processes_are_safe_once_their_results_were_those_of_the_serial_run() -> None:
    assert verdicts(serial())["multiprocessing"] == "unproven"
    assert verdicts(serial(), trial_of(processes(2), 0.5, digests=RIGHT))["multiprocessing"] == "safe"


def test_threads_are_safe_once_many_calls_at_once_left_what_serial_calls_leave() -> None:
    assert verdicts(serial())["threading"] == "safe"
    tried = (serial(), trial_of(threads(2), 0.5, digests=RIGHT))
    assert verdicts(*tried, seen=replace(WATCHED, stressed_calls=0))["threading"] == "unproven"
    assert verdicts(*tried, seen=Inspection())["threading"] == "unproven"


def test_results_that_cannot_be_compared_prove_nothing() -> None:
    assert verdicts(serial(), trial_of(processes(2), 0.5))["multiprocessing"] == "unproven"
    assert verdicts(serial(), trial_of(processes(2), 0.5, digests=WRONG))["multiprocessing"] == "unproven"
    assert verdicts(serial(), seen=replace(WATCHED, differs_on_repeat=None))["threading"] == "unproven"


def test_a_finding_that_excludes_outweighs_equal_results() -> None:
    found = certify(facts_of(), (serial(), trial_of(threads(2), 0.5, digests=RIGHT)), (RACE,))
    unsafe = {verdict.model: verdict.because for verdict in found if verdict.verdict == "unsafe"}
    assert unsafe == {"threading": ("Updates were lost.",), "hybrid": ("Updates were lost.",)}


def test_where_serial_runs_differ_only_serial_is_safe() -> None:
    found = verdicts(serial(), trial_of(processes(2), 0.5, digests=RIGHT), findings=(CHANCE,))
    assert [model for model, verdict in found.items() if verdict == "safe"] == ["serial"]


def test_a_trial_that_failed_is_no_proof() -> None:
    failed = replace(trial_of(processes(2), 0.5), job_seconds=None, wall_seconds=None)
    assert verdicts(serial(), failed)["multiprocessing"] == "unproven"


@pytest.mark.parametrize("name", sorted(every_report()))
def test_the_certificate_survives_the_file(name: str) -> None:
    report = every_report()[name]
    document = report_to_dict(report)
    assert [set(entry) for entry in document["certificate"]] == [{"model", "verdict", "because"}] * len(MODELS)
    assert report_from_dict(document).certificate == report.certificate
    del document["certificate"]
    assert report_from_dict(document).certificate == ()
