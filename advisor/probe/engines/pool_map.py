"""multiprocessing.Pool.map: results in order."""

import multiprocessing


def run(function, items, processes, chunk_size, start_method):
    """Map the function over the items with a pool of processes."""
    context = multiprocessing.get_context(start_method)
    with context.Pool(processes) as pool:
        return pool.map(function, items, chunksize=chunk_size)
