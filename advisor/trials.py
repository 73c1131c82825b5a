"""Plan -> Trial: one fresh interpreter each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from . import idioms
from .child import ChildFailedError, Event, Limits
from .estimates import serial_job_seconds
from .records import Inputs, Job, Options, ResultDigest, TargetFacts, Trial
from .search import Step

TOO_SLOW_RATIO = 3.0
"""A plan this many times slower than serial is given up: it has lost."""
SETTLE_SECONDS = 5.0


class Ask(Protocol):
    """Whatever answers the probe's protocol: a child, or a simulated machine."""

    def __call__(
        self, python: str, request: Mapping[str, Any], limits: Limits, on_event: Callable[[Event], None] = ...
    ) -> Event:
        """Answer a request, or raise ChildFailedError."""


def probe_request(task: str, job: Job, inputs: Inputs, options: Options) -> dict[str, Any]:
    """The fields that every task of the probe shares."""
    return {
        "task": task,
        "argv0": job.target.file or job.target.module,
        "target": asdict(job.target),
        "inputs": asdict(inputs),
        "unpack": job.unpack,
        "calls": job.calls,
        "setup": job.setup,
        "seed": options.seed,
    }


def run_trial(
    ask: Ask,
    request: Mapping[str, Any],
    step: Step,
    facts: TargetFacts,
    options: Options,
    earlier: Sequence[Trial],
    memory_bytes: int,
) -> Trial:
    """Try one plan; a plan that fails gives a Trial with a Failure."""
    whole = step.calls >= facts.calls
    asked = {
        **request,
        "task": "trial",
        "idiom": step.plan.idiom,
        "parameters": idioms.parameters(step.plan),
        "sample_calls": step.calls,
        # A sample must not count what happens once a job; the whole job must.
        "warm": not whole,
    }
    limits = _limits(step, facts, options, earlier, memory_bytes)
    try:
        answer = ask(options.python, asked, limits)
    except ChildFailedError as error:
        return Trial(
            step.plan, step.round, step.calls, None, None, None, None, step.predicted_speedup, None,
            failure=error.failure,
        )  # fmt: skip
    return _trial(step, facts, earlier, answer)


def _trial(step: Step, facts: TargetFacts, earlier: Sequence[Trial], answer: Event) -> Trial:
    wall = answer["wall_seconds"]
    startup = min(answer["startup_seconds"], 0.9 * wall)
    job_seconds = startup + (wall - startup) * facts.calls / answer["calls"]
    serial = job_seconds if step.plan.model == "serial" else serial_job_seconds(earlier, step.round)
    return Trial(
        plan=step.plan,
        round=step.round,
        calls=answer["calls"],
        wall_seconds=wall,
        startup_seconds=startup,
        job_seconds=job_seconds,
        speedup=serial / job_seconds if serial else None,
        predicted_speedup=step.predicted_speedup,
        peak_rss_bytes=answer["peak_rss_bytes"],
        result_digests=tuple(ResultDigest(*fields) for fields in answer["result_digests"]),
    )


def _limits(step: Step, facts: TargetFacts, options: Options, earlier: Sequence[Trial], memory_bytes: int) -> Limits:
    serial = serial_job_seconds(earlier)
    once = SETTLE_SECONDS + 3 * facts.import_seconds + step.expected_seconds
    if serial is None:
        seconds = once + TOO_SLOW_RATIO * step.expected_seconds + options.timeout_seconds
    else:
        seconds = once + TOO_SLOW_RATIO * serial * step.calls / facts.calls
    return Limits(silence_seconds=seconds, total_seconds=seconds, memory_bytes=memory_bytes)
