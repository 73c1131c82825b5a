"""The report as a JUnit result: one test case, which fails where a finding is an error."""

from __future__ import annotations

from .. import formatting as fmt
from ..records import Report
from . import wording


def render(report: Report) -> str:
    """XML for a continuous-integration server; times in seconds."""
    from xml.etree import ElementTree as ET

    errors = [finding for finding in report.findings if finding.severity == "error"]
    attributes: dict[str, str] = {
        "name": "advisor",
        "tests": "1",
        "failures": "1" if errors else "0",
        "errors": "0",
        "skipped": "1" if report.recommendation is None and not errors else "0",
        "time": f"{report.cost.elapsed_seconds:.3f}",
    }
    suites = ET.Element("testsuites", attributes)
    suite = ET.SubElement(suites, "testsuite", attributes)
    target = report.job.target
    case = ET.SubElement(
        suite,
        "testcase",
        classname=_valid(fmt.one_line(target.module)),
        name=_valid(fmt.one_line(target.qualname)),
        time=attributes["time"],
    )
    for finding in errors:
        message, code = _valid(fmt.one_line(finding.message)), _valid(fmt.one_line(finding.code))
        failure = ET.SubElement(case, "failure", message=message, type=code)
        failure.text = _valid(fmt.lines_of(finding.evidence))
    if attributes["skipped"] == "1":
        ET.SubElement(case, "skipped", message=_valid(wording.verdict(report)))
    ET.SubElement(case, "system-out").text = _valid("\n".join(_said(report)))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _said(report: Report) -> list[str]:
    advice = report.recommendation
    reasons = [fmt.one_line(reason) for reason in advice.reasons] if advice else []
    others = [
        f"{finding.severity}: {fmt.one_line(finding.message)}"
        for finding in report.findings
        if finding.severity != "error"
    ]
    return [line for line in (wording.verdict(report), wording.interruption(report), *reasons, *others) if line]


def _valid(text: str) -> str:
    """XML 1.0 has no place for these two, and ``formatting`` has dropped the control characters."""
    return text.replace("\ufffe", "").replace("\uffff", "")
