"""A check as a JUnit result: a case a target."""

from __future__ import annotations

from ... import formatting as fmt
from ...records.checked import CheckReport, GateFinding, TargetCheck
from ..junit import Case, suite, summed
from . import wording


def render(check: CheckReport) -> str:
    """XML for a continuous-integration server: findings fail a case, what kept it from being checked is an error."""
    return suite([_case(target) for target in check.targets], check.elapsed_seconds)


def _case(check: TargetCheck) -> Case:
    module, _, name = check.target.rpartition(":")
    errors = [finding for finding in check.findings if finding.level == "error"]
    if check.status == "skipped":
        return Case(
            classname=module,
            name=name,
            seconds=check.elapsed_seconds,
            outcome="skipped",
            message=wording.headline(check),
        )
    if check.status in wording.NOT_CHECKED:
        message = wording.headline(check) or wording.STATUS_WORDS[check.status]
        return Case(
            classname=module,
            name=name,
            seconds=check.elapsed_seconds,
            outcome="error",
            kind=check.status,
            message=message,
        )
    said = [wording.headline(check), *(_line(finding) for finding in check.findings if finding.level != "error")]
    output = "\n".join(line for line in said if line)
    if not errors:
        return Case(classname=module, name=name, seconds=check.elapsed_seconds, outcome=None, output=output)
    message = summed([wording.sentence(finding) for finding in errors])
    text = "\n".join(_line(finding) for finding in errors)
    return Case(
        classname=module,
        name=name,
        seconds=check.elapsed_seconds,
        outcome="failure",
        kind=errors[0].code,
        message=message,
        text=text,
        output=output,
    )


def _line(finding: GateFinding) -> str:
    place = "" if finding.file is None else f"{fmt.one_line(finding.file)}:{finding.line or 1}: "
    return f"{place}{finding.level}: {finding.code}: {wording.sentence(finding)}"
