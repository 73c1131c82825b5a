"""The task ``profile``: what the target is, and how it runs serially."""

from __future__ import annotations

from .. import item_mark
from ..costs import costs_task
from ..safety import fingerprint, observations, state
from ..target import call_sample, calling, job, loading, ownership, result_check
from . import os_counters, serial_timing, transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from ..answers import Answers
    from ..safety.state import Fingerprint
    from ..target.job import Job
    from .serial_timing import SerialRun

SAMPLED_RESULTS = 5
SAMPLED_RESULT_SECONDS = 0.3
SLOW_CALL_SECONDS = 0.05
MOST_NUMBERED = 100_000


def profile(request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Say what the target is, then time it serially.

    Request: ``target``, ``inputs``, ``unpack``, ``calls``, ``setup``, ``seed``, ``bare_seconds``,
    ``gil_seconds``; ``describe_only`` to stop before the first call; ``long_seconds``, from which on a call is
    made no more often than needed; ``most_calls``, how many calls may be made, at least two; ``mark_file``,
    where to note the item that is being called.
    """
    # Before the target is imported, which may switch the GIL on.
    interpreter = costs_task.identity()
    loaded = job.load(request)
    answers.send("facts", **loaded.facts(), interpreter=interpreter)
    if request.get("describe_only"):
        return {}
    loading.run_setup(request["setup"])
    answers.send("alive")
    function, items, calls = loaded.function, loaded.items, loaded.calls
    rss_before_bytes = os_counters.rss_bytes()
    ownership.claim(request["target"]["module"])
    marks = [state.snapshot(function, request["target"]["module"])]
    run, order = serial_run_of(loaded, answers)
    results = [run.block(1)]
    result_check.check_result(results[0], request["target"]["text"])
    first_seconds = run.blocks[0][1]
    marks.append(state.snapshot(function, request["target"]["module"]))
    results += _more_results(run, min(SAMPLED_RESULTS, calls) - 1)
    peak_bytes = os_counters.peak_rss_bytes()
    arguments = [items[order[i % len(order)] % len(items)] for i in range(len(results))]
    sizes = transport.measure(arguments, results, answers.alive)
    answers.send("alive")
    long_seconds = request.get("long_seconds", float("inf"))
    measured = serial_timing.time_serially(
        run, first_seconds, request["bare_seconds"], request["gil_seconds"], max(calls, 1), long_seconds
    )
    return {
        **measured,
        **sizes,
        "peak_rss_bytes": max(peak_bytes, os_counters.peak_rss_bytes()),
        "rss_before_bytes": rss_before_bytes,
        "result_digests": _first_digest(items, order[0], results[0]),
        "items_bytes": loaded.items_bytes,
        "observations": _left_by_slow_calls(function, request, marks, measured["wall_seconds_per_call"]),
        "calls_made": sum(count for count, _ in run.blocks),
    }


def _first_digest(items: Sequence[Any], number: int, result: Any) -> list[dict[str, Any]]:
    """Of the first call, which stands first in every trial, so that its result can be compared with theirs."""
    of_item, of_result = fingerprint.digest([items[number % len(items)]]), fingerprint.digest([result])
    if of_item is None or of_result is None:
        return []
    found: dict[str, Any] = {"calls": 1, "items": of_item, "results": of_result}
    sketch = fingerprint.sketch([result])
    if sketch is not None:
        found.update(structure=sketch[0], allowed=sketch[1], sums=sketch[2])
    return [found]


def _more_results(run: SerialRun, wanted: float) -> list[Any]:
    """At most so many further results, one call each, as long as that does not take long."""
    results: list[Any] = []
    # The timing that follows needs three calls, or whatever there may be.
    wanted = min(wanted, run.calls_left - 3)
    while len(results) < wanted and sum(seconds for _, seconds in run.blocks) < SAMPLED_RESULT_SECONDS:
        results.append(run.block(1))
    return results


def _left_by_slow_calls(
    function: Callable[..., Any], request: dict[str, Any], marks: list[Fingerprint], call_seconds: float
) -> list[dict[str, str | None]]:
    """Calls that ``inspect`` has no time to make are compared here, before and after the timing and not in it."""
    if call_seconds < SLOW_CALL_SECONDS:
        return []
    marks.append(state.snapshot(function, request["target"]["module"]))
    return observations.slow_observations(function, marks)


def serial_run(request: dict[str, Any]) -> SerialRun:
    """The job's calls, at most ``most_calls``, ready to be run one by one, with no answers to the host."""
    loaded = job.load(request)
    loading.run_setup(request["setup"])
    return serial_run_of(loaded, None)[0]


def serial_run_of(loaded: Job, answers: Answers | None) -> tuple[SerialRun, list[int]]:
    """The job's calls, ready to be run in an order without a trend, and that order."""
    request, items, calls = loaded.request, loaded.items, loaded.calls
    mixed = call_sample.mix(call_sample.choose(calls, min(calls, MOST_NUMBERED), request["seed"]))
    # The one call that every sample holds is the first.
    first = [number for number in call_sample.choose(calls, 1, request["seed"]) if number in mixed]
    order = [*first, *(number for number in mixed if number not in first)]
    runner = serial_timing.block_runner(calling.make_call(loaded.function, loaded.unpack), loaded.is_coroutine)
    mark = item_mark.open_mark(request.get("mark_file"), len(items))
    return serial_timing.SerialRun(runner, items, order, answers, request.get("most_calls"), mark), order
