"""A program's report as JSON: the contract's program.json; ``inputs.saved_program`` reads it back."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ...records.decoding import json_value
from ...records.program import KIND, ProgramReport, ProgramSite
from ...records.terms import SCHEMA_VERSION
from ..report_json import machine_to_dict, recommendation_to_dict


def render(report: ProgramReport) -> str:
    """JSON in ASCII, so that it reads alike whatever encoding a script opens it with."""
    return json.dumps(program_to_dict(report), indent=2, allow_nan=False) + "\n"


def program_to_dict(report: ProgramReport) -> dict[str, Any]:
    """Spell it as ``program.json`` does: seconds, bytes and plain ratios; what is missing is ``None``."""
    spelt: dict[str, Any] = json_value(
        {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            **dataclasses.asdict(report),
            "machine": None if report.machine is None else machine_to_dict(report.machine),
            "sites": [_site_to_dict(site) for site in report.sites],
        }
    )
    return spelt


def _site_to_dict(site: ProgramSite) -> dict[str, Any]:
    advice = site.recommendation
    return {
        **dataclasses.asdict(site),
        "recommendation": None if advice is None else recommendation_to_dict(advice),
    }
