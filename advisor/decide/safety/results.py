"""Findings from the calls themselves: what cannot be sent, what came out differently, what failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...formatting import workers
from ...records import Finding, Inspection, Model, Profile, TargetFacts, Trial
from ..evidence.same_results import differ
from ..problem import Problem, copies_imports
from .exclusions import BY_PROCESSES

DECISIVE = ("raised", "crashed", "unpicklable", "memory")
_REFUSALS = re.compile(
    r"raised (?:\w+\.)*(ConnectionRefusedError|ConnectionResetError|ConnectionAbortedError|BrokenPipeError|"
    r"ConnectionError|TimeoutError|HTTPError|URLError|RemoteDisconnected|IncompleteRead|BadStatusLine|ReadTimeout|"
    r"ConnectTimeout|OperationalError|OSError|BlockingIOError)\b"
)


def pickling(facts: TargetFacts, profile: Profile) -> Iterator[Finding]:
    """What no process can be given, or can send back."""
    if facts.shipping_obstacle is not None:
        yield Finding(
            code="unpicklable-call",
            severity="warning",
            message="No process can be given these calls.",
            evidence=facts.shipping_obstacle,
            excludes=BY_PROCESSES,
        )
    if profile.timing.result_obstacle is not None:
        yield Finding(
            code="unpicklable-result",
            severity="warning",
            message="No process can send back these results.",
            evidence=profile.timing.result_obstacle,
            excludes=BY_PROCESSES,
        )


def compared(trials: Sequence[Trial], inspection: Inspection | None) -> Iterator[Finding]:
    """Results laid beside those of serial runs."""
    serial = [t for t in trials if t.plan.model == "serial" and t.failure is None]
    if any(differ(serial[0], other) for other in serial[1:]):
        yield Finding(
            code="non-deterministic",
            severity="note",
            message="Two serial runs gave different results, so equal results prove nothing here.",
            evidence="The digests of the same calls' results differ.",
        )
        return
    if inspection is not None and inspection.differs_on_repeat:
        yield Finding(
            code="non-deterministic",
            severity="note",
            message="The same item gives another result the second time, so equal results prove nothing here.",
            evidence="The same calls made twice in one interpreter, compared item by item.",
        )
    if len(serial) <= 1:
        # A difference may be chance until a second serial run agrees with the first.
        return
    wrong: dict[Model, Trial] = {}
    for trial in trials:
        if differ(serial[0], trial):
            wrong.setdefault(trial.plan.model, trial)
    for model, trial in wrong.items():
        yield Finding(
            code="different-results",
            severity="error",
            message=f"Under {model} the results are not those of the serial run.",
            evidence=f"{trial.plan.idiom} with {workers(trial.plan)}, compared call by call; two serial runs agree.",
            excludes=(model,),
        )


def failures(trials: Sequence[Trial]) -> Iterator[Finding]:
    """Trials that gave no answer. A refusal where fewer workers did well is a limit, not a fault of the model."""
    seen: set[Model] = set()
    for trial in trials:
        model, failure = trial.plan.model, trial.failure
        if failure is None or model in seen:
            continue
        refused = failure.kind == "raised" and _REFUSALS.search(failure.message) is not None
        if refused and _did_well(trial, trials):
            yield Finding(
                code="occasional-failure",
                severity="note",
                message=f"Under {model} a call failed once with {workers(trial.plan)}; as many did well otherwise.",
                evidence=f"{trial.plan.idiom}: {failure.message}",
            )
            continue
        seen.add(model)
        if refused and trial.plan.workers > 1 and model != "serial":
            yield Finding(
                code="outside-limit",
                severity="warning",
                message=f"With {workers(trial.plan)} calls were refused, so fewer are advised.",
                evidence=f"{trial.plan.idiom}: {failure.message}",
            )
            continue
        decisive = failure.kind in DECISIVE
        yield Finding(
            code=f"trial-{failure.kind}",
            severity="warning" if decisive else "note",
            message=f"A trial under {model} failed: {failure.message}",
            evidence=f"{trial.plan.idiom} with {workers(trial.plan)}.",
            excludes=(model,) if decisive else (),
        )


def _did_well(failed: Trial, trials: Sequence[Trial]) -> bool:
    """Whether a refusal was chance: a run of as many workers of its model, or of more, met none."""
    return any(
        trial.failure is None
        and trial.plan.model == failed.plan.model
        and trial.plan.workers >= failed.plan.workers > 1
        for trial in trials
    )


def threads_at_import(problem: Problem) -> Iterator[Finding]:
    """Fork past running threads: another start method, or none where fork was asked for."""
    facts = problem.facts
    if facts.threads_after_import <= 1 or "fork" not in facts.start_methods:
        return
    asked_method = problem.options.start_method
    asked = asked_method is not None and copies_imports(facts, asked_method)
    yield Finding(
        code="threads-at-import",
        severity="warning",
        message="Importing the module starts threads, so fork could leave a worker with a lock held for ever; "
        + ("allow another start method." if asked else "processes are started by another method."),
        evidence=f"{facts.threads_after_import - 1} thread(s) alive after import.",
        excludes=BY_PROCESSES if asked else (),
    )
