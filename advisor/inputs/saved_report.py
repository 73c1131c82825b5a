"""A saved ``report.json`` -> the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import UnusableError
from ..records import Report
from ..records.decoding import decode
from ..records.terms import SCHEMA_VERSION


def read(path: Path) -> Report:
    """Read a saved ``report.json``.

    Raises:
        UnusableError: the file cannot be read or holds no report.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnusableError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except (ValueError, RecursionError):
        raise UnusableError(f"{path} is not JSON. Name a report.json that advisor wrote.") from None
    try:
        return report_from_dict(document)
    except UnusableError as error:
        raise UnusableError(f"{path}: {error}") from None


def report_from_dict(document: object) -> Report:
    """Read a report back from what ``reports.report_json`` made of it; fields that are unknown are passed over.

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


def _nested(document: Mapping[str, Any]) -> dict[str, Any]:
    """The file's layout as the records': each embedded record under its own name."""
    nested = dict(document)
    if "machine" in document:
        nested["machine"] = nested_machine(document["machine"])
    profile = document.get("profile")
    if isinstance(profile, Mapping):
        nested["profile"] = {**profile, "timing": profile}
    trials = document.get("trials")
    if isinstance(trials, list):
        nested["trials"] = [_nested_trial(trial) for trial in trials]
    if "recommendation" in document:
        nested["recommendation"] = nested_recommendation(document["recommendation"])
    return nested


def nested_machine(machine: object) -> object:
    """A machine whose costs by start method are pairs again."""
    costs = machine.get("costs") if isinstance(machine, Mapping) else None
    starts = costs.get("process_start_seconds") if isinstance(costs, Mapping) else None
    if isinstance(machine, Mapping) and isinstance(costs, Mapping) and isinstance(starts, Mapping):
        return {**machine, "costs": {**costs, "process_start_seconds": list(starts.items())}}
    return machine


def nested_recommendation(recommendation: object) -> object:
    """A recommendation whose plan is a record again."""
    return {**recommendation, "plan": recommendation} if isinstance(recommendation, Mapping) else recommendation


def _nested_trial(trial: object) -> object:
    if not isinstance(trial, Mapping):
        return trial
    message = trial.get("failure")
    failure = None if message is None else {"kind": trial.get("failure_kind"), "message": message}
    return {**trial, "plan": trial, "failure": failure}
