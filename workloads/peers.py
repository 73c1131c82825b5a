"""What other libraries make of a workload by themselves: ``python -m workloads.peers WAY NAME``.

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

from advisor.probe import calling, gathering, loading

from .catalogue import CATALOGUE
from .labels.workload import Workload

Call = Callable[[Any], Any]
Way = Callable[[Call, Sequence[Any]], Sequence[Any]]


def with_joblib() -> Way:
    """Joblib's processes, as many as there are cores."""
    import joblib

    return lambda call, items: list(joblib.Parallel(n_jobs=-1)(joblib.delayed(call)(item) for item in items))


def with_mpire() -> Way:
    """Mpire's pool with its own choice of workers and chunks."""
    from mpire.pool import WorkerPool

    def run(call: Call, items: Sequence[Any]) -> Sequence[Any]:
        with WorkerPool() as pool:
            # A tuple around each item, for mpire takes tuples and dictionaries apart.
            return list(pool.map(call, [(item,) for item in items]))

    return run


def with_dask() -> Way:
    """A Dask client with its own choice of processes and threads."""
    from dask.distributed import Client

    def run(call: Call, items: Sequence[Any]) -> Sequence[Any]:
        with Client(dashboard_address=None) as client:
            return list(client.gather(client.map(call, items, pure=False)))

    return run


def with_betapool() -> Way:
    """BetaPool's thread pool, which adapts its size to the blocking ratio."""
    import betapool

    def run(call: Call, items: Sequence[Any]) -> Sequence[Any]:
        executor = betapool.AdaptiveThreadPoolExecutor()
        futures = [executor.submit(call, item) for item in items]
        results = [future.result() for future in futures]
        executor.shutdown()
        return results

    return run


WAYS: dict[str, Callable[[], Way]] = {
    "joblib": with_joblib,
    "mpire": with_mpire,
    "Dask": with_dask,
    "BetaPool": with_betapool,
}


def call_and_items(workload: Workload) -> tuple[Call, list[Any]]:
    """The workload's one-argument call and its items, as the trials make them."""
    target = {"module": workload.target.partition(":")[0], "qualname": workload.target.partition(":")[2]}
    function = loading.load_target({**target, "text": workload.target, "import_roots": [], "by_path": False})
    source = {"kind": "none" if workload.inputs_from is None else "object", "source": workload.inputs_from}
    items = gathering.load_items(source, sys.modules[target["module"]], workload.calls)
    unpack = "args" if items is None else workload.unpack
    items = [()] if items is None else items
    call = calling.make_call(function, unpack)
    if inspect.iscoroutinefunction(function):
        call = calling.CallAwait(call)
    calls = workload.calls or len(items)
    return call, [items[number % len(items)] for number in range(calls)]


def main(way_name: str, workload_name: str) -> None:
    """Run one workload one way and print the seconds as JSON."""
    workload = next(w for w in CATALOGUE if w.name == workload_name)
    call, items = call_and_items(workload)
    loading.run_setup(workload.setup)
    run = WAYS[way_name]()
    started = time.perf_counter()
    results = run(call, items)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "results": len(results)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
