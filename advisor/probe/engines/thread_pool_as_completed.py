"""ThreadPoolExecutor.submit and as_completed: each result as soon as it is there."""

from concurrent.futures import ThreadPoolExecutor, as_completed


def stream(function, items, threads):
    """Yield (index, result) pairs as they finish."""
    with ThreadPoolExecutor(max_workers=threads) as executor:
        index_of = {executor.submit(function, item): index for index, item in enumerate(items)}
        for future in as_completed(index_of):
            yield index_of[future], future.result()


def run(function, items, threads):
    """Collect the results in the order of the items."""
    results = [None] * len(items)
    for index, result in stream(function, items, threads):
        results[index] = result
    return results
