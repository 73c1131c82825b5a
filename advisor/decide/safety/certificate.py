"""Findings and trials -> a verdict on the safety of each model; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...formatting import count
from ...records import MODELS, Finding, Inspection, Model, ModelVerdict, TargetFacts, Trial
from ..evidence.same_results import differ

_PROCESS_DOUBTS = ("writes-global", "writes-class-attribute", "writes-closure", "holds-lock")
_DOUBTS: dict[Model, tuple[str, ...]] = {
    "serial": (),
    "threading": ("race",),
    "asyncio": ("race",),
    "multiprocessing": _PROCESS_DOUBTS,
    "hybrid": ("race", *_PROCESS_DOUBTS),
}
"""Findings that rule nothing out and yet leave a model unproven."""


def certify(
    facts: TargetFacts, trials: Sequence[Trial], findings: Sequence[Finding], inspection: Inspection | None = None
) -> tuple[ModelVerdict, ...]:
    """One verdict for each of ``MODELS``, in their order."""
    seen = inspection or Inspection(not_seen="the calls were not watched")
    return tuple(_judge(model, facts, trials, findings, seen) for model in MODELS)


def _judge(
    model: Model, facts: TargetFacts, trials: Sequence[Trial], findings: Sequence[Finding], seen: Inspection
) -> ModelVerdict:
    against = tuple(finding.message for finding in findings if model in finding.excludes)
    if model == "serial":
        return ModelVerdict(model=model, verdict="safe", because=("It is how the function runs now.",))
    if against:
        return ModelVerdict(model=model, verdict="unsafe", because=against)
    if model == "asyncio" and not facts.is_coroutine:
        return ModelVerdict(
            model=model, verdict="unproven", because=("The function is no coroutine function; asyncio does not apply.",)
        )
    doubts = (*_doubts_about_state(model, findings, seen), *_doubts_about_results(model, trials, findings, seen))
    if doubts:
        return ModelVerdict(model=model, verdict="unproven", because=doubts)
    return ModelVerdict(model=model, verdict="safe", because=tuple(_proofs(model, trials, seen)))


def _doubts_about_state(model: Model, findings: Sequence[Finding], seen: Inspection) -> Iterator[str]:
    for finding in findings:
        if finding.excludes or (finding.severity == "note" and finding.code != "race"):
            continue
        if finding.code in _DOUBTS[model]:
            yield finding.message
    if seen.calls_made == 0:
        yield f"No item was called twice to see what that changes: {seen.not_seen or 'a call takes too long'}."


def _doubts_about_results(
    model: Model, trials: Sequence[Trial], findings: Sequence[Finding], seen: Inspection
) -> Iterator[str]:
    if any(finding.code == "non-deterministic" for finding in findings):
        yield "The function gives other results each time, so equal results would prove nothing."
        return
    compared = bool(_compared(model, trials))
    if model in ("threading", "asyncio"):
        if seen.calls_made and not seen.stressed_calls:
            yield f"Many calls at once were not tried: {seen.not_seen or 'a call takes too long for that'}."
        if not compared and seen.differs_on_repeat is None:
            yield "Its results could not be compared with those of serial calls."
    elif not any(trial.plan.model == model and trial.failure is None for trial in trials):
        yield "No trial of it was needed, so none was compared with the serial run."
    elif not compared:
        yield "Its results could not be compared with those of the serial run."


def _proofs(model: Model, trials: Sequence[Trial], seen: Inspection) -> Iterator[str]:
    compared = _compared(model, trials)
    if compared:
        most = max(digest.calls for trial in compared for digest in trial.result_digests)
        trials_said = count(len(compared), "trial")
        yield f"{trials_said} of up to {count(most, 'call')} gave what the serial run gave, item by item."
    if seen.stressed_calls and model in ("threading", "asyncio", "hybrid"):
        yield f"{count(seen.stressed_calls, 'call')} by {seen.stressed_workers} at once left what serial calls leave."
    yield "No call was seen to change anything that the model would lose or mix up."


def _compared(model: Model, trials: Sequence[Trial]) -> list[Trial]:
    """The model's trials whose results were laid beside those of the first serial run, and agree."""
    serial = next((trial for trial in trials if trial.plan.model == "serial" and trial.failure is None), None)
    if serial is None:
        return []
    theirs = {(digest.calls, digest.items) for digest in serial.result_digests}
    return [
        trial
        for trial in trials
        if trial.plan.model == model
        and any((digest.calls, digest.items) in theirs for digest in trial.result_digests)
        and not differ(serial, trial)
    ]
