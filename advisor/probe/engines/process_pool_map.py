"""ProcessPoolExecutor.map: results in order; a worker that dies raises BrokenProcessPool."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor


def run(function, items, processes, chunk_size, start_method):
    """Map the function over the items with a pool of processes."""
    context = multiprocessing.get_context(start_method)
    with ProcessPoolExecutor(max_workers=processes, mp_context=context) as executor:
        return list(executor.map(function, items, chunksize=chunk_size))
