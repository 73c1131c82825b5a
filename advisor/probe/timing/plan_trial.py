"""The task ``trial``: one plan over some or all of the job's calls."""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
from time import perf_counter

from .. import failures, fork_server
from ..engines import ENGINES
from ..safety import failing_item, fingerprint
from ..target import call_sample, calling, job, loading
from . import os_counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import Any

    from ..answers import Answers
    from ..target.calling import TimedCall
    from ..target.job import Job

AWAITING = ("await loop", "asyncio tasks")
"""Idioms that await their calls."""
DIGEST_SECONDS = 0.2


def trial(request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Run one plan over some or all of the job's calls.

    Request: that of ``profile``, with ``idiom``, ``parameters`` of the engine, ``sample_calls``, ``warm`` and,
    for a serial idiom, ``note_calls``: of how many single calls to tell the seconds; ``environment``: variables
    to set before the target's module and what it imports are loaded.
    """
    os.environ.update(request.get("environment", {}))
    loaded = job.load(request)
    _tell_workers(request)
    loading.run_setup(request["setup"])
    answers.send("alive")
    model, _ = ENGINES[request["idiom"]]
    _track_shared_memory()
    engine = load_engine(request["idiom"])
    call = _call_for(loaded, request["idiom"])
    items = loaded.items
    numbers = call_sample.choose(loaded.calls, request["sample_calls"], request["seed"])
    chosen = [items[number % len(items)] for number in numbers]
    noted = _noted(call, loaded, request)
    clock = _Clock()
    timed = noted or call
    warm = _may_warm_up(loaded, model, len(chosen))
    if warm and request["idiom"] in AWAITING:
        from ..target import call_await

        timed = call_await.WarmedAwait(timed, lambda: call(chosen[0]), clock.start)
    elif warm:
        call(chosen[0])
    gc.collect()
    clock.start()
    try:
        results = engine.run(timed, chosen, **request["parameters"])
    except BaseException as error:
        raise failures.describe_failure(error, failing_item.find_item(error, items)) from error
    wall_seconds, cpu_seconds = clock.seconds()
    processes = request["parameters"].get("processes", 0)
    peak_bytes = os_counters.peak_rss_bytes(processes)
    return {
        "calls": len(chosen),
        "calls_made": len(chosen) + warm,
        "wall_seconds": wall_seconds,
        "cpu_seconds": cpu_seconds,
        "warmed": warm,
        "peak_rss_bytes": peak_bytes,
        "result_digests": _digests(items, numbers, results, loaded.calls, request["seed"]),
        "call_seconds": calling.spread(noted.seconds, request["note_calls"]) if noted else [],
        "startup_seconds": 0.0 if model == "serial" else _startup_seconds(engine, request),
    }


class _Clock:
    """Wall and CPU time of a run; started anew once the run is warm."""

    def start(self) -> None:
        """Count from now."""
        self._cpu_seconds = os_counters.cpu_seconds()
        self._started = perf_counter()

    def seconds(self) -> tuple[float, float]:
        """Wall seconds, and CPU seconds of this process and its children, since the start."""
        wall_seconds = perf_counter() - self._started
        process, _, children = (now - then for now, then in zip(os_counters.cpu_seconds(), self._cpu_seconds))
        return wall_seconds, process + children


def _may_warm_up(loaded: Job, model: str, planned_calls: int) -> bool:
    """Whether to make a call before the clock starts: where that is asked for and there may be one call more.

    Never in the parent of processes: the printed code does not, and what a first call leaves (an open connection, a
    context of a device) would be forked.
    """
    most_calls = loaded.request.get("most_calls")
    may = bool(loaded.request["warm"]) and (most_calls is None or planned_calls < most_calls)
    return may and model not in ("multiprocessing", "hybrid")


def _track_shared_memory() -> None:
    """One tracker for all workers, where calls may share memory: then what is left when they are killed is removed."""
    if "multiprocessing.shared_memory" in sys.modules:
        importlib.import_module("multiprocessing.resource_tracker").ensure_running()


def _noted(call: Callable[..., Any], loaded: Job, request: dict[str, Any]) -> TimedCall | None:
    """The call with a clock round it, for a serial run that is asked for its single calls; else ``None``."""
    if not request.get("note_calls"):
        return None
    return (calling.TimedAwait if loaded.is_coroutine else calling.TimedCall)(call)


def _digests(
    items: Sequence[Any], numbers: Sequence[int], results: Sequence[Any], calls: int, seed: int
) -> list[list[Any]]:
    """[calls, digest of items, digest of results, sketch of results] over 1, 4, 16 ... of the calls, and over all.

    Which calls stand for a number is the same in every trial. Ends early where it would take long.
    """
    by_number = dict(zip(numbers, results))
    counts = [4**power for power in range(9) if 4**power < len(numbers)] + [len(numbers)]
    found = []
    ends = perf_counter() + DIGEST_SECONDS
    for count in counts:
        common = call_sample.choose(calls, count, seed)
        before = perf_counter()
        of_items = fingerprint.digest([items[number % len(items)] for number in common])
        of_results = fingerprint.digest([by_number[number] for number in common])
        if of_items is None or of_results is None:
            break
        found.append([count, of_items, of_results, fingerprint.sketch([by_number[number] for number in common])])
        # The next count is up to four times as much work.
        if perf_counter() + 4 * (perf_counter() - before) > ends:
            break
    return found


def load_engine(idiom: str) -> ModuleType:
    """The engine's module, under this package's name, and what it would else load while the clock runs.

    ``Pool`` imports its own module, and with it a dozen that most programs have long loaded, when the first one is
    made: 10 ms that an engine with its imports at the top would seem to win.
    """
    model, file = ENGINES[idiom]
    if model == "multiprocessing":
        importlib.import_module("multiprocessing.pool")
    return importlib.import_module("..engines." + file, __package__)


def _tell_workers(request: dict[str, Any]) -> None:
    """Leave word for spawned workers, which run ``start.py`` anew."""
    job = {"target": request["target"], "setup": request["setup"]}
    start = importlib.import_module("__main__")
    os.environ[start.WORKER_VARIABLE] = json.dumps(job)


def _call_for(loaded: Job, idiom: str) -> Callable[[Any], Any]:
    # Pool.starmap takes the arguments apart itself.
    call = loaded.function if idiom == "Pool.starmap" else calling.make_call(loaded.function, loaded.unpack)
    awaited_by_engine = ENGINES[idiom][1] in ("serial_await", "asyncio_tasks")
    if not loaded.is_coroutine or awaited_by_engine:
        return call
    # asyncio takes half as long to import as all the rest of the probe.
    from ..target import call_await

    return call_await.CallAwait(call)


def _startup_seconds(engine: ModuleType, request: dict[str, Any]) -> float:
    """What the pool costs before and after its work: the same engine over calls that do nothing."""
    parameters = dict(request["parameters"])
    workers = parameters.get("processes", 1) * parameters.get("threads", 1)
    idle = calling.await_nothing if "tasks" in parameters else calling.do_nothing
    if parameters.get("start_method") == "forkserver":
        # The trial itself paid for starting the server; so must this.
        fork_server.stop()
    if "chunk_size" in parameters:
        parameters["chunk_size"] = 1
    items: list[tuple[Any, ...]] = [()] * max(workers, parameters.get("tasks", 1))
    if request["idiom"] == "Pool.starmap":
        items = [(None,)] * len(items)
    started = perf_counter()
    engine.run(idle, items, **parameters)
    return perf_counter() - started
