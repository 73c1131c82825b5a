from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.certificate import certify
from advisor.records import MODELS, Finding, Model, ResultDigest, Trial
from advisor.wire import report_from_dict, report_to_dict
from tests.problems import SERIAL, facts_of, processes, threads, trial_of
from tests.sample_reports import every_report

RIGHT = (ResultDigest(200, "items", "right"),)
WRONG = (ResultDigest(200, "items", "wrong"),)
RACE = Finding("race", "error", "Updates were lost.", "shop.py, line 3", ("threading", "hybrid"))
CHANCE = Finding("non-deterministic", "note", "Two serial runs differ.", "digests")


def verdicts(*trials: Trial, findings: tuple[Finding, ...] = (), coroutine: bool = False) -> dict[Model, str]:
    return {v.model: v.verdict for v in certify(facts_of(coroutine=coroutine), trials, findings)}


def serial() -> Trial:
    return trial_of(SERIAL, 1.0, digests=RIGHT)


def test_every_model_has_one_verdict_with_its_reasons() -> None:
    found = certify(facts_of(), (), ())
    assert tuple(verdict.model for verdict in found) == MODELS
    assert all(verdict.because for verdict in found)


def test_a_model_is_safe_once_its_results_were_those_of_the_serial_run() -> None:
    assert verdicts(serial())["threading"] == "unproven"
    assert verdicts(serial(), trial_of(threads(2), 0.5, digests=RIGHT))["threading"] == "safe"


def test_results_that_cannot_be_compared_prove_nothing() -> None:
    assert verdicts(serial(), trial_of(threads(2), 0.5))["threading"] == "unproven"
    assert verdicts(serial(), trial_of(threads(2), 0.5, digests=WRONG))["threading"] == "unproven"


def test_a_finding_that_excludes_outweighs_equal_results() -> None:
    found = certify(facts_of(), (serial(), trial_of(threads(2), 0.5, digests=RIGHT)), (RACE,))
    unsafe = {verdict.model: verdict.because for verdict in found if verdict.verdict == "unsafe"}
    assert unsafe == {"threading": ("Updates were lost.",), "hybrid": ("Updates were lost.",)}


def test_where_serial_runs_differ_only_serial_is_safe() -> None:
    found = verdicts(serial(), trial_of(processes(2), 0.5, digests=RIGHT), findings=(CHANCE,))
    assert [model for model, verdict in found.items() if verdict == "safe"] == ["serial"]


def test_a_trial_that_failed_is_no_proof() -> None:
    failed = replace(trial_of(threads(2), 0.5), job_seconds=None, wall_seconds=None)
    assert verdicts(serial(), failed)["threading"] == "unproven"


@pytest.mark.parametrize("name", sorted(every_report()))
def test_the_certificate_survives_the_file(name: str) -> None:
    report = every_report()[name]
    document = report_to_dict(report)
    assert [set(entry) for entry in document["certificate"]] == [{"model", "verdict", "because"}] * len(MODELS)
    assert report_from_dict(document).certificate == report.certificate
    del document["certificate"]
    assert report_from_dict(document).certificate == ()
