"""Pools: how long they live, and what they give back."""

from __future__ import annotations

from ..records import Rule
from . import sources

RULES = (
    Rule(
        code="ADV201",
        name="pool-in-loop",
        severity="warning",
        happens="Each pass of the loop starts workers and ends them again.",
        advice="Make the pool once, before the loop: `with ThreadPoolExecutor() as pool: for batch in batches: ...`.",
        why="A thread costs tens of microseconds, a process tens of milliseconds and the imports of its "
        "module; and between two "
        "pools the workers of one wait for its slowest call.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

def fetch_all(batches, fetch):
    pages = []
    for batch in batches:
        with ThreadPoolExecutor(8) as pool:
            pages.extend(pool.map(fetch, batch))
    return pages
""",
        right="""\
from concurrent.futures import ThreadPoolExecutor

def fetch_all(batches, fetch):
    pages = []
    with ThreadPoolExecutor(8) as pool:
        for batch in batches:
            pages.extend(pool.map(fetch, batch))
    return pages
""",
        sources=(sources.THREAD_POOL,),
    ),
    Rule(
        code="ADV202",
        name="pool-never-closed",
        severity="warning",
        happens="Nobody shuts the pool down: its workers stay, and errors at its end are lost.",
        advice="Use it in a with statement: `with ThreadPoolExecutor() as pool: ...`.",
        why="An executor's idle workers live until it is shut down or collected; a multiprocessing.Pool that "
        "is only dropped can "
        "hang the program at its end, and gives a ResourceWarning.",
        wrong="""\
from multiprocessing import Pool

def squares(square, numbers):
    pool = Pool(4)
    return pool.map(square, numbers)
""",
        right="""\
from multiprocessing import Pool

def squares(square, numbers):
    with Pool(4) as pool:
        return pool.map(square, numbers)
""",
        sources=(sources.POOLS, sources.EXECUTOR_SHUTDOWN, sources.POOL_WARNING),
    ),
    Rule(
        code="ADV203",
        name="pool-per-call",
        severity="warning",
        happens="A pool is started and ended for each call.",
        advice="Make the pool once and hand it in: `def fetch_all(pool, urls): return list(pool.map(fetch, urls))`.",
        why="What a pool saves is the start of its workers, for every call after the first. A pool that "
        "makes one call, or that a "
        "loop has made in each pass, saves nothing and waits at its end.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

def fetch_all(fetch, urls):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(fetch, urls))

def crawl(fetch, sites):
    return [fetch_all(fetch, site.urls) for site in sites]
""",
        right="""\
from concurrent.futures import ThreadPoolExecutor

def fetch_all(pool, fetch, urls):
    return list(pool.map(fetch, urls))

def crawl(fetch, sites):
    with ThreadPoolExecutor(8) as pool:
        return [fetch_all(pool, fetch, site.urls) for site in sites]
""",
        sources=(sources.THREAD_POOL,),
    ),
    Rule(
        code="ADV204",
        name="result-in-submitting-loop",
        severity="warning",
        happens="The loop waits for each call before it hands over the next: one call runs at a time.",
        advice="Hand all over first: `futures = [pool.submit(f, x) for x in xs]`, then `[f.result() for f in "
        "futures]`; or `pool.map`.",
        why="result() blocks. Asked for right after submit, it makes a pool of any size a slow way to call a function.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

def fetch_all(fetch, urls):
    with ThreadPoolExecutor(8) as pool:
        return [pool.submit(fetch, url).result() for url in urls]
""",
        right="""\
from concurrent.futures import ThreadPoolExecutor

def fetch_all(fetch, urls):
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(fetch, url) for url in urls]
        return [future.result() for future in futures]
""",
        sources=(sources.FUTURE_RESULT,),
    ),
    Rule(
        code="ADV205",
        name="join-in-starting-loop",
        severity="warning",
        happens="Each thread or process is joined in the pass that starts it: one runs at a time.",
        advice="Start all, then join all: `for t in threads: t.start()`, and `for t in threads: t.join()` after it.",
        why="join() blocks until the thread ends, so the next one starts when the one before is over.",
        wrong="""\
import threading

def run_all(work, items):
    for item in items:
        thread = threading.Thread(target=work, args=(item,))
        thread.start()
        thread.join()
""",
        right="""\
import threading

def run_all(work, items):
    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
""",
        sources=(sources.THREADS,),
    ),
    Rule(
        code="ADV206",
        name="results-never-read",
        severity="warning",
        happens="Nobody asks for the results, so an exception in a call vanishes without a trace.",
        advice="Read them: `for result in pool.map(...): ...`, or `future.result()` for each future.",
        why="A worker keeps an exception in its future and raises it where the result is asked for. If "
        "nobody asks, a job in which "
        "every call failed looks like one that went well.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

def store_all(store, items):
    with ThreadPoolExecutor() as pool:
        pool.map(store, items)
""",
        right="""\
from concurrent.futures import ThreadPoolExecutor

def store_all(store, items):
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(store, items):
            pass
""",
        sources=(sources.EXECUTOR_MAP, sources.FUTURE_RESULT),
        fixable=True,
    ),
    Rule(
        code="ADV207",
        name="called-target",
        severity="error",
        happens="The function runs here, at once; the thread or pool gets what it returns.",
        advice="Hand over the function and its arguments: `Thread(target=work, args=(item,))`, "
        "`pool.submit(work, item)`.",
        why="An argument is evaluated before the call. `target=work()` does the work in the calling thread "
        "and starts a thread on None.",
        wrong="""\
import threading

def work(item):
    print(item)

def start(item):
    thread = threading.Thread(target=work(item))
    thread.start()
    return thread
""",
        right="""\
import threading

def work(item):
    print(item)

def start(item):
    thread = threading.Thread(target=work, args=(item,))
    thread.start()
    return thread
""",
        sources=(sources.THREADS, sources.EXECUTOR_SUBMIT),
        fixable=True,
    ),
    Rule(
        code="ADV208",
        name="waits-in-own-pool",
        severity="error",
        happens="A task waits for another task of its own pool: once every worker waits, none is left to run "
        "what they wait for.",
        advice="Return the work to the caller, who submits and waits; or give the inner calls a pool of their own.",
        why="A pool has a fixed number of workers. Tasks that wait for tasks behind them in the queue stop "
        "it for ever, as soon as "
        "there are as many of them as workers.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def leaf(number):
    return number + 1

def branch(numbers):
    futures = [pool.submit(leaf, number) for number in numbers]
    return sum(future.result() for future in futures)

def main(groups):
    return list(pool.map(branch, groups))
""",
        right="""\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def leaf(number):
    return number + 1

def main(groups):
    futures = [[pool.submit(leaf, number) for number in numbers] for numbers in groups]
    return [sum(future.result() for future in group) for group in futures]
""",
        sources=(sources.THREAD_POOL,),
    ),
    Rule(
        code="ADV209",
        name="whole-iterable-at-once",
        severity="warning",
        happens="map goes through its whole iterable before the first result: all items are in memory at once.",
        advice="Use `Pool.imap(f, items, chunksize=n)`, or since Python 3.14 `executor.map(f, items, buffersize=n)`.",
        why="Executor.map submits every call at once, and Pool.map makes a list. A file of a million lines "
        "is read to its end, and "
        "an endless iterator never comes to the first result.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

def check_all(check, path):
    with ThreadPoolExecutor() as pool, open(path) as lines:
        return sum(pool.map(check, lines))
""",
        right="""\
from multiprocessing.pool import ThreadPool

def check_all(check, path):
    with ThreadPool() as pool, open(path) as lines:
        return sum(pool.imap(check, lines, chunksize=100))
""",
        sources=(sources.EXECUTOR_MAP, sources.EAGER_MAP),
    ),
    Rule(
        code="ADV210",
        name="chunks-of-one",
        severity="warning",
        happens="Each small item travels to a process and back alone.",
        advice="Give a chunk size: `pool.map(f, items, chunksize=len(items) // (4 * workers) or 1)`.",
        why="A message between processes costs about as much as a tenth of a millisecond of work. "
        "ProcessPoolExecutor.map and "
        "Pool.imap send one item a message unless they are told otherwise.",
        wrong="""\
from concurrent.futures import ProcessPoolExecutor

def is_prime(number):
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))

def count():
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(is_prime, range(100_000)))
""",
        right="""\
from concurrent.futures import ProcessPoolExecutor

def is_prime(number):
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))

def count():
    with ProcessPoolExecutor() as pool:
        return sum(pool.map(is_prime, range(100_000), chunksize=2_000))
""",
        sources=(sources.EXECUTOR_MAP,),
    ),
    Rule(
        code="ADV211",
        name="result-after-pool-ended",
        severity="error",
        happens="Leaving `with Pool()` terminates the workers: results not yet there never come, and get() hangs.",
        advice="Ask for the results inside the with statement, or use `pool.map`, which waits.",
        why="multiprocessing.Pool ends by terminate(), unlike an executor, which waits for what was submitted.",
        wrong="""\
from multiprocessing import Pool

def main(work, items):
    with Pool() as pool:
        result = pool.map_async(work, items)
    return result.get()
""",
        right="""\
from multiprocessing import Pool

def main(work, items):
    with Pool() as pool:
        result = pool.map_async(work, items)
        return result.get()
""",
        sources=(sources.POOLS, sources.GET_HANGS),
    ),
    Rule(
        code="ADV212",
        name="join-before-close",
        severity="error",
        happens="join() on a pool that was not closed raises ValueError.",
        advice="Call `pool.close()` before `pool.join()`.",
        why="join waits for the workers to end, and they end once no more work can come.",
        wrong="""\
from multiprocessing import Pool

def main(work, items):
    with Pool() as pool:
        results = [pool.apply_async(work, (item,)) for item in items]
        pool.join()
        return [result.get() for result in results]
""",
        right="""\
from multiprocessing import Pool

def main(work, items):
    with Pool() as pool:
        results = [pool.apply_async(work, (item,)) for item in items]
        pool.close()
        pool.join()
        return [result.get() for result in results]
""",
        sources=(sources.POOLS,),
        fixable=True,
    ),
)
