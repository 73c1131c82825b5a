"""The formats that a review shares with a check: its findings as their remarks, results and cases."""

from __future__ import annotations

from itertools import groupby

from ... import formatting as fmt
from ...records.reviewed import ReviewFinding, ReviewReport
from .. import sarif
from ..check import github, gitlab
from ..check.wording import Remark
from ..finding_rules import Rule
from ..junit import Case, suite, summed
from . import plain_text


def render_github(review: ReviewReport) -> str:
    """Lines for standard output of a step: the text for the log, then an annotation a finding."""
    return github.annotated(plain_text.render(review), _remarks(review))


def render_gitlab(review: ReviewReport) -> str:
    """The artifact of ``artifacts: reports: codequality``."""
    return gitlab.listed(_remarks(review))


def render_sarif(review: ReviewReport) -> str:
    """SARIF for a code-scanning service or an editor, paths relative to the repository's root."""
    rules = {finding.code: Rule(finding.code, finding.happens, finding.advice) for finding in review.findings}
    results = [
        sarif.Result(
            finding.code, finding.severity, f"{finding.message}\n{finding.advice}\n{finding.url}", finding.function,
            _place(finding), sarif.artifact(finding.file), finding.line,
        )
        for finding in review.findings
    ]  # fmt: skip
    return sarif.log(results, rules.__getitem__, automationDetails={"id": "advisor/review/"})


def render_junit(review: ReviewReport) -> str:
    """XML for a continuous-integration server: a case a file with findings, which fails where one is an error."""
    cases = [_case(file, list(found)) for file, found in groupby(review.findings, key=lambda finding: finding.file)]
    return suite(cases or [_passed(review)], review.cost.elapsed_seconds)


def _passed(review: ReviewReport) -> Case:
    return Case(classname="advisor", name="review", seconds=review.cost.elapsed_seconds, outcome=None)


def _case(file: str, found: list[ReviewFinding]) -> Case:
    errors = [finding for finding in found if finding.severity == "error"]
    others = "\n".join(_line(finding) for finding in found if finding.severity != "error")
    if not errors:
        return Case(classname="advisor.review", name=file, seconds=0.0, outcome=None, output=others)
    message = summed([finding.message for finding in errors])
    text = "\n".join(_line(finding) for finding in errors)
    return Case(
        classname="advisor.review", name=file, seconds=0.0, outcome="failure", kind=errors[0].code, message=message,
        text=text, output=others,
    )  # fmt: skip


def _place(finding: ReviewFinding) -> str:
    """The function by a name that no other function of the run has."""
    return f"{finding.file}:{finding.function}" if finding.function else finding.file


def _line(finding: ReviewFinding) -> str:
    place = f"{fmt.one_line(finding.file)}:{finding.line}"
    return f"{place}: {finding.severity}: {finding.code}: {finding.message} {finding.advice}"


def _remarks(review: ReviewReport) -> tuple[Remark, ...]:
    return tuple(
        Remark(
            code=finding.code,
            level=finding.severity,
            message=fmt.one_line(f"{finding.message} {finding.advice}"),
            subject=finding.happens,
            target=_place(finding),
            file=finding.file,
            line=finding.line,
        )
        for finding in review.findings
    )
