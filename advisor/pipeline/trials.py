"""Plan -> Trial: each in a process that has imported the target and made no call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..child.interpreter import Ask, ChildFailedError, ChildLimits, Event
from ..decide.evidence.estimates import serial_job_seconds
from ..decide.model import cost_model
from ..decide.problem import Problem, serial_plan
from ..decide.search.next_trial import Step
from ..probe.target.call_sample import choose
from ..records import Inputs, Job, Options, ResultDigest, SerialTiming, TargetFacts, Trial
from ..snippets import engine_sources

TOO_SLOW_RATIO = 3.0
"""A plan this many times slower than serial is given up: it has lost."""
SETTLE_SECONDS = 5.0
MOST_CALLS_NOTED = 512
LONG_CALL_SECONDS = 1.0
NOTED_FROM_SECONDS = 0.0002
"""Calls so long are not slowed by reading the clock round each."""


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


def profiled_serial_trial(problem: Problem, timing: SerialTiming) -> Trial | None:
    """The serial run of the profile as the first trial, where calls are so long that none is to be made twice."""
    if timing.wall_seconds_per_call < LONG_CALL_SECONDS:
        return None
    job_seconds = problem.demand.serial_job_seconds
    return Trial(
        plan=serial_plan(problem),
        round=0,
        calls=timing.calls,
        wall_seconds=timing.calls * timing.wall_seconds_per_call,
        startup_seconds=0.0,
        job_seconds=job_seconds,
        speedup=1.0,
        predicted_speedup=None,
        peak_rss_bytes=timing.peak_rss_bytes,
        result_digests=timing.result_digests,
    )


def run_trial(
    ask: Ask,
    request: Mapping[str, Any],
    step: Step,
    problem: Problem,
    earlier: Sequence[Trial],
    memory_bytes: int,
) -> Trial:
    """Try one plan; a plan that fails gives a Trial with a Failure."""
    facts, options = problem.facts, problem.options
    whole = step.calls >= facts.calls
    asked = {
        **request,
        "task": "trial",
        "idiom": step.plan.idiom,
        "parameters": engine_sources.parameters(step.plan),
        "sample_calls": step.calls,
        # A sample must not count what happens once a job; the whole job must.
        "warm": not whole,
        "environment": engine_sources.environment(step.plan),
        "note_calls": _calls_noted(step, problem, earlier),
    }
    limits = _limits(step, facts, options, earlier, memory_bytes)
    try:
        answer = ask(options.python, asked, limits)
    except ChildFailedError as error:
        return Trial(
            plan=step.plan,
            round=step.round,
            calls=step.calls,
            wall_seconds=None,
            startup_seconds=None,
            job_seconds=None,
            speedup=None,
            predicted_speedup=step.predicted_speedup,
            peak_rss_bytes=None,
            failure=error.failure,
        )
    return _trial(step, problem, earlier, answer)


def _calls_noted(step: Step, problem: Problem, earlier: Sequence[Trial]) -> int:
    """How many single calls to time: in the first serial trial, where calls are long enough for it."""
    first_serial = step.plan.model == "serial" and not earlier
    return MOST_CALLS_NOTED if first_serial and problem.demand.wall_seconds > NOTED_FROM_SECONDS else 0


def _trial(step: Step, problem: Problem, earlier: Sequence[Trial], answer: Event) -> Trial:
    wall, calls = answer["wall_seconds"], answer["calls"]
    startup = min(answer["startup_seconds"], 0.9 * wall)
    demand, machine = problem.demand, problem.machine
    job_seconds = wall
    if calls < problem.facts.calls:
        first_calls = 0.0
        if not answer.get("warmed", True):
            # Each worker made its first call within the run; these do not grow with the number of calls.
            first_calls = min(cost_model.first_calls_seconds(step.plan, demand, machine), 0.9 * (wall - startup))
        job_seconds = (
            _by_noted_calls(wall, calls, problem, earlier)
            if step.plan.model == "serial"
            else cost_model.extrapolated_job_seconds(step.plan, demand, machine, calls, wall - first_calls, startup)
        )
    serial = job_seconds if step.plan.model == "serial" else serial_job_seconds(earlier, step.round)
    return Trial(
        plan=step.plan,
        round=step.round,
        calls=calls,
        wall_seconds=wall,
        startup_seconds=startup,
        job_seconds=job_seconds,
        speedup=serial / job_seconds if serial else None,
        predicted_speedup=step.predicted_speedup,
        peak_rss_bytes=answer["peak_rss_bytes"],
        result_digests=tuple(_digest(*fields) for fields in answer["result_digests"]),
        call_seconds=tuple(answer.get("call_seconds", ())),
    )


def _by_noted_calls(wall_seconds: float, calls: int, problem: Problem, earlier: Sequence[Trial]) -> float:
    """The whole serial job by some of its calls, weighed as the first serial run found them."""
    demand, seed = problem.demand, problem.options.seed
    for first in earlier:
        if len(first.call_seconds) == first.calls and first.job_seconds is not None:
            noted = dict(zip(choose(demand.calls, first.calls, seed), first.call_seconds, strict=True))
            again = [noted.get(number) for number in choose(demand.calls, calls, seed)]
            if None not in again:
                return first.job_seconds * wall_seconds / sum(filter(None, again))
    return wall_seconds * demand.calls / calls + demand.first_call_extra_seconds


def _digest(calls: int, items: str, results: str, sketch: tuple[str, float, list[float]] | None = None) -> ResultDigest:
    if sketch is None:
        return ResultDigest(calls=calls, items=items, results=results)
    return ResultDigest(
        calls=calls, items=items, results=results, structure=sketch[0], allowed=sketch[1], sums=tuple(sketch[2])
    )


def _limits(
    step: Step, facts: TargetFacts, options: Options, earlier: Sequence[Trial], memory_bytes: int
) -> ChildLimits:
    serial = serial_job_seconds(earlier)
    once = SETTLE_SECONDS + 3 * facts.import_seconds + step.expected_seconds
    if serial is None:
        seconds = once + TOO_SLOW_RATIO * step.expected_seconds + options.timeout_seconds
    else:
        seconds = once + TOO_SLOW_RATIO * serial * step.calls / facts.calls
    return ChildLimits(silence_seconds=seconds, total_seconds=seconds, memory_bytes=memory_bytes)
