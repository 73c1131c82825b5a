"""Reports as JSON: how a ``Report`` is spelt in ``report.json``; ``inputs.saved_report`` reads it back.

Two differences between the records and the file: a plan's fields stand directly in the trial or
recommendation that it belongs to, and the serial timing's fields directly in the profile.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ..records import Machine, Profile, Recommendation, Report, Trial
from ..records.decoding import json_value
from ..records.terms import SCHEMA_VERSION


def report_to_dict(report: Report) -> dict[str, Any]:
    """Spell a report as ``report.json`` does.

    Returns:
        Dicts, lists, strings, numbers, booleans and ``None`` alone. Seconds, bytes and plain ratios, the unit
        in the name; a figure that is missing, or is not finite, is ``None``.
    """
    recommendation = report.recommendation
    spelt: dict[str, Any] = json_value(
        {
            "schema_version": SCHEMA_VERSION,
            "target": _fields(report.target),
            "machine": machine_to_dict(report.machine),
            "profile": _profile_to_dict(report.profile),
            "trials": [_trial_to_dict(trial) for trial in report.trials],
            "recommendation": None if recommendation is None else recommendation_to_dict(recommendation),
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


def machine_to_dict(machine: Machine) -> dict[str, Any]:
    """Its costs by start method are a mapping."""
    fields = _fields(machine)
    fields["costs"]["process_start_seconds"] = dict(machine.costs.process_start_seconds)
    return fields


def recommendation_to_dict(recommendation: Recommendation) -> dict[str, Any]:
    """The plan's fields stand directly in it."""
    fields = _fields(recommendation)
    plan: dict[str, Any] = fields.pop("plan")
    return {**plan, **fields}
