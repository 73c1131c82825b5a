"""A review as JSON, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict

from ...records.reviewed import ReviewReport

SCHEMA_VERSION = 1


def render(review: ReviewReport) -> str:
    """``{schema_version, exit_status, findings: [...], files, cost, notes}``."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "exit_status": review.exit_status,
        "findings": [asdict(finding) for finding in review.findings],
        "files": review.files,
        "cost": asdict(review.cost),
        "notes": list(review.notes),
    }
    return json.dumps(document, indent=2) + "\n"
