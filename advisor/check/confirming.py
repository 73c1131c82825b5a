"""A target -> its outcome: measure, suspect, measure again what noise could have caused, and only then say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .. import formatting as fmt
from ..records import Model, Report
from ..records.checked import GateFinding
from . import suspicions as suspecting
from .against_baseline import against_baseline
from .against_settings import against_requirements
from .deciding_figures import Figures, figures_of
from .measuring import Measure
from .suspicions import Place, Suspicion
from .targets import GateTarget

ANALYSIS_FRACTION = 0.55
"""Of a target's seconds: the rest is for starting up, and for confirming what looks worse."""
CONFIRMING_FRACTION = 0.3
PROFILES_AGAIN = 2
HOT_LINE_FRACTION = 0.25
GIL_CODES = ("gil-held-up", "gil-held-limit")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """An analysis and what stands against it."""

    report: Report
    findings: tuple[GateFinding, ...]


def judge(
    target: GateTarget,
    earlier: Figures | None,
    unchanged_hash: str | None,
    root: str | None,
    seconds: float,
    measure: Measure,
    clock: Callable[[], float],
) -> Verdict:
    """Measure a target and say what speaks against it.

    Args:
        target: What to check.
        earlier: The baseline's figures; ``None`` where there are none to compare with.
        unchanged_hash: Of what the target is made of.
        root: Files below it are named from there.
        seconds: What it may take, about.
        measure: What measures.
        clock: Seconds that only ever grow.

    Raises:
        UnusableError: the target or its inputs cannot be used.
        FunctionFailedError: the function failed on its own.
    """
    started = clock()
    report = measure.analyse(target, ANALYSIS_FRACTION * seconds)

    def suspect(seen: Report) -> tuple[Suspicion, ...]:
        return suspicions_of(target, earlier, figures_of(seen, root, unchanged_hash), seen, root)

    rounds = [suspect(report)]
    while (repeat := suspecting.needs(suspecting.in_all(rounds))) != "nothing":
        done = len(rounds) - 1
        if repeat == "analysis" and done == 0:
            again = measure.analyse(target, CONFIRMING_FRACTION * seconds, _in_question(target, earlier, report))
        elif done < PROFILES_AGAIN:
            again = measure.profile_again(target, report)
        else:
            break
        rounds.append(suspect(again))
    findings = _once(tuple(suspicion.finding for suspicion in suspecting.in_all(rounds)))
    if clock() - started < (1 - HOT_LINE_FRACTION) * seconds:
        findings = _on_the_hot_line(findings, target, report, root, measure)
    return Verdict(report=report, findings=findings)


def suspicions_of(
    target: GateTarget, earlier: Figures | None, now: Figures, report: Report, root: str | None
) -> tuple[Suspicion, ...]:
    """All that looks worse than the configuration allows or the baseline holds."""
    place = Place(target=target.name, file=relative_file(report.target.file, root), line=report.target.line, root=root)
    found = list(against_requirements(place, target.requirements, report))
    if earlier is not None:
        found += against_baseline(place, earlier, now, report)
    if target.requirements.expect:
        # What is expected was said by hand: it outranks what was saved.
        found = [suspicion for suspicion in found if suspicion.finding.code != "recommendation-changed"]
    return tuple(found)


def relative_file(file: str | None, root: str | None) -> str | None:
    """A file as it is named from the root, with forward slashes; as it is where it is elsewhere."""
    if file is None:
        return None
    slashed = file.replace("\\", "/")
    base = f"{root.rstrip('/')}/" if root else None
    return slashed[len(base) :] if base and slashed.startswith(base) else slashed


def _in_question(target: GateTarget, earlier: Figures | None, report: Report) -> tuple[Model, ...]:
    """Serial, the models wanted and the one recommended."""
    advice = report.recommendation
    wanted = [*target.requirements.expect, earlier.model if earlier else None, advice.plan.model if advice else None]
    return tuple(model for model in target.options.models if model == "serial" or model in wanted)


def _once(findings: tuple[GateFinding, ...]) -> tuple[GateFinding, ...]:
    """One of a kind: what is forbidden and new too is said once."""
    kept: dict[tuple[str, str | None, int | None], GateFinding] = {}
    for finding in findings:
        kept.setdefault((finding.code, finding.new, finding.line), finding)
    return tuple(kept.values())


def _on_the_hot_line(
    findings: tuple[GateFinding, ...], target: GateTarget, report: Report, root: str | None, measure: Measure
) -> tuple[GateFinding, ...]:
    """What is said of the GIL, said of the line that holds it most."""
    if not any(finding.code in GIL_CODES for finding in findings) or report.target.file is None:
        return findings
    hottest = measure.hot_line(target, report)
    if hottest is None:
        return findings
    said = f"Most of it computes in line {hottest.line}: {fmt.clip(fmt.one_line(hottest.source), 80)}"
    return tuple(
        replace(
            finding,
            message=f"{finding.message} {said}",
            line=hottest.line,
            file=relative_file(hottest.file, root) or finding.file,
        )
        if finding.code in GIL_CODES
        else finding
        for finding in findings
    )
