"""Processes: starting them, and what goes to them."""

from __future__ import annotations

from ..records import Rule
from . import sources

RULES = (
    Rule(
        code="ADV101",
        name="no-main-guard",
        severity="error",
        happens="Processes start whenever the module is imported, and each worker imports it.",
        advice='Put it under `if __name__ == "__main__":`, or into a function that is called there.',
        why="Under spawn and forkserver (the default on Windows, macOS, and since Python 3.14 on Linux) a "
        "worker imports "
        "the main module. Without a guard it starts processes in turn, and Python stops that with a RuntimeError.",
        wrong="""\
from multiprocessing import Pool

def square(number):
    return number * number

with Pool(4) as pool:
    print(pool.map(square, range(10)))
""",
        right="""\
from multiprocessing import Pool

def square(number):
    return number * number

if __name__ == "__main__":
    with Pool(4) as pool:
        print(pool.map(square, range(10)))
""",
        sources=(sources.SPAWN, sources.GUIDELINES),
    ),
    Rule(
        code="ADV102",
        name="lambda-to-process",
        severity="error",
        happens="A lambda cannot be pickled, so it cannot be sent to a process.",
        advice="Write a function at the module's level, `def work(item): ...`, and functools.partial for "
        "fixed arguments.",
        why="What goes to a worker is pickled. A function is pickled by its name, and a lambda has none that "
        "can be imported.",
        wrong="""\
from concurrent.futures import ProcessPoolExecutor

def squares(numbers):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(lambda number: number * number, numbers, chunksize=100))
""",
        right="""\
from concurrent.futures import ProcessPoolExecutor

def square(number):
    return number * number

def squares(numbers):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(square, numbers, chunksize=100))
""",
        sources=(sources.PICKLING, sources.PROCESS_POOL),
    ),
    Rule(
        code="ADV103",
        name="nested-function-to-process",
        severity="error",
        happens="A function defined inside a function cannot be pickled, so it cannot be sent to a process.",
        advice="Move it to the module's level; what it took from around it becomes an argument, or functools.partial.",
        why="A function is pickled by its dotted name, and what is inside another function cannot be found by name.",
        wrong="""\
from multiprocessing import Pool

def scale_all(numbers, factor):
    def scale(number):
        return number * factor
    with Pool() as pool:
        return pool.map(scale, numbers)
""",
        right="""\
from functools import partial
from multiprocessing import Pool

def scale(factor, number):
    return number * factor

def scale_all(numbers, factor):
    with Pool() as pool:
        return pool.map(partial(scale, factor), numbers)
""",
        sources=(sources.PICKLING,),
    ),
    Rule(
        code="ADV104",
        name="method-takes-its-object",
        severity="error",
        happens="A bound method takes its object along, and the object holds what cannot be pickled.",
        advice="Send a plain function and the values it needs; or leave the lock or file out in `__getstate__`.",
        why="A bound method is pickled as its object and a name. An object with a lock, an open file, a "
        "connection or a pool "
        "cannot be pickled, and the task fails before it begins.",
        wrong="""\
import threading
from concurrent.futures import ProcessPoolExecutor

class Counter:
    def __init__(self):
        self.lock = threading.Lock()

    def count(self, text):
        return len(text.split())

    def run(self, texts):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.count, texts, chunksize=50))
""",
        right="""\
import threading
from concurrent.futures import ProcessPoolExecutor

def count(text):
    return len(text.split())

class Counter:
    def __init__(self):
        self.lock = threading.Lock()

    def run(self, texts):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(count, texts, chunksize=50))
""",
        sources=(sources.PICKLING, sources.GUIDELINES),
    ),
    Rule(
        code="ADV105",
        name="handle-to-process",
        severity="error",
        happens="An open file, a lock, a connection or a generator cannot be sent to a process.",
        advice="Send the path or the address and open it in the worker; send a list instead of a generator.",
        why="Handles belong to the process that opened them. Pickling one raises a TypeError.",
        wrong="""\
from concurrent.futures import ProcessPoolExecutor

def count_lines(file):
    return sum(1 for line in file)

def main(path):
    with open(path) as file, ProcessPoolExecutor() as pool:
        future = pool.submit(count_lines, file)
        return future.result()
""",
        right="""\
from concurrent.futures import ProcessPoolExecutor

def count_lines(path):
    with open(path) as file:
        return sum(1 for line in file)

def main(path):
    with ProcessPoolExecutor() as pool:
        future = pool.submit(count_lines, path)
        return future.result()
""",
        sources=(sources.PICKLING,),
    ),
    Rule(
        code="ADV106",
        name="shared-object-to-pool-task",
        severity="error",
        happens="Locks, queues and values of multiprocessing cannot travel with a pool's task: it raises RuntimeError.",
        advice="Give it to every worker once, `Pool(initializer=keep, initargs=(lock,))`, or use `Manager().Queue()`.",
        why="These objects are shared through inheritance, while a process starts. A pool's workers run "
        "already when a task comes.",
        wrong="""\
import multiprocessing

def work(queue, item):
    queue.put(item * item)

def main(items):
    queue = multiprocessing.Queue()
    with multiprocessing.Pool() as pool:
        pool.starmap(work, [(queue, item) for item in items])
""",
        right="""\
import multiprocessing

def work(queue, item):
    queue.put(item * item)

def main(items):
    with multiprocessing.Manager() as manager, multiprocessing.Pool() as pool:
        queue = manager.Queue()
        pool.starmap(work, [(queue, item) for item in items])
""",
        sources=(sources.GUIDELINES, sources.QUEUES),
    ),
    Rule(
        code="ADV107",
        name="pool-in-daemon",
        severity="error",
        happens="A daemonic process may have no children: starting one raises an AssertionError.",
        advice="Make the outer process a plain one (`daemon=False`), or use ProcessPoolExecutor, whose "
        "workers are not daemons.",
        why="Workers of multiprocessing.Pool are daemons, so that none outlives its parent; children of theirs could.",
        wrong="""\
from multiprocessing import Pool

def part(number):
    return number * number

def whole(numbers):
    with Pool(2) as inner:
        return sum(inner.map(part, numbers))

def main(groups):
    with Pool(2) as pool:
        return pool.map(whole, groups)
""",
        right="""\
from multiprocessing import Pool

def whole(numbers):
    return sum(number * number for number in numbers)

def main(groups):
    with Pool(4) as pool:
        return pool.map(whole, groups)
""",
        sources=(sources.DAEMON_PROCESS,),
    ),
    Rule(
        code="ADV108",
        name="fork-after-threads",
        severity="error",
        happens="A fork copies the locks that other threads hold, and not the threads that would release them.",
        advice='Start the processes first, or with `multiprocessing.get_context("forkserver")` or "spawn".',
        why="The child of a fork has one thread. A lock of logging, of malloc or of an import that another "
        "thread held stays "
        "locked in it for ever. Since Python 3.12 such a fork gives a DeprecationWarning.",
        wrong="""\
import multiprocessing
import threading

def main(report, work):
    threading.Thread(target=report).start()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=work)
    process.start()
    process.join()
""",
        right="""\
import multiprocessing
import threading

def main(report, work):
    context = multiprocessing.get_context("fork")
    process = context.Process(target=work)
    process.start()
    threading.Thread(target=report).start()
    process.join()
""",
        sources=(sources.FORK, sources.FORK_WARNING),
    ),
    Rule(
        code="ADV109",
        name="relies-on-fork",
        severity="warning",
        happens="Workers that are not forked do not have what the parent sets after import.",
        advice="Pass it as an argument, or once a worker: `Pool(initializer=keep, initargs=(table,))`.",
        why="Only fork copies the parent's memory. It was the default on Linux until Python 3.13; since 3.14 "
        "it is forkserver, "
        "and on macOS and Windows it is spawn: there the worker sees the module as its import leaves it.",
        wrong="""\
from multiprocessing import Pool

table = None

def look_up(key):
    return table[key]

def main(keys):
    global table
    table = {key: len(key) for key in keys}
    with Pool() as pool:
        return pool.map(look_up, keys)
""",
        right="""\
from multiprocessing import Pool

table = None

def keep(built):
    global table
    table = built

def look_up(key):
    return table[key]

def main(keys):
    with Pool(initializer=keep, initargs=({key: len(key) for key in keys},)) as pool:
        return pool.map(look_up, keys)
""",
        sources=(sources.START_METHODS, sources.DEFAULT_CHANGED),
    ),
    Rule(
        code="ADV110",
        name="written-by-worker",
        severity="error",
        happens="What a worker process writes to its memory, the parent never sees.",
        advice="Return the value from the function, and collect what `map` gives back.",
        why="Each process has its own copy of every global and every object.",
        wrong="""\
from multiprocessing import Pool

results = []

def work(item):
    results.append(item * item)

def main(items):
    with Pool() as pool:
        pool.map(work, items)
    return results
""",
        right="""\
from multiprocessing import Pool

def work(item):
    return item * item

def main(items):
    with Pool() as pool:
        return pool.map(work, items)
""",
        sources=(sources.GUIDELINES,),
    ),
    Rule(
        code="ADV111",
        name="shared-random-stream",
        severity="warning",
        happens="Every worker continues the same stream of random numbers.",
        advice="Give each task its own generator: `numpy.random.default_rng(seed)` with seeds of `SeedSequence.spawn`.",
        why="numpy's global stream, and any generator made at import, is copied by fork with its state: all "
        "workers draw the "
        "same numbers, and a simulation is narrower than it looks. The stream of Python's own random module "
        "is seeded anew in "
        "each worker, so there the parent's seed is lost and no run can be repeated.",
        wrong="""\
import numpy as np
from multiprocessing import Pool

def simulate(size):
    return np.random.normal(size=size).mean()

def main(sizes):
    with Pool() as pool:
        return pool.map(simulate, sizes)
""",
        right="""\
import numpy as np
from multiprocessing import Pool

def simulate(task):
    size, seed = task
    return np.random.default_rng(seed).normal(size=size).mean()

def main(sizes):
    seeds = np.random.SeedSequence(7).spawn(len(sizes))
    with Pool() as pool:
        return pool.map(simulate, list(zip(sizes, seeds)))
""",
        sources=(sources.NUMPY_PARALLEL, sources.NUMPY_9650),
    ),
    Rule(
        code="ADV112",
        name="joined-before-drained",
        severity="error",
        happens="A process that has put items into a queue does not end before they are read: join waits for ever.",
        advice="Read first: `results = [queue.get() for _ in workers]`, then `join()`.",
        why="Items travel through a pipe by a thread of the process that put them. The process waits at its "
        "end until the pipe "
        "has taken all of them, and the pipe is full until somebody reads.",
        wrong="""\
from multiprocessing import Process, Queue

def work(queue):
    queue.put(list(range(1_000_000)))

def main():
    queue = Queue()
    process = Process(target=work, args=(queue,))
    process.start()
    process.join()
    return queue.get()
""",
        right="""\
from multiprocessing import Process, Queue

def work(queue):
    queue.put(list(range(1_000_000)))

def main():
    queue = Queue()
    process = Process(target=work, args=(queue,))
    process.start()
    result = queue.get()
    process.join()
    return result
""",
        sources=(sources.QUEUES, sources.GUIDELINES),
    ),
)
