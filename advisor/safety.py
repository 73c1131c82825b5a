"""Findings, and the models that they exclude; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .comparing import differ
from .formatting import ratio, size, workers
from .records import Finding, Machine, Model, Profile, TargetFacts, Trial

BY_PROCESSES: tuple[Model, ...] = ("multiprocessing", "hybrid")
OWN_CORES_RATIO = 1.2
DECISIVE = ("raised", "crashed", "unpicklable", "memory")


def assess(facts: TargetFacts, profile: Profile, machine: Machine, trials: Sequence[Trial]) -> tuple[Finding, ...]:
    """All findings so far, the gravest first."""
    found = [
        *_pickling(facts, profile),
        *_results(trials),
        *_failures(trials),
        *_threads_at_import(facts),
        *_own_cores(profile, machine),
        *_memory(machine, trials),
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(found, key=lambda finding: order[finding.severity]))


def excluded_models(findings: Sequence[Finding]) -> tuple[Model, ...]:
    """Every model that a finding rules out."""
    return tuple(dict.fromkeys(model for finding in findings for model in finding.excludes))


def _pickling(facts: TargetFacts, profile: Profile) -> Iterator[Finding]:
    if facts.shipping_obstacle is not None:
        yield Finding(
            "unpicklable-call",
            "warning",
            "No process can be given these calls.",
            facts.shipping_obstacle,
            BY_PROCESSES,
        )
    if profile.timing.result_obstacle is not None:
        yield Finding(
            "unpicklable-result",
            "warning",
            "No process can send back these results.",
            profile.timing.result_obstacle,
            BY_PROCESSES,
        )


def _results(trials: Sequence[Trial]) -> Iterator[Finding]:
    serial = [t for t in trials if t.plan.model == "serial" and t.failure is None]
    if any(differ(serial[0], other) for other in serial[1:]):
        yield Finding(
            "non-deterministic",
            "note",
            "Two serial runs gave different results, so equal results prove nothing here.",
            "The digests of the same calls' results differ.",
        )
        return
    if len(serial) <= 1:
        # A difference may be chance until a second serial run agrees with the first.
        return
    wrong: dict[Model, Trial] = {}
    for trial in trials:
        if differ(serial[0], trial):
            wrong.setdefault(trial.plan.model, trial)
    for model, trial in wrong.items():
        yield Finding(
            "different-results",
            "error",
            f"Under {model} the results are not those of the serial run.",
            f"{trial.plan.idiom} with {workers(trial.plan)}, compared call by call; two serial runs agree.",
            (model,),
        )


def _failures(trials: Sequence[Trial]) -> Iterator[Finding]:
    seen: set[Model] = set()
    for trial in trials:
        model, failure = trial.plan.model, trial.failure
        if failure is None or model in seen:
            continue
        seen.add(model)
        decisive = failure.kind in DECISIVE
        yield Finding(
            f"trial-{failure.kind}",
            "warning" if decisive else "note",
            f"A trial under {model} failed: {failure.message}",
            f"{trial.plan.idiom} with {workers(trial.plan)}.",
            (model,) if decisive else (),
        )


def _threads_at_import(facts: TargetFacts) -> Iterator[Finding]:
    if facts.threads_after_import > 1 and "fork" in facts.start_methods:
        yield Finding(
            "threads-at-import",
            "warning",
            "Importing the module starts threads, so fork could leave a worker with a lock held for ever; "
            "processes are started by another method.",
            f"{facts.threads_after_import - 1} thread(s) alive after import.",
        )


def _own_cores(profile: Profile, machine: Machine) -> Iterator[Finding]:
    if profile.cpu_fraction > OWN_CORES_RATIO:
        yield Finding(
            "uses-several-cores",
            "note",
            "One call already uses several cores (a BLAS or OpenMP pool, or children of its own), so that "
            "more workers compete with it.",
            f"CPU time is {ratio(profile.cpu_fraction)} wall time, on {machine.usable_cores} usable cores.",
        )


def _memory(machine: Machine, trials: Sequence[Trial]) -> Iterator[Finding]:
    heaviest = max(trials, key=lambda trial: trial.peak_rss_bytes or 0, default=None)
    if heaviest is None or (heaviest.peak_rss_bytes or 0) < 0.8 * machine.memory_limit_bytes:
        return
    yield Finding(
        "memory",
        "warning",
        f"{heaviest.plan.idiom} with {workers(heaviest.plan)} may need {size(heaviest.peak_rss_bytes)} of memory.",
        f"The limit here is {size(machine.memory_limit_bytes)}.",
        (heaviest.plan.model,),
    )
