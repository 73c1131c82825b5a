"""ThreadPoolExecutor.submit and wait: all calls handed in, then waited for together."""

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait


def run(function, items, threads):
    """Submit every call, wait for all, or for the first that fails."""
    with ThreadPoolExecutor(max_workers=threads) as executor:
        futures = [executor.submit(function, item) for item in items]
        wait(futures, return_when=FIRST_EXCEPTION)
        return [future.result() for future in futures]
