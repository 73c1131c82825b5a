"""multiprocessing.Pool.starmap: each item is the tuple of a call's arguments."""

import multiprocessing


def run(function, items, processes, chunk_size, start_method):
    """Call function(*item) for every item with a pool of processes."""
    context = multiprocessing.get_context(start_method)
    with context.Pool(processes) as pool:
        return pool.starmap(function, items, chunksize=chunk_size)
