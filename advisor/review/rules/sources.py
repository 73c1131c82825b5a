"""Where the rules come from: (title, address) each, named once."""

from __future__ import annotations

_PYTHON = "https://docs.python.org/3/"
_ISSUE = "https://github.com/python/cpython/issues/"


def _page(title: str, path: str) -> tuple[str, str]:
    return f"Python documentation: {title}", f"{_PYTHON}{path}"


def _issue(number: int, title: str) -> tuple[str, str]:
    return f"CPython issue {number}: {title}", f"{_ISSUE}{number}"


GUIDELINES = _page("multiprocessing, programming guidelines", "library/multiprocessing.html#programming-guidelines")
SPAWN = _page("multiprocessing, the spawn and forkserver start methods",
              "library/multiprocessing.html#the-spawn-and-forkserver-start-methods")  # fmt: skip
START_METHODS = _page("multiprocessing, contexts and start methods",
                      "library/multiprocessing.html#contexts-and-start-methods")  # fmt: skip
POOLS = _page("multiprocessing, process pools", "library/multiprocessing.html#module-multiprocessing.pool")
QUEUES = _page("multiprocessing, pipes and queues", "library/multiprocessing.html#pipes-and-queues")
DAEMON_PROCESS = _page("multiprocessing.Process.daemon", "library/multiprocessing.html#multiprocessing.Process.daemon")
PICKLING = _page("what can be pickled and unpickled", "library/pickle.html#what-can-be-pickled-and-unpickled")
FORK = _page("os.fork", "library/os.html#os.fork")
EXECUTOR_MAP = _page("Executor.map", "library/concurrent.futures.html#concurrent.futures.Executor.map")
EXECUTOR_SUBMIT = _page("Executor.submit", "library/concurrent.futures.html#concurrent.futures.Executor.submit")
EXECUTOR_SHUTDOWN = _page("Executor.shutdown", "library/concurrent.futures.html#concurrent.futures.Executor.shutdown")
THREAD_POOL = _page("ThreadPoolExecutor", "library/concurrent.futures.html#threadpoolexecutor")
PROCESS_POOL = _page("ProcessPoolExecutor", "library/concurrent.futures.html#processpoolexecutor")
FUTURE_RESULT = _page("Future.result", "library/concurrent.futures.html#concurrent.futures.Future.result")
THREADS = _page("threading.Thread", "library/threading.html#thread-objects")
LOCKS = _page("threading.Lock", "library/threading.html#lock-objects")
WITH_LOCKS = _page("locks in the with statement",
                   "library/threading.html#using-locks-conditions-and-semaphores-in-the-with-statement")  # fmt: skip
CONDITIONS = _page("threading.Condition", "library/threading.html#condition-objects")
EVENTS = _page("threading.Event", "library/threading.html#event-objects")
ATOMICITY = _page("what kinds of global value mutation are thread-safe",
                  "faq/library.html#what-kinds-of-global-value-mutation-are-thread-safe")  # fmt: skip
CLOSURES = _page("why lambdas defined in a loop return the same result",
                 "faq/programming.html#why-do-lambdas-defined-in-a-loop-with-different-values-all-return-the-same-result")  # fmt: skip
FREE_THREADING = _page("Python support for free threading", "howto/free-threading-python.html")
CPU_COUNT = _page("os.process_cpu_count", "library/os.html#os.process_cpu_count")
POPEN_WAIT = _page("Popen.wait", "library/subprocess.html#subprocess.Popen.wait")
POPEN = _page("subprocess.Popen", "library/subprocess.html#subprocess.Popen")
BLOCKING = _page("asyncio, running blocking code", "library/asyncio-dev.html#running-blocking-code")
NEVER_AWAITED = _page("asyncio, detect never-awaited coroutines",
                      "library/asyncio-dev.html#detect-never-awaited-coroutines")  # fmt: skip
MULTITHREADING = _page("asyncio, concurrency and multithreading",
                       "library/asyncio-dev.html#concurrency-and-multithreading")  # fmt: skip
CREATE_TASK = _page("asyncio.create_task", "library/asyncio-task.html#asyncio.create_task")
GATHER = _page("asyncio.gather", "library/asyncio-task.html#asyncio.gather")
SEMAPHORE = _page("asyncio.Semaphore", "library/asyncio-sync.html#asyncio.Semaphore")
CANCELLATION = _page("asyncio, task cancellation", "library/asyncio-task.html#task-cancellation")
TO_THREAD = _page("asyncio.to_thread", "library/asyncio-task.html#asyncio.to_thread")
RUN = _page("asyncio.run", "library/asyncio-runner.html#asyncio.run")
ASYNC_SUBPROCESS = _page("asyncio, subprocesses", "library/asyncio-subprocess.html")
ASYNC_SYNC = _page("asyncio, synchronization primitives", "library/asyncio-sync.html")
PARSING = _page("ast.parse", "library/ast.html#ast.parse")
NUMPY_PARALLEL = (
    "NumPy: parallel random number generation",
    "https://numpy.org/doc/stable/reference/random/parallel.html",
)
JOBLIB = ("joblib: avoiding over-subscription of CPU resources",
          "https://joblib.readthedocs.io/en/stable/parallel.html#avoiding-over-subscription-of-cpu-resources")  # fmt: skip
NUMPY_9650 = (
    "NumPy issue 9650: random seed is replicated across child processes",
    "https://github.com/numpy/numpy/issues/9650",
)
DEFAULT_CHANGED = ("CPython issue 84559: the default start method becomes forkserver",
                   "https://github.com/python/cpython/pull/101556")  # fmt: skip
FORK_WARNING = _issue(100228, "warn when os.fork() is called and the process has threads")
TASKS_COLLECTED = _issue(91887, "strong references for free-flying tasks")
EAGER_MAP = _issue(74028, "make Executor.map work with infinite and large inputs")
GET_HANGS = _issue(126743, "AsyncResult.get() hangs if the pool is terminated")
POOL_WARNING = _issue(79605, "multiprocessing.Pool emits ResourceWarning")
ITERATORS = _issue(124397, "strategy for iterators in free threading")
CONTAINERS = _issue(80235, "os.cpu_count() in a container")
