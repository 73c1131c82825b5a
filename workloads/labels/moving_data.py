"""Workloads decided by what moves: rows, reads, arguments, results, and state that each process builds again."""

from __future__ import annotations

from workloads.labels.workload import Workload

_ORDERS = "workloads.database:provide_orders"
_READINGS = "workloads.files:provide_readings"

MOVING_DATA: tuple[Workload, ...] = (
    Workload(
        "step-through-orders",
        "workloads.database:step_through_orders",
        "workloads.database:id_ranges",
        unpack="args",
        setup=_ORDERS,
        physics="20,000 rows a call, and SQLite drops the GIL for a microsecond at each: two threads run at 0.4 of "
        "the speed of one; processes are free of each other (1.7 on two).",
        best_models=("multiprocessing", "hybrid"),
        tags=("sqlite", "gil-ping-pong", "args"),
    ),
    Workload(
        "best-customer",
        "workloads.database:find_best_customer",
        "workloads.database:customer_offsets",
        setup=_ORDERS,
        physics="30 ms in one SQLite step without the GIL: threads use every core, less what SQLite's own locks "
        "take (1.9 on two).",
        best_models=("threading", "hybrid"),
        tags=("sqlite", "gil-free-c"),
    ),
    Workload(
        "read-large",
        "workloads.files:read_large",
        "workloads.files:large_offsets",
        setup=_READINGS,
        physics="8 MB from the page cache in 2 ms, all system time without the GIL: not a wait but a copy, so cores "
        "and memory bandwidth bind (1.7 on two) and more threads than cores lose.",
        best_models=("threading", "multiprocessing"),
        tags=("page-cache", "memory-bandwidth"),
    ),
    Workload(
        "read-small",
        "workloads.files:read_small",
        "workloads.files:small_offsets",
        setup=_READINGS,
        physics="20,000 reads of 512 bytes, each drops the GIL for less than a microsecond: two threads run at half "
        "the speed of one, four at a quarter; processes do not share it (1.8).",
        best_models=("multiprocessing", "hybrid"),
        tags=("page-cache", "gil-ping-pong"),
    ),
    Workload(
        "count-black",
        "workloads.big_data:count_black",
        "workloads.big_data:images",
        calls=120,
        physics="4 ms with the GIL on an argument of 8 MB that takes longer than that to send: one core, no copies.",
        best_models=("serial",),
        tags=("large-argument", "gil-held-c"),
    ),
    Workload(
        "checksum-image",
        "workloads.big_data:checksum_image",
        "workloads.big_data:images",
        calls=150,
        physics="3 ms without the GIL on an argument of 8 MB: threads read it in place, processes need longer to get "
        "it than to use it.",
        best_models=("threading",),
        tags=("large-argument", "gil-free-c"),
    ),
    Workload(
        "unpack-image",
        "workloads.big_data:unpack_image",
        "workloads.big_data:packed_images",
        calls=40,
        physics="4 MB of result from 18 KB of argument, without the GIL: threads hand it over by reference, processes "
        "send it back through one pipe.",
        best_models=("threading",),
        tags=("large-result", "gil-free-c"),
    ),
    Workload(
        "list-events",
        "workloads.big_data:list_events",
        "workloads.big_data:day_numbers",
        physics="12,000 objects a call with the GIL: to pickle and unpickle one costs more than to make it, and the "
        "parent unpickles them all.",
        best_models=("serial",),
        tags=("large-result", "pure-python"),
    ),
    Workload(
        "sign-document",
        "workloads.shared_state:sign_document",
        "workloads.shared_state:documents",
        physics="17 ms of PBKDF2 without the GIL, all under one lock: threads queue for it, each process has a lock "
        "of its own.",
        best_models=("multiprocessing", "hybrid"),
        tags=("lock", "gil-free-c"),
    ),
    Workload(
        "look-up-row",
        "workloads.shared_state:look_up_row",
        "workloads.shared_state:table_rows",
        physics="The first call in a process builds a table for 0.5 s, each further one takes 1 ms: every worker "
        "process would pay the half second again for a share of 60 ms.",
        best_models=("serial", "threading"),
        tags=("module-cache", "pure-python"),
    ),
    Workload(
        "quote-shipping",
        "workloads.shared_state:quote_shipping",
        "workloads.shared_state:postcodes",
        physics="20 ms for each of 30 different arguments, nothing for the 570 repeats: lru_cache is per process, so "
        "a worker that sees all of them computes all of them again; only many small shares of the items would pay.",
        best_models=("serial", "threading", "multiprocessing"),
        tags=("lru-cache", "pure-python"),
    ),
)
