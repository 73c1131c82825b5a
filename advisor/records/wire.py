"""JSON and records: how a ``Report`` is spelt in ``report.json``, and how it is read back.

Two differences between the records and the file: a plan's fields stand directly in the trial or
recommendation that it belongs to, and the serial timing's fields directly in the profile.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..errors import UnusableError
from . import Machine, Profile, Recommendation, Report, Trial

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA_VERSION = 1
_EMBEDDED = frozenset({"plan", "timing"})
"""Records whose fields stand in their owner."""

Record = TypeVar("Record")


def report_to_dict(report: Report) -> dict[str, Any]:
    """Spell a report as ``report.json`` does.

    Returns:
        Dicts, lists, strings, numbers, booleans and ``None`` alone. Seconds, bytes and plain ratios, the unit
        in the name; a figure that is missing, or is not finite, is ``None``.
    """
    recommendation = report.recommendation
    spelt: dict[str, Any] = plain(
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


def decode(record_type: type[Record], mapping: Mapping[str, Any]) -> Record:
    """Build a record from JSON fields, passing over those it does not have.

    Raises:
        ValueError: one line that names the first field that is missing or wrong.
    """
    from pydantic import ValidationError

    try:
        record: Record = _adapter(cast("Hashable", record_type)).validate_python(plain(mapping))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(_complaint(first["type"], first["loc"], first["msg"])) from None
    return record


@functools.cache
def _adapter(record_type: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(record_type)


def _complaint(kind: str, location: tuple[int | str, ...], message: str) -> str:
    place = ""
    for part in location:
        if isinstance(part, int):
            place += f"[{part}]"
        elif part not in _EMBEDDED:
            place += f".{part}" if place else part
    if kind == "missing":
        return f"{place} is missing."
    return f"{place}: {message[:1].lower()}{message[1:]}."


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
    """Its costs by start method as a mapping."""
    fields = _fields(machine)
    fields["costs"]["process_start_seconds"] = dict(machine.costs.process_start_seconds)
    return fields


def recommendation_to_dict(recommendation: Recommendation) -> dict[str, Any]:
    """The plan's fields stand directly in it."""
    fields = _fields(recommendation)
    plan: dict[str, Any] = fields.pop("plan")
    return {**plan, **fields}


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
    recommendation = document.get("recommendation")
    nested["recommendation"] = nested_recommendation(recommendation)
    return nested


def nested_machine(machine: object) -> object:
    """The inverse of ``machine_to_dict``, as far as the document's shape allows."""
    costs = machine.get("costs") if isinstance(machine, Mapping) else None
    starts = costs.get("process_start_seconds") if isinstance(costs, Mapping) else None
    if isinstance(machine, Mapping) and isinstance(costs, Mapping) and isinstance(starts, Mapping):
        return {**machine, "costs": {**costs, "process_start_seconds": list(starts.items())}}
    return machine


def nested_recommendation(recommendation: object) -> object:
    """The inverse of ``recommendation_to_dict``."""
    return {**recommendation, "plan": recommendation} if isinstance(recommendation, Mapping) else recommendation


def _nested_trial(trial: object) -> object:
    if not isinstance(trial, Mapping):
        return trial
    message = trial.get("failure")
    failure = None if message is None else {"kind": trial.get("failure_kind"), "message": message}
    return {**trial, "plan": trial, "failure": failure}


def plain(value: Any) -> Any:
    """Dicts, lists, strings, numbers, booleans and ``None`` alone; what is not finite is ``None``."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value
