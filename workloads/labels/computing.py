"""Workloads that keep a core busy: who holds the GIL, and for how long at a time, decides."""

from __future__ import annotations

from workloads.labels.workload import Workload

COMPUTING: tuple[Workload, ...] = (
    Workload(
        "collatz",
        "workloads.pure_python:longest_collatz",
        "workloads.pure_python:collatz_starts",
        physics="25 ms of bytecode a call: threads share one GIL and gain nothing, processes gain a core each.",
        best_models=("multiprocessing", "hybrid"),
        tags=("pure-python",),
    ),
    Workload(
        "edit-distance",
        "workloads.pure_python:edit_distance",
        "workloads.pure_python:word_pairs",
        unpack="args",
        physics="31 ms of bytecode a call on two words of 220 bytes: nothing to ship, the GIL held throughout.",
        best_models=("multiprocessing", "hybrid"),
        tags=("pure-python", "args"),
    ),
    Workload(
        "compress",
        "workloads.native_code:compress_block",
        "workloads.native_code:blocks",
        physics="17 ms of zlib without the GIL: threads use every core (1.9 on two); processes too, but they "
        "must start and be sent 256 KB a call (1.7).",
        best_models=("threading",),
        tags=("gil-free-c",),
    ),
    Workload(
        "derive-key",
        "workloads.native_code:derive_key",
        "workloads.native_code:passwords",
        unpack="kwargs",
        physics="16 ms of PBKDF2 without the GIL, CPU-bound by any clock: threads use every core and start at once.",
        best_models=("threading", "hybrid"),
        tags=("gil-free-c", "kwargs"),
    ),
    Workload(
        "service-key",
        "workloads.native_code:derive_service_key",
        None,
        calls=20,
        physics="28 ms of scrypt that mixes 8 MB: hashlib's scrypt drops the GIL, so threads use every core until the "
        "memory bandwidth binds (1.8 on two).",
        best_models=("threading",),
        tags=("gil-free-c", "no-parameter"),
    ),
    Workload(
        "pack-log",
        "workloads.native_code:LogArchive.pack",
        "workloads.native_code:log_blocks",
        physics="12 ms of LZMA without the GIL, but each call maps and unmaps megabytes: page faults in one address "
        "space cost threads what separate processes do not pay, so threads stop near 1.6 on two cores.",
        best_models=("threading", "multiprocessing"),
        tags=("gil-free-c",),
    ),
    Workload(
        "parse-orders",
        "workloads.native_code:total_orders",
        "workloads.native_code:order_texts",
        physics="6 ms of json.loads, C code that holds the GIL: threads lose 10 to 15 %; 220 KB of text ship in "
        "0.2 ms, so processes pay.",
        best_models=("multiprocessing", "hybrid"),
        tags=("gil-held-c",),
    ),
    Workload(
        "find-addresses",
        "workloads.native_code:find_addresses",
        "workloads.native_code:letters",
        physics="37 ms of a regular expression, C code that holds the GIL: threads gain nothing, processes do.",
        best_models=("multiprocessing", "hybrid"),
        tags=("gil-held-c",),
    ),
    Workload(
        "parse-and-seal",
        "workloads.native_code:parse_and_seal",
        "workloads.native_code:sealed_orders",
        physics="7 ms with the GIL (JSON), then 7 ms without (PBKDF2): threads could reach 2 and come to 1.4, for a "
        "thread waits up to 5 ms to get the GIL back; processes have a GIL each (1.6).",
        best_models=("multiprocessing", "hybrid"),
        tags=("half-held",),
    ),
    Workload(
        "small-hashes",
        "workloads.native_code:stretch_in_small_steps",
        "workloads.native_code:pass_phrases",
        physics="10,000 hashes of 3 KB a call, each drops the GIL for 2 microseconds: two threads still gain (1.6), "
        "four run slower than one (0.75), sixteen at 0.4; processes do not share it (1.9).",
        best_models=("multiprocessing", "hybrid"),
        tags=("gil-ping-pong", "gil-free-c"),
    ),
    Workload(
        "sort-array",
        "workloads.numeric:median_of_sorted",
        "workloads.numeric:sort_seeds",
        physics="15 ms of NumPy drawing and sorting 4 MB without the GIL: threads use every core until the memory "
        "bandwidth binds (1.8 on two).",
        best_models=("threading", "hybrid"),
        tags=("numpy", "gil-free-c"),
    ),
    Workload(
        "closed-walks",
        "workloads.numeric:count_closed_walks",
        "workloads.numeric:graph_seeds",
        physics="63 ms, most of it in BLAS products of 800 x 800 that already run on every core: more workers only "
        "divide the same cores. Two processes of one "
        "BLAS thread each come to 1.05.",
        best_models=("serial", "threading"),
        tags=("numpy", "blas"),
    ),
    Workload(
        "follow-track",
        "workloads.numeric:follow_track",
        "workloads.numeric:track_seeds",
        physics="16,000 NumPy operations on three numbers, a microsecond each: NumPy keeps the GIL for arrays this "
        "small, so threads gain nothing.",
        best_models=("multiprocessing", "hybrid"),
        tags=("numpy",),
    ),
    Workload(
        "fade-frame",
        "workloads.numeric:fade_frame",
        "workloads.numeric:frame_seeds",
        physics="12 passes over 32 MB without the GIL: every core can start, the memory bandwidth decides how many "
        "help (1.5 on two); processes fault in the same memory and start later (1.2).",
        best_models=("threading",),
        tags=("numpy", "memory-bandwidth", "gil-free-c"),
    ),
    Workload(
        "digit-sums",
        "workloads.skewed:sum_of_digits",
        "workloads.skewed:growing_limits",
        physics="Bytecode, 0.7 to 170 ms a call, smallest first: the last call is a fifth of the job, so no plan beats "
        "5, and a chunk that holds the last two of them ends late.",
        best_models=("multiprocessing", "hybrid"),
        tags=("pure-python", "skewed"),
    ),
    Workload(
        "compress-growing",
        "workloads.skewed:compress_growing",
        "workloads.skewed:growing_blocks",
        physics="zlib without the GIL on 32 KB to 5 MB, smallest first: the last call is a sixth of the job, so no "
        "plan beats 6; threads copy nothing (1.6 on two).",
        best_models=("threading",),
        tags=("gil-free-c", "skewed"),
    ),
    Workload(
        "celsius",
        "workloads.tiny_calls:to_celsius",
        "workloads.tiny_calls:temperatures",
        calls=2_000_000,
        physics="0.1 microseconds a call: handing one to a thread costs a hundred times that, and pickling it in "
        "large chunks as much as the call.",
        best_models=("serial",),
        tags=("pure-python", "tiny"),
    ),
    Workload(
        "parse-reading",
        "workloads.tiny_calls:parse_reading",
        "workloads.tiny_calls:reading_lines",
        calls=150_000,
        physics="3 microseconds of bytecode a call: chunks of one lose twentyfold, chunks of thousands let processes "
        "pay.",
        best_models=("multiprocessing", "hybrid"),
        tags=("pure-python", "tiny"),
    ),
)
