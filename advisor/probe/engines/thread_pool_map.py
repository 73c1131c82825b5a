"""ThreadPoolExecutor.map: results in order."""

from concurrent.futures import ThreadPoolExecutor


def run(function, items, threads):
    """Map the function over the items with a pool of threads."""
    with ThreadPoolExecutor(max_workers=threads) as executor:
        return list(executor.map(function, items))
