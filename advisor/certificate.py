"""Findings and trials -> a verdict on the safety of each model; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .comparing import differ
from .formatting import count
from .records import MODELS, Finding, Model, ModelVerdict, TargetFacts, Trial


def certify(facts: TargetFacts, trials: Sequence[Trial], findings: Sequence[Finding]) -> tuple[ModelVerdict, ...]:
    """One verdict for each of ``MODELS``, in their order."""
    return tuple(_judge(model, facts, trials, findings) for model in MODELS)


def _judge(model: Model, facts: TargetFacts, trials: Sequence[Trial], findings: Sequence[Finding]) -> ModelVerdict:
    against = tuple(finding.message for finding in findings if model in finding.excludes)
    if against:
        return ModelVerdict(model, "unsafe", against)
    if model == "serial":
        return ModelVerdict(model, "safe", ("It is how the function runs now.",))
    doubts = tuple(_doubts(model, facts, trials, findings))
    if doubts:
        return ModelVerdict(model, "unproven", doubts)
    return ModelVerdict(model, "safe", (_same_results(model, trials),))


def _doubts(model: Model, facts: TargetFacts, trials: Sequence[Trial], findings: Sequence[Finding]) -> Iterator[str]:
    if model == "asyncio" and not facts.is_coroutine:
        yield "The function is no coroutine function; asyncio does not apply."
        return
    if any(finding.code == "non-deterministic" for finding in findings):
        yield "Two serial runs gave different results, so equal results would prove nothing."
    elif not any(trial.plan.model == model and trial.failure is None for trial in trials):
        yield "No trial of it has ended."
    elif not _compared(model, trials):
        yield "Its results could not be compared with those of the serial run."


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


def _same_results(model: Model, trials: Sequence[Trial]) -> str:
    compared = _compared(model, trials)
    most = max(digest.calls for trial in compared for digest in trial.result_digests)
    return f"{count(most, 'call')} of {count(len(compared), 'trial')} gave what the serial run gave, item by item."
