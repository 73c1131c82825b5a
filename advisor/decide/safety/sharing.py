"""Findings from what the probe saw the calls share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...records import Finding, Inspection, Model, Observation
from ..problem import Problem, copies_imports, start_method
from .exclusions import BY_ANY, BY_PROCESSES, at_once

Reading = Callable[[Observation, Problem, Inspection], Finding | None]


def observed(problem: Problem, inspection: Inspection | None) -> Iterator[Finding]:
    """A finding for each observation that means something."""
    for observation in inspection.observations if inspection is not None else ():
        reading = _READINGS.get(observation.code)
        finding = reading(observation, problem, inspection) if reading is not None and inspection is not None else None
        if finding is not None:
            yield finding


def _written(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    if seen.meaning == "lost":
        message = f"The calls change {seen.name}; each process would change a copy that the program never sees."
        return Finding(
            code=seen.code, severity="warning", message=message, evidence=seen.evidence, excludes=BY_PROCESSES
        )
    message = f"The calls change {seen.name}; whether the program reads it later, which processes break, is not told."
    return Finding(code=seen.code, severity="warning", message=message, evidence=seen.evidence)


def _cache(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    message = f"The calls fill {seen.name}, a cache: each process fills one of its own, nothing is lost."
    return Finding(code="fills-cache", severity="note", message=message, evidence=seen.evidence)


def _item(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    message = "The calls change their items; a process changes a copy, so the program's own items stay as they were."
    return Finding(
        code="changes-item", severity="warning", message=message, evidence=seen.evidence, excludes=BY_PROCESSES
    )


def _race(seen: Observation, problem: Problem, _inspection: Inspection) -> Finding:
    message = f"Calls that run at once get in each other's way over {seen.name}."
    return Finding(
        code="race",
        severity="error",
        message=message,
        evidence=seen.evidence,
        excludes=at_once(problem.facts.is_coroutine),
    )


def _unlocked(seen: Observation, problem: Problem, inspection: Inspection) -> Finding | None:
    others = inspection.observations
    if any(o.code == "race" for o in others) or not _is_shared(seen, inspection):
        return None
    if inspection.stressed_calls == 0 and any(o.code.startswith("writes-") for o in others):
        message = f"{seen.name} is read and written back without a lock: calls at once lose updates."
        return Finding(
            code="race",
            severity="warning",
            message=message,
            evidence=seen.evidence,
            excludes=at_once(problem.facts.is_coroutine),
        )
    message = f"{seen.name} is read and written back without a lock; no update was seen lost, but one may be."
    return Finding(code="race", severity="note", message=message, evidence=seen.evidence)


def _is_shared(seen: Observation, inspection: Inspection) -> bool:
    """Whether the variable outlives a call: seen to change, or not watched at all."""
    changed = {o.name.rpartition(".")[2] for o in inspection.observations if o.code.startswith("writes-")}
    return seen.name in changed or (inspection.differs_on_repeat is None and inspection.stressed_calls == 0)


def _shared_file(seen: Observation, problem: Problem, inspection: Inspection) -> Finding:
    # Under a lock threads take turns, and each call finds its own file whole.
    locked = any(o.code == "holds-lock" for o in inspection.observations)
    models: tuple[Model, ...] = BY_PROCESSES if locked else BY_ANY
    if problem.facts.is_coroutine and not locked:
        models = (*models, "asyncio")
    message = f"Calls on different items write the same file, {seen.name}; at once, they overwrite each other."
    return Finding(code="race", severity="warning", message=message, evidence=seen.evidence, excludes=models)


def _environment(seen: Observation, problem: Problem, _inspection: Inspection) -> Finding:
    if seen.meaning == "cache":
        message = f"The first call sets {seen.name} for the whole process; later calls leave it so."
        return Finding(code=seen.code, severity="note", message=message, evidence=seen.evidence)
    message = f"The calls change {seen.name}, which all threads of a process share."
    return Finding(
        code=seen.code,
        severity="warning",
        message=message,
        evidence=seen.evidence,
        excludes=at_once(problem.facts.is_coroutine),
    )


def _random_state(seen: Observation, problem: Problem, inspection: Inspection) -> Finding:
    if seen.meaning == "seeds":
        message = f"Every call seeds {seen.name}, which all threads share: at once, calls draw each other's numbers."
        return Finding(
            code=seen.code,
            severity="warning",
            message=message,
            evidence=seen.evidence,
            excludes=at_once(problem.facts.is_coroutine),
        )
    if inspection.differs_on_repeat and _starts_alike(seen.name, problem, inspection):
        message = f"Workers would draw the same numbers: {seen.name} starts in the same state in each process."
        how = "fork copies its state" if _copied(problem) else "each process seeds it alike"
        return Finding(
            code="same-random-stream",
            severity="warning",
            message=message,
            evidence=f"{seen.evidence[:-1]}; {how}.",
            excludes=BY_PROCESSES,
        )
    message = f"The calls draw from {seen.name}; which call draws which numbers depends on their order."
    return Finding(code=seen.code, severity="note", message=message, evidence=seen.evidence)


def _copied(problem: Problem) -> bool:
    """Whether a worker begins as a copy of what import left, and not by importing itself."""
    return copies_imports(problem.facts, start_method(problem))


def _starts_alike(name: str, problem: Problem, inspection: Inspection) -> bool:
    """Fork copies every stream but that of ``random``, which the library seeds anew in the child."""
    if _copied(problem):
        return name != "random"
    return name in inspection.seeded_streams


def _files_left(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    message = "The calls leave files or sockets open; many workers reach the system's limit sooner."
    return Finding(code=seen.code, severity="warning", message=message, evidence=seen.evidence)


def _pool(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    message = "The function starts processes of its own, which a worker of a pool, being a daemon, may not."
    return Finding(code=seen.code, severity="warning", message=message, evidence=seen.evidence, excludes=BY_PROCESSES)


def _handle(seen: Observation, problem: Problem, _inspection: Inspection) -> Finding:
    if _copied(problem):
        message = f"{seen.name} is opened at import: forked processes would share it and disturb each other."
        return Finding(
            code="shared-handle", severity="warning", message=message, evidence=seen.evidence, excludes=BY_PROCESSES
        )
    message = f"{seen.name} is opened at import; each process opens one of its own, but not where fork is used."
    return Finding(code="shared-handle", severity="note", message=message, evidence=seen.evidence)


def _writer(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    message = f"{seen.name} is open for writing: what processes write into it is lost, doubled or cut off."
    return Finding(
        code="shared-handle", severity="warning", message=message, evidence=seen.evidence, excludes=BY_PROCESSES
    )


def _loop(seen: Observation, problem: Problem, _inspection: Inspection) -> Finding:
    models = BY_ANY if _copied(problem) else at_once(problem.facts.is_coroutine)
    message = f"{seen.name} is one event loop for all calls; it can run one at a time, and cannot be forked."
    return Finding(code=seen.code, severity="warning", message=message, evidence=seen.evidence, excludes=models)


def _loop_bound(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    message = f"{seen.name} can be used in one event loop alone, and each thread or process would run loops of its own."
    return Finding(code=seen.code, severity="warning", message=message, evidence=seen.evidence, excludes=BY_ANY)


def _lock(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    if seen.meaning == "outside":
        message = f"{seen.name} guards what lies outside the process; each process has a lock of its own."
        return Finding(
            code=seen.code, severity="warning", message=message, evidence=seen.evidence, excludes=BY_PROCESSES
        )
    message = f"{seen.name} lets one call run at a time; each process would have a lock of its own and run beside it."
    return Finding(code=seen.code, severity="warning", message=message, evidence=seen.evidence, excludes=BY_PROCESSES)


def _exception(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    message = f"{seen.name} does not survive the way back from a process: raised in a pool, it would break or hang it."
    return Finding(
        code=seen.code, severity="note", message=message, evidence=f"{seen.evidence} No call raised it here."
    )


def _limit(seen: Observation, _problem: Problem, inspection: Inspection) -> Finding:
    most = inspection.most_at_once or seen.meaning
    message = (
        f"Above {most} calls at once the answers differ: a limit of what they ask, not a race. No more are advised."
    )
    return Finding(code="outside-limit", severity="warning", message=message, evidence=seen.evidence)


def _accident(seen: Observation, _problem: Problem, _inspection: Inspection) -> Finding:
    message = f"Now and then a call fails ({seen.name}), whatever the number at once: let the caller try again."
    return Finding(code=seen.code, severity="note", message=message, evidence=seen.evidence)


_READINGS: dict[str, Reading] = {
    "writes-global": _written,
    "writes-class-attribute": _written,
    "writes-closure": _written,
    "fills-cache": _cache,
    "changes-item": _item,
    "race": _race,
    "unlocked-update": _unlocked,
    "shared-file": _shared_file,
    "changes-environment": _environment,
    "changes-directory": _environment,
    "changes-random-state": _random_state,
    "leaves-files-open": _files_left,
    "pool-in-daemon": _pool,
    "shared-handle": _handle,
    "shared-writer": _writer,
    "asyncio-loop": _loop,
    "loop-bound": _loop_bound,
    "holds-lock": _lock,
    "unpicklable-exception": _exception,
    "concurrency-limit": _limit,
    "occasional-failure": _accident,
}
