"""A check as JSON, for programs."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ...records.checked import CheckReport, TargetCheck

SCHEMA_VERSION = 1


def render(check: CheckReport) -> str:
    """``{schema_version, exit_status, elapsed_seconds, baseline_note, notes, targets: [...]}``.

    A target has ``status``, ``file``, ``line``, ``reason``, ``classification``, ``recommendation`` (``null``, or model,
    workers and speed-up) and ``findings`` with old and new value; missing is ``null``.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "exit_status": check.exit_status,
        "elapsed_seconds": check.elapsed_seconds,
        "baseline_note": check.baseline_note,
        "notes": list(check.notes),
        "targets": [_target(target) for target in check.targets],
    }
    return json.dumps(document, indent=2) + "\n"


def _target(check: TargetCheck) -> dict[str, Any]:
    fields = {
        name: getattr(check, name)
        for name in ("target", "status", "file", "line", "reason", "elapsed_seconds", "report_file")
    }
    findings = [dataclasses.asdict(finding) for finding in check.findings]
    report = check.report
    advice = report.recommendation if report else None
    return {
        **fields,
        "classification": report.profile.classification if report else None,
        "recommendation": None
        if advice is None
        else {
            **dataclasses.asdict(advice.plan),
            "speedup": advice.speedup,
            "speedup_low": advice.speedup_low,
            "speedup_high": advice.speedup_high,
            "confidence": advice.confidence,
            "headline": advice.headline,
        },
        "findings": findings,
    }
