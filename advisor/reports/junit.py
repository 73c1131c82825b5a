"""The report as a JUnit result: one test case, which fails where a finding is an error.

The elements and attributes are those of Jenkins' schema; a case has at most one ``failure``, because most readers
show only the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .. import formatting as fmt
from ..records import Report
from . import wording

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Outcome = Literal["failure", "error", "skipped"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One test case, before it is spelt."""

    classname: str
    name: str
    seconds: float
    outcome: Outcome | None
    kind: str = ""
    """The ``type`` of the outcome."""
    message: str = ""
    """One line for the outcome."""
    text: str = ""
    """The rest of it."""
    output: str = ""


def render(report: Report) -> str:
    """XML for a continuous-integration server; times in seconds."""
    errors = [finding for finding in report.findings if finding.severity == "error"]
    outcome: Outcome | None = "failure" if errors else "skipped" if report.recommendation is None else None
    texts = [f"{finding.code}: {finding.message}\n{finding.evidence}".strip() for finding in errors]
    case = Case(
        classname=report.job.target.module,
        name=report.job.target.qualname,
        seconds=report.cost.elapsed_seconds,
        outcome=outcome,
        kind=errors[0].code if errors else "",
        message=summed(tuple(finding.message for finding in errors)) if errors else wording.verdict(report),
        text="\n\n".join(texts),
        output="\n".join(_said(report)),
    )
    return suite([case], report.cost.elapsed_seconds)


def suite(cases: Sequence[Case], elapsed_seconds: float) -> str:
    """All cases as one suite of one file."""
    from xml.etree import ElementTree as ET

    attributes = {
        "name": "advisor",
        "tests": str(len(cases)),
        "failures": str(sum(case.outcome == "failure" for case in cases)),
        "errors": str(sum(case.outcome == "error" for case in cases)),
        "time": f"{elapsed_seconds:.3f}",
    }
    suites = ET.Element("testsuites", attributes)
    skipped = str(sum(case.outcome == "skipped" for case in cases))
    element = ET.SubElement(suites, "testsuite", {**attributes, "skipped": skipped})
    for case in cases:
        _add(element, case)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def summed(messages: Sequence[str]) -> str:
    """The first message, and how many there are besides it."""
    return messages[0] if len(messages) == 1 else f"{messages[0]} And {len(messages) - 1} more."


def _add(suite_element: Element, case: Case) -> None:
    from xml.etree import ElementTree as ET

    element = ET.SubElement(
        suite_element,
        "testcase",
        classname=_line(case.classname),
        name=_line(case.name),
        time=f"{case.seconds:.3f}",
    )
    if case.outcome is not None:
        attributes = {"message": _line(case.message), **({"type": _line(case.kind)} if case.kind else {})}
        outcome = ET.SubElement(element, case.outcome, attributes)
        outcome.text = _valid(fmt.lines_of(case.text)) or None
    if case.output:
        ET.SubElement(element, "system-out").text = _valid(fmt.lines_of(case.output))


def _said(report: Report) -> list[str]:
    advice = report.recommendation
    reasons = [fmt.one_line(reason) for reason in advice.reasons] if advice else []
    others = [
        f"{finding.severity}: {fmt.one_line(finding.message)}"
        for finding in report.findings
        if finding.severity != "error"
    ]
    return [line for line in (wording.verdict(report), wording.interruption(report), *reasons, *others) if line]


def _line(text: str) -> str:
    return _valid(fmt.one_line(text))


def _valid(text: str) -> str:
    """XML 1.0 has no place for these two, and ``formatting`` has dropped the control characters."""
    return text.replace("\ufffe", "").replace("\uffff", "")
