"""A report against what the configuration asks of it -> suspicions; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .. import formatting as fmt
from ..records import Report
from . import wrong_model
from .deciding_figures import held_fraction
from .suspicions import Place, Suspicion
from .targets import Requirements


def against_requirements(place: Place, requirements: Requirements, report: Report) -> Iterator[Suspicion]:
    """All that the configuration does not allow."""
    if is_undecided(report):
        yield _undecided(place, requirements, report)
    else:
        yield from _expectation(place, requirements, report)
        yield from _speedup(place, requirements, report)
    yield from _forbidden(place, requirements, report)
    yield from _gil(place, requirements, report)
    yield from _bytes(place, requirements, report)
    yield from _import(place, requirements, report)


def is_undecided(report: Report) -> bool:
    """Whether the analysis left open which model is right, so that it is no answer."""
    return report.recommendation is not None and not report.recommendation.decided


def _undecided(place: Place, requirements: Requirements, report: Report) -> Suspicion:
    """An error where something was asked of the advice, for then that could not be checked."""
    asked = bool(requirements.expect) or requirements.min_speedup is not None
    said = report.recommendation.headline if report.recommendation else "There is no advice."
    return Suspicion(
        finding=place.finding(
            "undecided", said, threshold="a decided advice" if asked else None, level="error" if asked else "warning"
        ),
        repeat="nothing",
    )


def _expectation(place: Place, requirements: Requirements, report: Report) -> Iterator[Suspicion]:
    misfitting = wrong_model.find(report, requirements.expect) if requirements.expect else None
    if misfitting is not None:
        expected = " or ".join(requirements.expect)
        yield Suspicion(
            finding=place.finding(
                "expectation", f"{expected.capitalize()} is expected, but {misfitting.cause}",
                old=expected, new=misfitting.recommended, threshold=misfitting.threshold,
            ),
            repeat=misfitting.repeat,
        )  # fmt: skip


def _forbidden(place: Place, requirements: Requirements, report: Report) -> Iterator[Suspicion]:
    for finding in report.findings:
        if finding.code in requirements.forbid:
            file, line = place.at(finding)
            said = place.finding(
                finding.code, finding.message, new=finding.evidence or finding.message, threshold="forbidden"
            )
            yield Suspicion(finding=replace(said, file=file, line=line))


def _gil(place: Place, requirements: Requirements, report: Report) -> Iterator[Suspicion]:
    most, proven = requirements.max_gil_held_fraction, held_fraction(report.profile, proven=True)
    if most is not None and proven is not None and proven > most:
        yield Suspicion(
            finding=place.finding(
                "gil-held-limit", "A call holds the GIL for more of its time than is allowed.",
                new=f"{fmt.share(held_fraction(report.profile))}, at least {fmt.share(proven)}",
                threshold=f"at most {fmt.share(most)}",
            ),
            repeat="profile",
        )  # fmt: skip


def _bytes(place: Place, requirements: Requirements, report: Report) -> Iterator[Suspicion]:
    timing = report.profile.timing
    for what, now, most in (
        ("result", timing.result_bytes, requirements.max_result_bytes),
        ("argument", timing.argument_bytes, requirements.max_argument_bytes),
    ):
        if most is not None and now is not None and now > most:
            yield Suspicion(
                finding=place.finding(
                    f"{what}-bytes-limit", f"A pickled {what} is larger than is allowed.",
                    new=fmt.size(now), threshold=f"at most {fmt.size(most)}",
                )
            )  # fmt: skip


def _import(place: Place, requirements: Requirements, report: Report) -> Iterator[Suspicion]:
    most, now = requirements.max_import_seconds, report.target.import_seconds
    if most is not None and now > most:
        yield Suspicion(
            finding=place.finding(
                "import-time-limit", "Importing the target takes longer than is allowed.",
                new=fmt.seconds(now), threshold=f"at most {fmt.seconds(most)}",
            ),
            repeat="profile",
        )  # fmt: skip


def _speedup(place: Place, requirements: Requirements, report: Report) -> Iterator[Suspicion]:
    least, advice = requirements.min_speedup, report.recommendation
    if least is not None and advice is not None and advice.speedup_high < least:
        yield Suspicion(
            finding=place.finding(
                "speedup-limit", "The recommended plan gains less than is asked for.",
                new=f"{fmt.ratio(advice.speedup)} ({advice.plan.model})", threshold=f"at least {fmt.ratio(least)}",
            ),
            repeat="analysis",
        )  # fmt: skip
