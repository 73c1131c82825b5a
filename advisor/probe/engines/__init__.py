"""The ways of running a job, one plain function ``run(function, items, ...)`` a file.

Each file is written as a user would write it, with the standard library alone, because two things come from
it: the run that a trial times, and the snippet that the report prints. ``run`` returns the results in the
order of the items and raises what the function raised. Its further parameters are those of the plan that
matter to it: ``processes``, ``threads``, ``tasks``, ``chunk_size``, ``start_method``.

This file is read by the host too, so it imports nothing.
"""

# By idiom: its model, and its file here.
ENGINES = {
    "loop": ("serial", "serial_loop"),
    "await loop": ("serial", "serial_await"),
    "Thread": ("threading", "thread_start_join"),
    "ThreadPoolExecutor.map": ("threading", "thread_pool_map"),
    "ThreadPoolExecutor.submit + as_completed": ("threading", "thread_pool_as_completed"),
    "ThreadPoolExecutor.submit + wait": ("threading", "thread_pool_wait"),
    "Process + Queue": ("multiprocessing", "process_queue"),
    "Process + Pipe": ("multiprocessing", "process_pipe"),
    "Pool.map": ("multiprocessing", "pool_map"),
    "Pool.starmap": ("multiprocessing", "pool_starmap"),
    "Pool.imap_unordered": ("multiprocessing", "pool_imap_unordered"),
    "ProcessPoolExecutor.map": ("multiprocessing", "process_pool_map"),
    "Process + Thread": ("hybrid", "process_threads"),
    "asyncio tasks": ("asyncio", "asyncio_tasks"),
}
