"""A check as SARIF 2.1.0: its findings as results, what could not be checked as notifications of the run."""

from __future__ import annotations

from typing import Any

from ... import formatting as fmt
from ...records.checked import CheckReport, TargetCheck
from .. import sarif
from . import wording


def render(check: CheckReport) -> str:
    """SARIF for a code-scanning service, paths relative to the repository's root."""
    findings = [finding for target in check.targets for finding in target.findings]
    results = [
        sarif.Result(
            finding.code,
            finding.level,
            _message(finding.message, wording.values(finding), finding.target),
            finding.target.rpartition(":")[2],
            finding.target,
            # A code-scanning service takes no result without a file.
            sarif.artifact(finding.file or wording.UNLISTED),
            finding.line,
        )
        for finding in findings
    ]
    return sarif.log(
        results,
        automationDetails={"id": "advisor/check/"},
        invocations=[
            {
                "executionSuccessful": check.exit_status in {0, 1},
                "exitCode": check.exit_status,
                "toolExecutionNotifications": [
                    _notification(target) for target in check.targets if target.status in wording.NOT_CHECKED
                ],
            }
        ],
    )


def _message(message: str, values: str, target: str) -> str:
    return "\n".join(line for line in (message, values, f"Target: {fmt.one_line(target)}") if line)


def _notification(target: TargetCheck) -> dict[str, Any]:
    words = f"{fmt.one_line(target.target)}: {wording.trouble(target)}"
    said: dict[str, Any] = {"level": "error", "message": {"text": words}}
    if target.file is not None:
        said["locations"] = [sarif.location(sarif.artifact(target.file), target.line)]
    return said
