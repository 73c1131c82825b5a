"""Reports as JSON: how a ``Report`` is spelt in ``report.json``, and how it is read back.

Two differences between the records and the file: a plan's fields stand directly in the trial or
recommendation that it belongs to, and the serial timing's fields directly in the profile.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ..errors import UnusableError
from ..records import Profile, Recommendation, Report, Trial
from ..records.decoding import decode, json_value

SCHEMA_VERSION = 1


def report_to_dict(report: Report) -> dict[str, Any]:
    """Spell a report as ``report.json`` does.

    Returns:
        Dicts, lists, strings, numbers, booleans and ``None`` alone. Seconds, bytes and plain ratios, the unit
        in the name; a figure that is missing, or is not finite, is ``None``.
    """
    machine = _fields(report.machine)
    machine["costs"]["process_start_seconds"] = dict(report.machine.costs.process_start_seconds)
    recommendation = report.recommendation
    spelt: dict[str, Any] = json_value(
        {
            "schema_version": SCHEMA_VERSION,
            "target": _fields(report.target),
            "machine": machine,
            "profile": _profile_to_dict(report.profile),
            "trials": [_trial_to_dict(trial) for trial in report.trials],
            "recommendation": None if recommendation is None else _recommendation_to_dict(recommendation),
            "findings": [_fields(finding) for finding in report.findings],
            "certificate": [_fields(verdict) for verdict in report.certificate],
            "outlook": None if report.outlook is None else _fields(report.outlook),
            "cost": _fields(report.cost),
            "interrupted": report.interrupted,
            "job": _fields(report.job),
            "options": _fields(report.options),
        }
    )
    return spelt


def report_from_dict(document: object) -> Report:
    """Read a report back from what ``report_to_dict`` made of it; fields that are unknown are passed over.

    Raises:
        UnusableError: it is no report, has another schema version, or lacks a field.
    """
    if not isinstance(document, Mapping) or "schema_version" not in document:
        raise UnusableError('This is not a report of advisor: it has no "schema_version".')
    version = document["schema_version"]
    if version != SCHEMA_VERSION:
        raise UnusableError(
            f"The report has schema version {version!r}; this advisor reads version {SCHEMA_VERSION}. "
            "Use the advisor that wrote it, or analyze again."
        )
    try:
        return decode(Report, _nested(document))
    except ValueError as error:
        raise UnusableError(f"The report cannot be used: {error}") from None


def _fields(record: Any) -> dict[str, Any]:
    return dataclasses.asdict(record)


def _profile_to_dict(profile: Profile) -> dict[str, Any]:
    fields = _fields(profile)
    timing: dict[str, Any] = fields.pop("timing")
    return {**timing, **fields}


def _trial_to_dict(trial: Trial) -> dict[str, Any]:
    fields = _fields(trial)
    plan: dict[str, Any] = fields.pop("plan")
    failure = trial.failure
    spelt = {
        "calls_per_second": trial.calls_per_second,
        "failure": failure and failure.message,
        "failure_kind": failure and failure.kind,
    }
    return {**plan, **fields, **spelt}


def _recommendation_to_dict(recommendation: Recommendation) -> dict[str, Any]:
    fields = _fields(recommendation)
    plan: dict[str, Any] = fields.pop("plan")
    return {**plan, **fields}


def _nested(document: Mapping[str, Any]) -> dict[str, Any]:
    """The file's layout as the records': each embedded record under its own name."""
    nested = dict(document)
    machine, profile = document.get("machine"), document.get("profile")
    costs = machine.get("costs") if isinstance(machine, Mapping) else None
    starts = costs.get("process_start_seconds") if isinstance(costs, Mapping) else None
    if isinstance(machine, Mapping) and isinstance(costs, Mapping) and isinstance(starts, Mapping):
        nested["machine"] = {**machine, "costs": {**costs, "process_start_seconds": list(starts.items())}}
    if isinstance(profile, Mapping):
        nested["profile"] = {**profile, "timing": profile}
    trials = document.get("trials")
    if isinstance(trials, list):
        nested["trials"] = [_nested_trial(trial) for trial in trials]
    recommendation = document.get("recommendation")
    if isinstance(recommendation, Mapping):
        nested["recommendation"] = {**recommendation, "plan": recommendation}
    return nested


def _nested_trial(trial: object) -> object:
    if not isinstance(trial, Mapping):
        return trial
    message = trial.get("failure")
    failure = None if message is None else {"kind": trial.get("failure_kind"), "message": message}
    return {**trial, "plan": trial, "failure": failure}
