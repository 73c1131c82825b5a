"""What other libraries make of a workload by themselves: ``python -m benchmarks.peers WAY NAME``.

Prints the seconds of the whole job in this fresh interpreter, the library's start-up counted and its import not,
as for the plans. The libraries are those of the extra ``bench``.
"""

from __future__ import annotations

import inspect
import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from advisor.probe.target import call_await, calling, item_source, loading
from workloads.catalogue import chosen
from workloads.labels.workload import Workload

Call = Callable[[Any], Any]
Run = Callable[[], Sequence[Any]]
"""The whole job once: what is timed."""


def with_joblib(call: Call, items: Sequence[Any]) -> Run:
    """Joblib's processes, as many as there are cores."""
    import joblib

    return lambda: list(joblib.Parallel(n_jobs=-1)(joblib.delayed(call)(item) for item in items))


def with_mpire(call: Call, items: Sequence[Any]) -> Run:
    """Mpire's pool with its own choice of workers and chunks."""
    from mpire.pool import WorkerPool

    def run() -> Sequence[Any]:
        with WorkerPool() as pool:
            # A tuple around each item, for mpire takes tuples and dictionaries apart.
            return list(pool.map(call, [(item,) for item in items]))

    return run


def with_dask(call: Call, items: Sequence[Any]) -> Run:
    """A Dask client with its own choice of processes and threads."""
    from dask.distributed import Client

    def run() -> Sequence[Any]:
        with Client(dashboard_address=None) as client:
            return list(client.gather(client.map(call, items, pure=False)))

    return run


def with_betapool(call: Call, items: Sequence[Any]) -> Run:
    """BetaPool's thread pool, which adapts its size to the blocking ratio."""
    import betapool

    def run() -> Sequence[Any]:
        executor = betapool.AdaptiveThreadPoolExecutor()
        futures = [executor.submit(call, item) for item in items]
        results = [future.result() for future in futures]
        executor.shutdown()
        return results

    return run


def with_tune(call: Call, items: Sequence[Any]) -> Run:
    """The configuration that intelligent-futures' ``tune`` selects by whole runs of the job, tuned untimed."""
    from intelligent_futures import tuning

    def run_with(configuration: Any) -> Sequence[Any]:
        from intelligent_futures import IntelligentExecutor, TaskHints

        in_processes = configuration.backend == "process"
        hints = TaskHints(kind="cpu" if in_processes else "io", key="job", process_safe=in_processes)
        with IntelligentExecutor(**configuration.executor_kwargs(allow_process=True)) as executor:
            return [f.result() for f in [executor.submit_task(call, item, hints=hints) for item in items]]

    def evaluate(configuration: Any, _seed: int) -> Any:
        started = time.perf_counter()
        results = run_with(configuration)
        seconds = time.perf_counter() - started
        return tuning.Measurement(cold_seconds=seconds, warm_seconds=seconds, correct=len(results) == len(items))

    candidates = [tuning.Configuration("thread", n, 1) for n in (1, 2, 4, 8, 16, 32, 64) if n <= len(items)]
    candidates += [tuning.Configuration("process", n, 1) for n in (1, 2, 4, 8) if n <= len(items)]
    # Two repeats for all, doubled for the better half of them, and so on.
    report = tuning.tune(
        candidates, evaluate, max_evaluations=5 * len(candidates), seed=0, min_repeats=2, allow_process=True
    )
    return lambda: run_with(report.selected)


WAYS: dict[str, Callable[[Call, Sequence[Any]], Run]] = {
    "joblib": with_joblib,
    "mpire": with_mpire,
    "Dask": with_dask,
    "BetaPool": with_betapool,
}
TUNE = {"intelligent-futures tune": with_tune}
"""Takes minutes a function: apart, for those who ask."""


def call_and_items(workload: Workload) -> tuple[Call, list[Any]]:
    """The workload's one-argument call and its items, as the trials make them."""
    target = {"module": workload.target.partition(":")[0], "qualname": workload.target.partition(":")[2]}
    function = loading.load_target({**target, "text": workload.target, "import_roots": [], "by_path": False})
    source = {"kind": "none" if workload.inputs_from is None else "object", "source": workload.inputs_from}
    items = item_source.load_items(source, sys.modules[target["module"]], workload.calls)
    unpack = "args" if items is None else workload.unpack
    items = [()] if items is None else items
    call = calling.make_call(function, unpack)
    if inspect.iscoroutinefunction(function):
        call = call_await.CallAwait(call)
    calls = workload.calls or len(items)
    return call, [items[number % len(items)] for number in range(calls)]


def main(way_name: str, workload_name: str) -> None:
    """Run one workload one way and print the seconds as JSON."""
    (workload,) = chosen([workload_name])
    call, items = call_and_items(workload)
    loading.run_setup(workload.setup)
    started = time.perf_counter()
    run = {**WAYS, **TUNE}[way_name](call, items)
    ready = time.perf_counter()
    results = run()
    done = time.perf_counter()
    print(json.dumps({"seconds": done - ready, "ready_seconds": ready - started, "results": len(results)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
