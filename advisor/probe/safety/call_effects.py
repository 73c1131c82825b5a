"""What a call does to the process and beyond it while it runs: files, folder, environment, locks, random numbers."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from time import perf_counter

from ..target import ownership

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Self

MOST_EVENTS = 2_000
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR
_EVENTS = ("open", "os.chdir", "os.putenv", "os.unsetenv")
_UNIQUE = ("/dev/", "/proc/")
_IMPORT_SYSTEM = "<frozen importlib._bootstrap>"
_PLAIN_LOCKS = (type(threading.Lock()), type(threading.RLock()))


class AuditRecorder:
    """Records the interpreter's audit events while it is open; a hook cannot be removed, so then it does nothing."""

    def __init__(self) -> None:
        self._open = False
        self.opened_for_writing: list[tuple[int, str, bool, str]] = []
        """(number of the call, path, appending, place)"""
        self.directories: list[tuple[int, str, str]] = []
        self.variables: list[tuple[int, str, str]] = []
        """(number of the call, name or folder, place)"""
        self.call = 0
        self._me = threading.get_ident()
        sys.addaudithook(self._record)

    def __enter__(self) -> Self:
        """Begin to record."""
        self._open = True
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop recording."""
        self._open = False

    def _record(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._open or threading.get_ident() != self._me or event not in _EVENTS or importing():
            return
        if event == "open":
            self._record_open(*arguments)
        elif event == "os.chdir" and len(self.directories) < MOST_EVENTS:
            self.directories.append((self.call, os.fsdecode(arguments[0]), users_place()))
        elif len(self.variables) < MOST_EVENTS:
            self.variables.append((self.call, os.fsdecode(arguments[0]), users_place()))

    def _record_open(self, path: object, mode: str | None, flags: int | None) -> None:
        writing = any(letter in mode for letter in "wax+") if mode else bool((flags or 0) & _WRITING_FLAGS)
        if not writing or not isinstance(path, (str, bytes)) or len(self.opened_for_writing) >= MOST_EVENTS:
            return
        path = os.path.abspath(os.fsdecode(path))
        if not path.startswith(_UNIQUE):
            appending = "a" in mode if mode else bool((flags or 0) & os.O_APPEND)
            self.opened_for_writing.append((self.call, path, appending, users_place()))


def importing() -> bool:
    """Whether a module is being imported just now: what its import does is done once, and not by every call."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - how logging and warnings do it
    while frame is not None:
        if frame.f_code.co_filename == _IMPORT_SYSTEM:
            return True
        frame = frame.f_back
    return False


def users_place() -> str:
    """File and line of the user's code that is running; empty where none is."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - how logging and warnings do it
    while frame is not None:
        if ownership.is_users_file(frame.f_code.co_filename):
            return "%s, line %d" % (os.path.basename(frame.f_code.co_filename), frame.f_lineno)
        frame = frame.f_back
    return ""


class TimedLock:
    """Stands in for a lock and adds up how long it is held."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock
        self._since = 0.0
        self._depth = 0
        self.held_seconds = 0.0
        self.place = ""

    def acquire(self, *arguments: Any, **keywords: Any) -> bool:
        """As the lock's own."""
        got = self._lock.acquire(*arguments, **keywords)
        if got:
            self._depth += 1
            if self._depth == 1:
                self._since = perf_counter()
                self.place = self.place or users_place()
        return bool(got)

    def release(self, *arguments: Any) -> None:
        """As the lock's own."""
        self._depth -= 1
        if self._depth == 0:
            self.held_seconds += perf_counter() - self._since
        self._lock.release(*arguments)

    def __enter__(self) -> bool:
        """As the lock's own."""
        return self.acquire()

    def __exit__(self, *_exception: object) -> None:
        """As the lock's own."""
        self.release()

    def __getattr__(self, name: str) -> Any:
        """Whatever else the lock can do."""
        return getattr(self._lock, name)


class TimedLocks:
    """While open, the plain locks in the user's modules and classes are replaced by stand-ins that keep time."""

    def __init__(self, module_name: str) -> None:
        self._module_name = module_name
        self._replaced: list[tuple[Any, str, Any, TimedLock]] = []

    def __enter__(self) -> Self:
        """Replace them; a lock with two names gets one stand-in."""
        stand_ins: dict[int, TimedLock] = {}
        for module in ownership.users_modules(self._module_name):
            owners: list[Any] = [module]
            owners += [v for v in vars(module).values() if isinstance(v, type) and ownership.is_users_class(v)]
            owners += [v for v in vars(module).values() if hasattr(v, "__dict__") and ownership.is_users_class(type(v))]
            for owner in owners:
                for name, value in list(vars(owner).items()):
                    if isinstance(value, _PLAIN_LOCKS) and not (isinstance(owner, type) and name.startswith("__")):
                        self._replace(owner, name, value, stand_ins.setdefault(id(value), TimedLock(value)))
        return self

    def _replace(self, owner: Any, name: str, value: Any, stand_in: TimedLock) -> None:
        try:
            setattr(owner, name, stand_in)
        except Exception:
            return
        self._replaced.append((owner, name, value, stand_in))

    def __exit__(self, *_exception: object) -> None:
        """Put the real ones back."""
        for owner, name, value, _ in self._replaced:
            setattr(owner, name, value)

    def held(self) -> dict[str, tuple[float, str]]:
        """{name: (seconds held so far, place)} of each that was held at all."""
        return {name: (s.held_seconds, s.place) for _, name, _, s in self._replaced if s.held_seconds > 0}


def random_states(module_name: str) -> dict[str, int]:
    """A mark of each stream of random numbers: that of ``random``, of ``numpy.random``, and the user's own."""
    found = {}
    random, numpy_random = sys.modules.get("random"), sys.modules.get("numpy.random")
    if random is not None:
        found["random"] = hash(random.getstate()[1])
    if numpy_random is not None:
        found["numpy.random"] = _numpy_mark(numpy_random.get_state(legacy=False))
    for module in ownership.users_modules(module_name):
        prefix = "" if module.__name__ == module_name else module.__name__ + "."
        for name, value in list(vars(module).items()):
            state = None
            with contextlib.suppress(Exception):
                state = _own_stream(value, random)
            if state is not None:
                found[prefix + name] = state
    return found


def name_states(module_name: str) -> list[list[str]]:
    """The same as a list of (name, mark), for the host."""
    ownership.claim(module_name)
    return [[name, str(value)] for name, value in random_states(module_name).items()]


def _own_stream(value: Any, random: Any) -> int | None:
    if random is not None and isinstance(value, random.Random) and not isinstance(value, random.SystemRandom):
        return hash(value.getstate()[1])
    if hasattr(value, "bit_generator"):
        return _numpy_mark(value.bit_generator.state)
    if type(value).__name__ == "RandomState" and hasattr(value, "get_state"):
        return _numpy_mark(value.get_state(legacy=False))
    return None


def _numpy_mark(state: Any) -> int:
    inner = state.get("state")
    key = inner.get("key") if isinstance(inner, dict) else None
    if key is not None:
        return hash((key.tobytes(), inner.get("pos")))
    return hash(repr(state))
