"""The report as JSON: the contract's ``report.json``."""

from __future__ import annotations

import json

from ..records import Report
from .report_json import report_to_dict


def render(report: Report) -> str:
    """JSON in ASCII, so that it reads alike whatever encoding a script opens it with."""
    return json.dumps(report_to_dict(report), indent=2, allow_nan=False) + "\n"
