"""A check as GitLab reads code quality: a JSON list of issues, each at a line of a file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ...records.checked import CheckReport, Level
from ..finding_identity import fingerprints
from . import wording

_SEVERITIES: dict[Level, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(check: CheckReport) -> str:
    """The artifact of ``artifacts: reports: codequality``; ``[]`` where there is nothing to say."""
    return listed(wording.remarks(check))


def listed(said: Sequence[wording.Remark]) -> str:
    """The same for any remarks."""
    marks = fingerprints((remark.code, remark.target, remark.subject) for remark in said)
    issues = [
        {
            "description": f"{remark.target}: {remark.message}".removeprefix(": "),
            "check_name": remark.code,
            "fingerprint": mark,
            "severity": "critical" if remark.code in wording.NOT_CHECKED else _SEVERITIES[remark.level],
            "location": {"path": remark.file or wording.UNLISTED, "lines": {"begin": max(1, remark.line or 1)}},
        }
        for remark, mark in zip(said, marks, strict=True)
    ]
    return json.dumps(issues, indent=2) + "\n"
