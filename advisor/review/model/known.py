"""The names of the libraries: one spelling for each, and what calling them gives."""

from __future__ import annotations

from collections.abc import Mapping

_PREFIXES: tuple[tuple[str, str], ...] = (
    ("multiprocessing.dummy.Pool", "multiprocessing.ThreadPool"),
    ("multiprocessing.dummy.Process", "threading.Thread"),
    ("multiprocessing.dummy.", "threading."),
    ("multiprocess.", "multiprocessing."),
    ("billiard.", "multiprocessing."),
    ("torch.multiprocessing.", "multiprocessing."),
    ("multiprocessing.context.", "multiprocessing."),
    ("multiprocessing.pool.", "multiprocessing."),
    ("multiprocessing.process.", "multiprocessing."),
    ("multiprocessing.queues.", "multiprocessing."),
    ("multiprocessing.synchronize.", "multiprocessing."),
    ("multiprocessing.managers.SyncManager", "multiprocessing.Manager"),
    ("multiprocessing.ForkProcess", "multiprocessing.Process"),
    ("multiprocessing.SpawnProcess", "multiprocessing.Process"),
    ("concurrent.futures.thread.", "concurrent.futures."),
    ("concurrent.futures.process.", "concurrent.futures."),
    ("concurrent.futures._base.", "concurrent.futures."),
    ("asyncio.tasks.", "asyncio."),
    ("asyncio.events.", "asyncio."),
    ("asyncio.runners.", "asyncio."),
    ("asyncio.locks.", "asyncio."),
    ("asyncio.queues.", "asyncio."),
    ("asyncio.futures.", "asyncio."),
    ("asyncio.exceptions.", "asyncio."),
    ("asyncio.taskgroups.", "asyncio."),
    ("asyncio.threads.", "asyncio."),
    ("asyncio.subprocess.create_subprocess", "asyncio.create_subprocess"),
    ("joblib.parallel.", "joblib."),
    ("sklearn.externals.joblib.", "joblib."),
    ("sklearn.utils.parallel.", "joblib."),
    ("loky.process_executor.ProcessPoolExecutor", "loky.ProcessPoolExecutor"),
    ("requests.sessions.", "requests."),
    ("requests.api.", "requests."),
    ("numpy.random.mtrand.", "numpy.random."),
    ("_thread.allocate_lock", "threading.Lock"),
    ("threading._", "threading."),
    ("queue._queue.", "queue."),
    ("_queue.", "queue."),
    ("builtins.__builtins__.", "builtins."),
    ("io.open", "builtins.open"),
)


def canonical(dotted: str) -> str:
    """The one name under which the checks know what a dotted name means."""
    for prefix, wanted in _BY_FIRST.get(dotted.partition(".")[0], ()):
        if dotted.startswith(prefix):
            return wanted + dotted[len(prefix) :]
    return dotted


def _by_first() -> Mapping[str, tuple[tuple[str, str], ...]]:
    firsts = {prefix.partition(".")[0] for prefix, _ in _PREFIXES}
    return {first: tuple(pair for pair in _PREFIXES if pair[0].partition(".")[0] == first) for first in firsts}


_BY_FIRST = _by_first()

THREAD_POOLS = frozenset({"concurrent.futures.ThreadPoolExecutor", "multiprocessing.ThreadPool"})
PROCESS_POOLS = frozenset(
    {"concurrent.futures.ProcessPoolExecutor", "multiprocessing.Pool", "loky.ProcessPoolExecutor"}
)
INTERPRETER_POOLS = frozenset({"concurrent.futures.InterpreterPoolExecutor"})
POOLS = THREAD_POOLS | PROCESS_POOLS | INTERPRETER_POOLS
EXECUTORS = frozenset(pool for pool in POOLS if pool.endswith("Executor")) | {"concurrent.futures.Executor"}
MULTIPROCESSING_POOLS = frozenset({"multiprocessing.Pool", "multiprocessing.ThreadPool"})
THREADS = frozenset({"threading.Thread", "threading.Timer"})

THREAD_LOCKS = frozenset(
    {"threading.Lock", "threading.RLock", "threading.Condition", "threading.Semaphore", "threading.BoundedSemaphore"}
)
MUTEXES = frozenset({"threading.Lock", "threading.RLock", "multiprocessing.Lock", "multiprocessing.RLock"})
PROCESS_LOCKS = frozenset(name.replace("threading", "multiprocessing") for name in THREAD_LOCKS)
ASYNC_LOCKS = frozenset({"asyncio.Lock", "asyncio.Condition", "asyncio.Semaphore", "asyncio.BoundedSemaphore",
                         "anyio.Lock", "anyio.Semaphore", "anyio.CapacityLimiter", "trio.Lock"})  # fmt: skip
LOCKS = THREAD_LOCKS | PROCESS_LOCKS | ASYNC_LOCKS
THREAD_QUEUES = frozenset({"queue.Queue", "queue.LifoQueue", "queue.PriorityQueue", "queue.SimpleQueue"})
PROCESS_QUEUES = frozenset({"multiprocessing.Queue", "multiprocessing.JoinableQueue", "multiprocessing.SimpleQueue"})

_OPENED = frozenset(
    {"builtins.open", "os.fdopen", "gzip.open", "bz2.open", "lzma.open", "codecs.open", "tempfile.TemporaryFile",
     "tempfile.NamedTemporaryFile", "pathlib.Path.open"}
)  # fmt: skip

RETURNS: Mapping[str, str] = {
    **dict.fromkeys(_OPENED, "builtins.file"),
    "multiprocessing.get_context": "multiprocessing.context",
    "threading.local": "threading.local",
    "loky.get_reusable_executor": "loky.reusable",
    "sqlite3.connect": "sqlite3.Connection",
    "sqlite3.Connection.cursor": "sqlite3.Cursor",
    "sqlite3.Connection.execute": "sqlite3.Cursor",
    "psycopg2.connect": "psycopg2.connection",
    "pymysql.connect": "pymysql.connection",
    "requests.session": "requests.Session",
    "socket.create_connection": "socket.socket",
    "socket.create_server": "socket.socket",
    "asyncio.get_event_loop": "asyncio.loop",
    "asyncio.get_running_loop": "asyncio.loop",
    "asyncio.new_event_loop": "asyncio.loop",
    "asyncio.create_task": "asyncio.Task",
    "asyncio.ensure_future": "asyncio.Task",
    "asyncio.loop.create_task": "asyncio.Task",
    "asyncio.TaskGroup.create_task": "asyncio.Task",
    "asyncio.loop.run_in_executor": "asyncio.Future",
    "asyncio.wrap_future": "asyncio.Future",
    "asyncio.loop.create_future": "asyncio.Future",
    "asyncio.run_coroutine_threadsafe": "concurrent.futures.Future",
    "asyncio.create_subprocess_exec": "asyncio.Process",
    "asyncio.create_subprocess_shell": "asyncio.Process",
    "multiprocessing.Pool.apply_async": "multiprocessing.AsyncResult",
    "multiprocessing.Pool.map_async": "multiprocessing.AsyncResult",
    "multiprocessing.Pool.starmap_async": "multiprocessing.AsyncResult",
    "multiprocessing.ThreadPool.apply_async": "multiprocessing.AsyncResult",
    "multiprocessing.ThreadPool.map_async": "multiprocessing.AsyncResult",
    "multiprocessing.ThreadPool.starmap_async": "multiprocessing.AsyncResult",
    **{f"{executor}.submit": "concurrent.futures.Future" for executor in EXECUTORS},
    **{f"{executor}.map": "results" for executor in EXECUTORS},
    **{f"{pool}.{method}": "results" for pool in MULTIPROCESSING_POOLS for method in ("imap", "imap_unordered")},
    "builtins.dict": "builtins.dict",
    "builtins.list": "builtins.list",
    "builtins.set": "builtins.set",
    "collections.defaultdict": "builtins.dict",
    "collections.OrderedDict": "builtins.dict",
    "collections.Counter": "builtins.dict",
    "collections.deque": "collections.deque",
    "builtins.range": "builtins.range",
    "builtins.iter": "builtins.iterator",
    "builtins.map": "builtins.iterator",
    "builtins.filter": "builtins.iterator",
    "builtins.zip": "builtins.iterator",
    "numpy.random.default_rng": "numpy.random.Generator",
    "itertools.count": "itertools.count",
    "itertools.cycle": "itertools.cycle",
    "itertools.repeat": "itertools.repeat",
}
"""What calling a name gives; any other name that ends in a capitalised part gives an instance of itself."""

ELEMENTS: Mapping[str, str] = {
    "concurrent.futures.as_completed": "concurrent.futures.Future",
    "concurrent.futures.wait": "concurrent.futures.Future",
}
"""What going through the result of a call gives, where the arguments do not say it."""

SAME_ELEMENTS = frozenset(
    {"builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.reversed", "builtins.iter",
     "itertools.islice", "tqdm.tqdm", "tqdm.auto.tqdm", "collections.deque"}
)  # fmt: skip
"""Calls whose result has the elements of the first argument."""
