from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor import records
from advisor.errors import UnusableError
from advisor.inputs.saved_report import report_from_dict
from advisor.records.decoding import decode
from advisor.reports.report_json import report_to_dict
from tests.reports.sample_reports import every_report, failed_trial, partial_report, threading_report

CONTRACT = {
    "target": "name file line python_version gil_enabled unpack items calls",
    "machine": "usable_cores physical_cores memory_limit_bytes platform",
    "profile": "wall_seconds_per_call cpu_seconds_per_call cpu_fraction gil_held_seconds_per_call "
    "gil_free_seconds_per_call wait_seconds_per_call argument_bytes result_bytes pickle_seconds_per_call "
    "peak_rss_bytes classification hot_lines",
    "recommendation": "model processes threads tasks chunk_size start_method idiom speedup speedup_low "
    "speedup_high confidence break_even_calls reasons snippet",
    "cost": "elapsed_seconds calls_made trials_run",
}
TRIAL = (
    "model processes threads tasks chunk_size start_method calls wall_seconds startup_seconds "
    "calls_per_second speedup speedup_low speedup_high predicted_speedup peak_rss_bytes failure"
)


def any_value(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a record's type; floats are finite, for a figure that is not is no figure."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        fields = {field.name: any_value(hints[field.name]) for field in dataclasses.fields(kind)}
        return st.fixed_dictionaries(fields).map(lambda values: kind(**values))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of(*(any_value(part) for part in arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(any_value(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(any_value(part) for part in arguments))
    if kind is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    known: st.SearchStrategy[Any] = st.from_type(kind)
    return known


def spelt() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(report_to_dict(threading_report()), allow_nan=False))
    return document


@pytest.mark.parametrize("name", every_report())
def test_samples_survive_the_round_trip(name: str) -> None:
    report = every_report()[name]
    assert report_from_dict(json.loads(json.dumps(report_to_dict(report), allow_nan=False))) == report


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(any_value(records.Report))
def test_any_report_survives_the_round_trip(report: records.Report) -> None:
    unique_starts = dict(report.machine.costs.process_start_seconds)
    costs = dataclasses.replace(report.machine.costs, process_start_seconds=tuple(unique_starts.items()))
    report = dataclasses.replace(report, machine=dataclasses.replace(report.machine, costs=costs))
    assert report_from_dict(json.loads(json.dumps(report_to_dict(report), allow_nan=False))) == report


@pytest.mark.parametrize("place", CONTRACT)
def test_every_field_of_the_contract_is_in_its_place(place: str) -> None:
    assert set(CONTRACT[place].split()) <= spelt()[place].keys()


def test_trials_and_findings_follow_the_contract() -> None:
    document = report_to_dict(every_report()["multiprocessing"])
    assert document["schema_version"] == 1
    assert all(set(TRIAL.split()) <= trial.keys() for trial in document["trials"])
    assert set(document["findings"][0]) >= {"code", "severity", "message", "evidence", "excludes"}
    assert document["findings"][0]["excludes"] == ["threading"]


def test_a_failed_trial_says_why_in_plain_words() -> None:
    trial = spelt()["trials"][-1]
    assert trial["failure"] == "no answer within 12 s."
    assert trial["wall_seconds"] is None
    assert trial["calls_per_second"] is None


def test_a_partial_report_has_no_recommendation() -> None:
    assert report_to_dict(partial_report())["recommendation"] is None


def test_embedded_records_share_no_field_with_their_owner() -> None:
    for owner, embedded in (
        (records.Profile, records.SerialTiming),
        (records.Trial, records.Plan),
        (records.Recommendation, records.Plan),
    ):
        names = [{field.name for field in dataclasses.fields(kind)} for kind in (owner, embedded)]
        assert not names[0] & names[1]


def test_figures_that_are_not_finite_are_missing() -> None:
    trial = dataclasses.replace(
        failed_trial(records.Plan(model="serial", idiom="loop"), "raised", ""), speedup=float("nan")
    )
    report = dataclasses.replace(threading_report(), trials=(dataclasses.replace(trial, speedup_high=float("inf")),))
    document = report_to_dict(report)
    assert document["trials"][0]["speedup"] is None
    assert document["trials"][0]["speedup_high"] is None
    assert report_from_dict(document).trials[0].speedup is None


def test_unknown_fields_are_passed_over() -> None:
    document = spelt()
    document["later"] = document["profile"]["later"] = document["trials"][0]["later"] = 1
    assert report_from_dict(document) == threading_report()


@pytest.mark.parametrize("document", [None, 3, [], "text", {}, {"trials": []}])
def test_what_is_no_report_is_named_so(document: object) -> None:
    with pytest.raises(UnusableError, match="not a report of advisor"):
        report_from_dict(document)


@pytest.mark.parametrize("version", [2, 0, "1", None])
def test_another_schema_version_is_refused(version: object) -> None:
    with pytest.raises(UnusableError, match=r"schema version .* reads version 1"):
        report_from_dict({**spelt(), "schema_version": version})


def test_the_missing_field_is_named_as_the_file_spells_it() -> None:
    document = spelt()
    del document["profile"]["wall_seconds_per_call"]
    with pytest.raises(UnusableError, match=r": profile\.wall_seconds_per_call is missing\.$"):
        report_from_dict(document)


def test_the_wrong_field_is_named() -> None:
    document = spelt()
    document["trials"][3]["model"] = "magic"
    with pytest.raises(UnusableError, match=r"trials\[3\]\.model: input should be 'serial'"):
        report_from_dict(document)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_report_is_read_or_unusable(data: st.DataObject) -> None:
    document = copy.deepcopy(spelt())
    part: Any = document
    while isinstance(part, dict | list) and part:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        if not isinstance(part[key], dict | list) or data.draw(st.booleans()):
            part[key] = data.draw(st.sampled_from([None, "x", -1, [], {}, [None], {"a": 1}]))
            break
        part = part[key]
    with contextlib.suppress(UnusableError):
        report_from_dict(document)


def test_decode_takes_the_fields_it_knows() -> None:
    mapping = {
        "event": "x",
        "code": "a",
        "severity": "note",
        "message": "m",
        "evidence": "e",
        "excludes": ["serial"],
    }
    assert decode(records.Finding, mapping) == records.Finding(
        code="a", severity="note", message="m", evidence="e", excludes=("serial",)
    )


def test_decode_names_what_is_missing() -> None:
    with pytest.raises(ValueError, match=r"^severity is missing\.$"):
        decode(records.Finding, {"code": "a"})
