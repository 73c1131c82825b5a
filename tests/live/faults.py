"""The matrix of faults: what a function may do to the program, where, and how the program has to end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal["import", "items", "setup", "profile", "trial"]

ITEMS = "range(24)"
HEAD = "import ctypes, multiprocessing, os, signal, subprocess, sys, tempfile, threading, time\n"
MORE_ITEMS = ("--inputs-expr", "range(100)")
LITTLE_MEMORY = (("ADVISOR_MEMORY_BYTES", "1200000000"),)
IN_PROCESS = "multiprocessing.parent_process() is not None"
IN_SPAWNED = "'multiprocessing' in ' '.join(sys.orig_argv)"
"""Where the module is imported, a spawned process does not know its parent yet."""
IN_THREAD = "threading.current_thread() is not threading.main_thread()"
WAITS = "    time.sleep(0.02)\n    return item\n"
"""Calls that are worth trying under every model."""


@dataclass(frozen=True)
class Fault:
    """One row: a module ``work``, and how the analysis of its function ``f`` has to end."""

    name: str
    stage: Stage
    source: str
    status: int
    words: tuple[str, ...] = ()
    """What standard error must hold, whatever the case of its letters."""
    finding: str | None = None
    """The start of a finding's code, or words of the certificate, for a fault that the analysis outlives."""
    options: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ("--inputs-expr", ITEMS)
    environment: tuple[tuple[str, str], ...] = ()


def function(body: str, head: str = "", name: str = "def f(item):") -> str:
    """A module whose function has that body and then waits a little."""
    return f"{HEAD}{head}\n{name}\n" + "".join(f"    {line}\n" for line in body.splitlines()) + WAITS


def _always(name: str, body: str, words: tuple[str, ...], head: str = "") -> Fault:
    """The function itself fails: no advice is possible."""
    return Fault(name, "profile", function(body, head), 3, words)


def _survives(name: str, body: str, head: str = "", **more: object) -> Fault:
    """A function that behaves oddly and works."""
    return Fault(name, "profile", function(body, head), 0, **more)  # type: ignore[arg-type]


def _in_worker(name: str, body: str, finding: str, where: str = IN_PROCESS) -> Fault:
    """The fault appears under one model alone: a finding, and the analysis goes on."""
    model = "multiprocessing" if where == IN_PROCESS else "threading"
    inner = f"if {where}:\n" + "".join(f"    {line}\n" for line in body.splitlines())
    return Fault(name, "trial", function(inner), 0, finding=finding, options=("--models", model))


def _at_import(name: str, source: str, words: tuple[str, ...], status: int = 2) -> Fault:
    return Fault(name, "import", f"{HEAD}{source}\ndef f(item):\n{WAITS}", status, words)


def _items(name: str, source: str, words: tuple[str, ...], *inputs: str, status: int = 2) -> Fault:
    return Fault(name, "items", f"{HEAD}def f(item):\n{WAITS}\n{source}\n", status, words, inputs=inputs)


HANG = "while True:\n    pass"
HANG_IN_C = "ctypes.PyDLL(None).sleep(600)"
"""The GIL is held all the while: PyDLL does not let it go."""
SEGMENTATION = "ctypes.string_at(0)"
RECURSION = "def again(n):\n    return again(n + 1) + 1\nagain(0)"
HOARD = "held = []\nwhile True:\n    held.append(bytearray(b'x') * 20_000_000)"
DAEMON = "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(600)\n    os._exit(0)"
UNMARKED_DAEMON = (
    "subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'], env={}, start_new_session=True)"
)
ORPHAN = (
    'code = \'import subprocess, sys; subprocess.Popen([sys.executable, "-S", "-c", '
    '"import time; time.sleep(600)"], env={}, start_new_session=True)\'\n'
    "subprocess.run([sys.executable, '-S', '-c', code], env={})"
)
DEAF = "for name in ('SIGTERM', 'SIGINT', 'SIGHUP'):\n    signal.signal(getattr(signal, name), signal.SIG_IGN)"
ALARM = "signal.signal(signal.SIGALRM, lambda *_: None)\nsignal.setitimer(signal.ITIMER_REAL, 0.002)"
SHARED_MEMORY = (
    "from multiprocessing import shared_memory\n"
    "held = shared_memory.SharedMemory(create=True, size=5000, name='advisor-fault-%d-%d' % (os.getpid(), item))"
)

RAISES = (
    _always("raises always", "raise KeyError('gone')", ("KeyError: 'gone'", "item", "of 24", "work.py, line")),
    _always("raises on one item", "if item == 17:\n    raise ValueError('no 17')", ("no 17", "item 18 of 24, 17")),
    _always("raises with a text of many lines", "raise ValueError('first\\nsecond')", ("ValueError: first", "item")),
    _always(
        "raises an exception that has no text",
        "raise Mute()",
        ("raised Mute", "item"),
        "class Mute(Exception):\n    def __str__(self):\n        raise RuntimeError('no')\n",
    ),
    _always("raises with control characters", "raise ValueError('\\x1b[2J\\x1b]0;title\\x07red')", ("red", "item")),
    _always("raises KeyboardInterrupt", "raise KeyboardInterrupt", ("KeyboardInterrupt", "item")),
    _always("raises GeneratorExit", "raise GeneratorExit", ("GeneratorExit", "item")),
    _always("raises StopIteration", "raise StopIteration", ("StopIteration", "item")),
    Fault(
        "raises in a coroutine",
        "profile",
        HEAD + "import asyncio\nasync def f(item):\n    await asyncio.sleep(0.01)\n    raise OSError('no line')\n",
        3,
        ("OSError: no line", "item"),
    ),
    _always("recursion without end", RECURSION, ("RecursionError", "item")),
    _always("an assertion without words", "assert item > 99", ("AssertionError", "item")),
    _always("sys.exit", "sys.exit('leaving')", ("sys.exit('leaving')", "item")),
    _always("os._exit", "os._exit(5)", ("status 5",)),
    _always("os._exit(0)", "os._exit(0)", ("status 0",)),
    _always("abort", "os.abort()", ("SIGABRT",)),
    _always("segmentation fault", SEGMENTATION, ("SIGSEGV",)),
    _always("killed from outside", "os.kill(os.getpid(), signal.SIGKILL)", ("SIGKILL", "memory")),
    _always("ends its own group", "os.killpg(0, signal.SIGTERM)", ("SIGTERM",)),
)
HANGS = (
    _always("hangs in Python", HANG, ("took longer than 1 s", "--timeout")),
    _always("hangs in sleep", "time.sleep(600)", ("took longer than 1 s", "--timeout")),
    _always("hangs in C with the GIL held", HANG_IN_C, ("took longer than 1 s", "--timeout")),
    _always("hangs on one item", "if item == 17:\n    time.sleep(600)", ("took longer than 1 s", "--timeout")),
    _always("waits for a lock for ever", "threading.Lock().acquire() and LOCK.acquire()",
            ("took longer than 1 s",), "LOCK = threading.Lock()\nLOCK.acquire()\n"),
    _always("ignores every signal and hangs", f"{DEAF}\n{HANG}", ("took longer than 1 s",)),
    _always("stops itself", "os.kill(os.getpid(), signal.SIGSTOP)", ("took longer than 1 s",)),
    Fault(
        "hangs in a coroutine",
        "profile",
        HEAD + "import asyncio\nasync def f(item):\n    await asyncio.Event().wait()\n",
        3,
        ("took longer than 1 s",),
    ),
    Fault(
        "every call just within the timeout",
        "profile",
        HEAD + "def f(item):\n    time.sleep(0.9)\n",
        0,
    ),
)  # fmt: skip
MEMORY = (
    Fault("takes memory without end", "profile", function(HOARD), 3,
          ("MB|GB", "limit", "smaller items"), options=("--timeout", "20"), environment=LITTLE_MEMORY),
    _always("asks for more memory than there is", "bytes(2**60)", ("memory", "item")),
    Fault("a process takes memory without end", "trial", function(f"if {IN_PROCESS}:\n" + "".join(
        f"    {line}\n" for line in HOARD.splitlines())), 0, finding="trial-memory",
        options=("--models", "multiprocessing"), environment=LITTLE_MEMORY),
)  # fmt: skip
BEHAVES_ODDLY = (
    _survives("floods standard output and error",
              "os.write(1, b'x' * 1_000_000)\nprint('y' * 1_000_000, file=sys.stderr)"),
    _survives("closes the standard streams",
              "for fd in (0, 1, 2):\n    try:\n        os.close(fd)\n    except OSError:\n        pass",
              options=("--models", "threading")),
    _survives("closes sys.stdout and sys.stderr", "sys.stdout.close()\nsys.stderr.close()"),
    _survives("sets the standard streams to None", "sys.stdout = sys.stderr = sys.stdin = None"),
    _survives("changes directory", "os.chdir(tempfile.gettempdir())"),
    _survives("changes into a folder that goes away",
              "folder = tempfile.mkdtemp()\nos.chdir(folder)\nos.rmdir(folder)"),
    _survives("ignores SIGTERM and SIGINT", DEAF.replace("for", "if threading.current_thread() is "
              "threading.main_thread():\n  for", 1).replace("\n    signal", "\n    signal")),
    _survives("resets signal handlers", "if threading.current_thread() is threading.main_thread():\n"
              "    signal.signal(signal.SIGCHLD, signal.SIG_IGN)", options=("--models", "threading")),
    _survives("uses SIGALRM itself", "if threading.current_thread() is threading.main_thread():\n"
              + "".join(f"    {line}\n" for line in ALARM.splitlines()), options=("--lines",)),
    _survives("reads standard input and sys.argv", "assert sys.stdin.read() == ''\nassert len(sys.argv) >= 1"),
    _survives("changes the recursion limit, the locale and the environment",
              "sys.setrecursionlimit(50_000)\nos.environ.clear()", options=("--models", "threading")),
    _survives("leaves threads behind", "threading.Thread(target=time.sleep, args=(600,)).start()",
              options=("--models", "threading", "--calls", "8")),
    _survives("starts a child that hangs", "subprocess.Popen([sys.executable, '-S', '-c', 'import time; "
              "time.sleep(600)'])", options=("--models", "threading", "--calls", "6")),
    _survives("leaves a daemon", DAEMON, options=("--models", "threading", "--calls", "4")),
    _survives("leaves a daemon without an environment", UNMARKED_DAEMON,
              options=("--models", "threading", "--calls", "4")),
    _survives("leaves an orphan without an environment", ORPHAN,
              options=("--models", "threading", "--calls", "4")),
    Fault("dies of a daemon's parent", "profile", function(f"{ORPHAN}\nos._exit(4)"), 3, ("status 4",)),
    _survives("uses a pool of its own", "with multiprocessing.Pool(2) as pool:\n    pool.map(abs, range(2))",
              options=("--models", "threading", "--calls", "6")),
    Fault("a pool inside a daemon", "trial", function(
        "with multiprocessing.Pool(1) as pool:\n    pool.map(abs, range(2))"), 0, finding="trial-raised|pool-in-daemon",
        options=("--models", "multiprocessing", "--calls", "8")),
    _survives("writes to every descriptor", "for fd in PIPES:\n    os.write(fd, b'noise')",
              "import stat\nPIPES = [fd for fd in range(3, 64) if os.path.exists('/dev/fd/%d' % fd) "
              "and stat.S_ISFIFO(os.fstat(fd).st_mode)]\n"),
    _always("closes every descriptor", "os.closerange(0, 1024)\ntime.sleep(600)",
            ("closed every file|took longer than 1 s",)),
    _always("leaves shared memory and dies", f"{SHARED_MEMORY}\nos._exit(6)", ("status 6",)),
    _always("leaves shared memory and hangs", f"{SHARED_MEMORY}\ntime.sleep(600)", ("took longer than 1 s",)),
    _always("leaves temporary files and hangs", "tempfile.mkdtemp()\ntempfile.mkstemp()\ntime.sleep(600)",
            ("took longer than 1 s",)),
    _survives("replaces the clocks and sleep", "for name in ('perf_counter', 'monotonic', 'process_time', "
              "'thread_time'):\n    setattr(time, name, lambda: 0.0)\ntime.sleep = REAL.wait",
              "REAL = threading.Event()\n"),
    _survives("replaces the clocks with nothing", "time.perf_counter = time.process_time = time.thread_time = None",
              options=("--models", "threading")),
    _survives("replaces what the probe stands on", ""
              "json = sys.modules['json']\njson.dumps = None", options=("--models", "serial")),
)  # fmt: skip
RESULTS = (
    Fault("results that cannot be pickled", "profile", HEAD + "def f(item):\n    time.sleep(0.02)\n"
          "    return lambda: item\n", 0, finding="unpicklable-result"),
    Fault("a result that fails when it is unpickled", "profile", HEAD + "def no():\n    raise OSError('no')\n"
          "class Bad:\n    def __reduce__(self):\n        return no, ()\ndef f(item):\n    time.sleep(0.02)\n"
          "    return Bad()\n", 0, finding="unpicklable-result"),
    Fault("an exception that cannot be pickled", "trial", function(
        f"if {IN_PROCESS}:\n    raise Odd(1, 2)", "class Odd(Exception):\n    def __init__(self, a, b):\n"
        "        super().__init__(a)\n"), 0,
        finding="trial-raised|unpicklable-exception", options=("--models", "multiprocessing")),
    Fault("results of hundreds of megabytes", "profile", HEAD + "def f(item):\n    time.sleep(0.02)\n"
          "    return bytes(200_000_000)\n", 0, options=("--calls", "6", "--timeout", "5")),
    Fault("a generator function", "profile", HEAD + "def f(item):\n    yield item\n", 2, ("generator", "list(")),
    Fault("a result that is a generator", "profile", HEAD + "def f(item):\n    return (n for n in [item])\n", 2,
          ("generator", "list(")),
    Fault("a plain function that returns a coroutine", "profile", HEAD + "import asyncio\n"
          "def f(item):\n    return asyncio.sleep(0.02)\n", 2, ("awaitable", "async def")),
    Fault("a result whose repr and comparison fail", "profile", HEAD + "class Rude:\n    def __repr__(self):\n"
          "        raise OSError\n    def __eq__(self, other):\n        raise OSError\n    __hash__ = None\n"
          "def f(item):\n    time.sleep(0.02)\n    return Rude()\n", 0),
)  # fmt: skip
TRIALS = (
    _in_worker("raises in a process", "raise ValueError('only here')", "trial-raised"),
    _in_worker("raises in a thread", "raise ValueError('only here')", "trial-raised|race", IN_THREAD),
    _in_worker("sys.exit in a process", "sys.exit(3)", "trial-"),
    _in_worker("sys.exit in a thread", "sys.exit(3)", "trial-exited|race", IN_THREAD),
    _in_worker("os._exit in a process", "os._exit(3)", "trial-"),
    _in_worker("os._exit in a thread", "os._exit(3)", "trial-exited|race", IN_THREAD),
    _in_worker("segmentation fault in a process", SEGMENTATION, "trial-"),
    _in_worker("segmentation fault in a thread", SEGMENTATION, "trial-crashed|race", IN_THREAD),
    _in_worker("hangs in a process", HANG, "trial-timeout"),
    _in_worker("hangs in a thread", "time.sleep(600)", "trial-timeout|race|did not end", IN_THREAD),
    _in_worker("hangs in C with the GIL held, in a thread", HANG_IN_C, "trial-timeout|race|did not end", IN_THREAD),
    _in_worker("recursion in a thread", RECURSION, "trial-raised|race", IN_THREAD),
    _in_worker("deaf to SIGTERM and hanging in a process", f"{DEAF}\n{HANG}", "trial-timeout"),
    _in_worker("a process ends its parent", "os.kill(os.getppid(), signal.SIGKILL)", "trial-crashed"),
    _always("ends its parent", "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(600)", ("SIGKILL",)),
    Fault("ends its parent under Scalene alone", "trial", function(
        "if 'scalene' in sys.modules:\n    os.kill(os.getppid(), signal.SIGKILL)"), 0, options=("--lines",)),
    _in_worker("shared memory left by a process that hangs", f"{SHARED_MEMORY}\n{HANG}", "trial-timeout"),
    Fault("hangs in a spawned process", "trial", function(f"if {IN_PROCESS}:\n    time.sleep(600)"), 0,
          finding="trial-timeout", options=("--models", "multiprocessing", "--start-method", "spawn")),
    Fault("fails where it is imported by a spawned process", "import",
          f"{HEAD}if {IN_SPAWNED}:\n    raise OSError('not here')\ndef f(item):\n{WAITS}", 0, finding="trial-",
          options=("--models", "multiprocessing", "--start-method", "spawn", "--budget", "8"), inputs=MORE_ITEMS),
    Fault("hangs where it is imported by a forkserver's process", "import",
          f"{HEAD}if {IN_SPAWNED}:\n    time.sleep(600)\ndef f(item):\n{WAITS}", 0, finding="trial-timeout",
          options=("--models", "multiprocessing", "--start-method", "forkserver", "--budget", "8"), inputs=MORE_ITEMS),
    Fault("hangs under Scalene alone", "trial", function("if 'scalene' in sys.modules:\n    time.sleep(600)"), 0,
          options=("--lines",)),
    Fault("dies under Scalene alone", "trial", function("if 'scalene' in sys.modules:\n    os.abort()"), 0,
          options=("--lines",)),
)  # fmt: skip
IMPORTS = (
    _at_import("raises at import", "raise RuntimeError('not today')", ("cannot be imported", "not today")),
    _at_import("hangs at import", "time.sleep(600)", ("importing", "longer than")),
    _at_import("hangs at import in C with the GIL held", HANG_IN_C, ("importing", "longer than")),
    _at_import("exits at import", "sys.exit('usage')", ("sys.exit", "__main__")),
    _at_import("os._exit at import", "os._exit(0)", ("status 0",)),
    _at_import("abort at import", "os.abort()", ("SIGABRT",)),
    _at_import("segmentation fault at import", SEGMENTATION, ("SIGSEGV",)),
    _at_import("recursion at import", RECURSION, ("RecursionError",)),
    _at_import("asks for too much memory at import", "X = bytes(2**60)", ("MemoryError|memory",)),
    _at_import("imports what is not there", "import no_such_package", ("needs no_such_package",)),
    _at_import("is no Python", "def (:", ("SyntaxError",)),
    _at_import("prints at import", "print('x' * 100_000); print('y' * 100_000, file=sys.stderr)", (), 0),
    _at_import("reads standard input at import", "assert sys.stdin.read() == ''", (), 0),
    _at_import("takes a second and a half to import", "time.sleep(1.5)", (), 0),
    _at_import("changes directory at import", "os.chdir('/')", (), 0),
    Fault("starts threads at import", "import", f"{HEAD}threading.Thread(target=time.sleep, args=(600,), "
          f"daemon=True).start()\ndef f(item):\n{WAITS}", 0, finding="threads-at-import"),
    Fault("starts a thread that is no daemon at import", "import", f"{HEAD}threading.Thread(target=time.sleep, "
          f"args=(600,)).start()\ndef f(item):\n{WAITS}", 0, finding="threads-at-import"),
    Fault("leaves a daemon at import", "import", f"{HEAD}{UNMARKED_DAEMON}\ndef f(item):\n{WAITS}", 0,
          options=("--models", "threading")),
)  # fmt: skip
ITEM_FAULTS = (
    Fault("items that cannot be pickled", "items", HEAD + f"def f(item):\n{WAITS}", 0, finding="unpicklable-call",
          inputs=("--inputs-expr", "[(lambda: n) for n in range(24)]")),
    _items("a generator of items", "", (), "--inputs-expr", "(n for n in range(24))", status=0),
    _items("items without end", "", ("not ended", "--calls"), "--inputs-expr",
           "__import__('itertools').count()"),
    _items("items without end, and a number of calls", "", (), "--inputs-expr", "__import__('itertools').count()",
           "--calls", "20", status=0),
    _items("items that stop coming", "def items():\n    yield 1\n    time.sleep(600)", ("longer than|not ended",),
           "--inputs-from", "work:items"),
    _items("items that fail half-way", "def items():\n    yield 1\n    raise OSError('disk gone')",
           ("failed after 1", "disk gone"), "--inputs-from", "work:items"),
    _items("a callable that fails", "def items():\n    raise OSError('not ready')", ("not ready",),
           "--inputs-from", "work:items"),
    _items("a callable that exits", "def items():\n    sys.exit(3)", ("sys.exit|SystemExit",),
           "--inputs-from", "work:items"),
    _items("a callable that kills", "def items():\n    os.abort()", ("SIGABRT",), "--inputs-from", "work:items"),
    _items("items that take memory without end", "def items():\n    while True:\n        yield bytes(10_000_000)",
           ("not ended|memory",), "--inputs-from", "work:items"),
    _items("an expression that hangs", "", ("longer than",), "--inputs-expr", "__import__('time').sleep(600)"),
    _items("an expression that exits", "", ("sys.exit|SystemExit",), "--inputs-expr", "__import__('sys').exit(3)"),
    _items("a file of pickles", "", ("suffix must be",), "--inputs", "items.pkl"),
    _items("an item whose repr fails", "class Rude:\n    def __repr__(self):\n        raise OSError('no')\n"
           "ITEMS = [Rude() for _ in range(24)]", (), "--inputs-from", "work:ITEMS", status=0),
    Fault("a set-up that hangs", "setup", HEAD + f"def f(item):\n{WAITS}\ndef prepare():\n    time.sleep(600)\n", 2,
          ("longer than",), options=("--setup", "work:prepare")),
    Fault("a set-up that exits", "setup", HEAD + f"def f(item):\n{WAITS}\ndef prepare():\n    sys.exit(2)\n", 2,
          ("--setup", "exit"), options=("--setup", "work:prepare")),
)  # fmt: skip

MATRIX: tuple[Fault, ...] = (
    *RAISES, *HANGS, *MEMORY, *BEHAVES_ODDLY, *RESULTS, *TRIALS, *IMPORTS, *ITEM_FAULTS,
)  # fmt: skip
