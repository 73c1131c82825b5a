"""The report as SARIF 2.1.0: findings, and the recommendation as a note on the function's ``def`` line."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from .. import formatting as fmt
from ..records import Report
from . import wording

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RECOMMENDATION = "recommendation"


def render(report: Report, base: PurePath | None = None) -> str:
    """SARIF for a code-scanning service.

    Args:
        report: What to render.
        base: The absolute folder that paths are relative to; by default the folder the target was named from.
            A file outside it keeps its absolute ``file:`` address.
    """
    results = [
        _result(finding.code, finding.severity, f"{finding.message}\n\n{finding.evidence}", report, base)
        for finding in report.findings
    ]
    advice = report.recommendation
    text = "\n".join([wording.verdict(report), wording.interruption(report), *(advice.reasons if advice else ())])
    results.append(_result(_RECOMMENDATION, "note", text, report, base))
    rules = [{"id": code} for code in dict.fromkeys(result["ruleId"] for result in results)]
    run = {
        "tool": {"driver": {"name": "advisor", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(code: str, level: str, text: str, report: Report, base: PurePath | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": fmt.one_line(code),
        "level": level,
        "message": {"text": fmt.lines_of(text).strip()},
    }
    if report.target.file is not None:
        place: dict[str, Any] = {"artifactLocation": _artifact(report, report.target.file, base)}
        if report.target.line is not None:
            place["region"] = {"startLine": report.target.line}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _artifact(report: Report, file: str, base: PurePath | None) -> dict[str, str]:
    path = PurePath(file)
    roots = [PurePath(root) for root in reversed(report.job.target.import_roots)]
    bases = [base] if base is not None else roots
    for folder in bases:
        if path.is_relative_to(folder):
            return {"uri": _quoted(path.relative_to(folder)), "uriBaseId": "%SRCROOT%"}
    return {"uri": path.as_uri()} if path.is_absolute() else {"uri": _quoted(path), "uriBaseId": "%SRCROOT%"}


def _quoted(path: PurePath) -> str:
    return quote(path.as_posix(), errors="surrogateescape")
