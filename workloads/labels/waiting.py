"""Workloads that wait: how many waits fit beside each other, and what else a call does, decides."""

from __future__ import annotations

from workloads.labels.workload import Workload

_SLOW = "workloads.web:start_slow_server"
_LIMITED = "workloads.web:start_limited_server"

WAITING: tuple[Workload, ...] = (
    Workload(
        "fetch-page",
        "workloads.web:fetch_page",
        "workloads.web:page_paths",
        setup=_SLOW,
        physics="20 ms of waiting and 0.7 ms of Python a call: threads pay up to about 30 (16-fold measured), "
        "where the GIL binds.",
        best_models=("threading",),
        tags=("http",),
    ),
    Workload(
        "fetch-limited",
        "workloads.web:fetch_from_limited",
        "workloads.web:page_paths",
        setup=_LIMITED,
        physics="The server answers four requests at once, 20 ms each: 200 a second for 4 threads or 400.",
        best_models=("threading",),
        tags=("http", "limit-4"),
    ),
    Workload(
        "fetch-status",
        "workloads.web:fetch_status",
        None,
        calls=50,
        setup=_SLOW,
        physics="20 ms of waiting and 0.7 ms of Python a call, no argument to ship.",
        best_models=("threading",),
        tags=("http", "no-parameter"),
    ),
    Workload(
        "wait-95",
        "workloads.mixtures:wait_95_compute_5",
        "workloads.mixtures:station_paths",
        setup=_SLOW,
        physics="20 ms of waiting, then about 1 ms of Python: threads reach W/g = 20 at most; processes start too "
        "slowly for 30 calls.",
        best_models=("threading",),
        tags=("http", "wait-95"),
    ),
    Workload(
        "wait-80",
        "workloads.mixtures:wait_80_compute_20",
        "workloads.mixtures:station_paths",
        setup=_SLOW,
        physics="20 ms of waiting, then about 5 ms of Python: threads stop at W/g = 5; two processes of eight "
        "threads each pass that (4.8 against 4.4 measured, start-up included).",
        best_models=("hybrid",),
        tags=("http", "wait-80"),
    ),
    Workload(
        "wait-50",
        "workloads.mixtures:wait_50_compute_50",
        "workloads.mixtures:station_paths",
        setup=_SLOW,
        physics="20 ms of waiting, then about 20 ms of Python: threads stop at W/g = 2 (1.9), two cores allow 4: "
        "eight processes or two of eight threads reach 3.",
        best_models=("hybrid", "multiprocessing"),
        tags=("http", "wait-50"),
    ),
    Workload(
        "wait-50-native",
        "workloads.mixtures:wait_50_native_50",
        "workloads.mixtures:station_paths",
        setup=_SLOW,
        physics="20 ms of waiting, then about 20 ms of C code without the GIL: threads reach N W/c: "
        "3.5 measured of 4 on two cores.",
        best_models=("threading",),
        tags=("http", "wait-50", "gil-free-c"),
    ),
    Workload(
        "fetch-feed",
        "workloads.coroutines:fetch_feed",
        "workloads.coroutines:feed_paths",
        setup=_SLOW,
        physics="20 ms of await and 0.5 ms of Python a call: every task that waits is a gain, up to W/g of about 40.",
        best_models=("asyncio",),
        tags=("http", "coroutine"),
    ),
    Workload(
        "fetch-feed-limited",
        "workloads.coroutines:fetch_feed_from_limited",
        "workloads.coroutines:feed_paths",
        setup=_LIMITED,
        physics="The server answers four requests at once: more than four tasks only queue there.",
        best_models=("asyncio",),
        tags=("http", "limit-4", "coroutine"),
    ),
    Workload(
        "fetch-and-rank",
        "workloads.coroutines:fetch_and_rank",
        "workloads.coroutines:feed_paths",
        setup=_SLOW,
        physics="20 ms of await, then about 5 ms of Python on the event loop: tasks stop at W/g = 5.",
        best_models=("asyncio",),
        tags=("http", "coroutine-compute"),
    ),
    Workload(
        "rank-only",
        "workloads.coroutines:rank_only",
        "workloads.coroutines:rank_seeds",
        physics="A coroutine of 20 ms that never awaits: tasks take turns on one thread and gain nothing.",
        best_models=("serial",),
        tags=("pure-python", "coroutine-compute"),
    ),
    Workload(
        "compress-off-loop",
        "workloads.coroutines:compress_off_loop",
        "workloads.coroutines:feed_blocks",
        physics="17 ms of zlib in asyncio.to_thread, without the GIL: as many tasks as cores keep them all busy.",
        best_models=("asyncio",),
        tags=("gil-free-c", "coroutine-compute"),
    ),
    Workload(
        "store-record",
        "workloads.files:store_record",
        "workloads.files:records",
        physics="An fsync of 0.3 ms on the disk measured here (10 ms on a spinning one, nothing on a memory disk) "
        "and 0.1 ms of system time: the disk's queue and the journal decide, threads start for less than processes.",
        best_models=("threading",),
        tags=("fsync",),
    ),
    Workload(
        "compute-in-child",
        "workloads.subprocesses:compute_in_child",
        "workloads.subprocesses:child_seeds",
        physics="A child of about 60 ms of CPU while the caller waits: it looks like waiting, but the cores bind, so "
        "as many threads as cores.",
        best_models=("threading", "multiprocessing", "hybrid"),
        tags=("child-process",),
    ),
    Workload(
        "read-account",
        "workloads.shared_state:read_account",
        "workloads.shared_state:account_paths",
        setup=_SLOW,
        physics="20 ms of waiting under a lock: threads queue for it, each process has a lock of its own, so more "
        "processes than cores pay: 4.5 with eight.",
        best_models=("multiprocessing",),
        tags=("http", "lock"),
    ),
)
