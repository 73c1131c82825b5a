"""JSON and records: how a ``ProgramReport`` is spelt in ``program.json``, and how it is read back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ..errors import UnusableError
from . import wire
from .program import ProgramReport, ProgramSite

SCHEMA_VERSION = 1
KIND = "program"


def program_to_dict(report: ProgramReport) -> dict[str, Any]:
    """Spell it as ``program.json`` does: seconds, bytes and plain ratios; what is missing is ``None``."""
    spelt: dict[str, Any] = wire.plain(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            **dataclasses.asdict(report),
            "machine": None if report.machine is None else wire.machine_to_dict(report.machine),
            "sites": [_site_to_dict(site) for site in report.sites],
        }
    )
    return spelt


def program_from_dict(document: object) -> ProgramReport:
    """Read it back from what ``program_to_dict`` made of it; fields that are unknown are passed over.

    Raises:
        UnusableError: it is something else, has another schema version, or lacks a field.
    """
    if not isinstance(document, Mapping) or document.get("kind") != KIND:
        raise UnusableError('This is not a program.json of advisor find: its "kind" is not "program".')
    version = document.get("schema_version")
    if version != SCHEMA_VERSION:
        raise UnusableError(
            f"The report has schema version {version!r}; this advisor reads version {SCHEMA_VERSION}. "
            "Use the advisor that wrote it, or run find again."
        )
    sites = document.get("sites")
    nested = {
        **document,
        "machine": wire.nested_machine(document.get("machine")),
        "sites": [_nested_site(site) for site in sites] if isinstance(sites, list) else sites,
    }
    try:
        return wire.decode(ProgramReport, nested)
    except ValueError as error:
        raise UnusableError(f"The report cannot be used: {error}") from None


def _site_to_dict(site: ProgramSite) -> dict[str, Any]:
    advice = site.recommendation
    return {
        **dataclasses.asdict(site),
        "recommendation": None if advice is None else wire.recommendation_to_dict(advice),
    }


def _nested_site(site: object) -> object:
    if not isinstance(site, Mapping):
        return site
    return {**site, "recommendation": wire.nested_recommendation(site.get("recommendation"))}
