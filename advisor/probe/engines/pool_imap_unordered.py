"""multiprocessing.Pool.imap_unordered: each result as soon as it is there."""

import functools
import multiprocessing


def _call_numbered(function, numbered):
    index, item = numbered
    return index, function(item)


def stream(function, items, processes, chunk_size, start_method):
    """Yield (index, result) pairs as they finish."""
    context = multiprocessing.get_context(start_method)
    with context.Pool(processes) as pool:
        call = functools.partial(_call_numbered, function)
        yield from pool.imap_unordered(call, enumerate(items), chunksize=chunk_size)


def run(function, items, processes, chunk_size, start_method):
    """Collect the results in the order of the items."""
    results = [None] * len(items)
    for index, result in stream(function, items, processes, chunk_size, start_method):
        results[index] = result
    return results
