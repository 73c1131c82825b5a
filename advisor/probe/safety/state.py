"""A fingerprint of all that a call can leave behind in this process, and what changed between two of them."""

from __future__ import annotations

import inspect
import os
import sys
from time import perf_counter

from ..failures import shorten
from ..target import ownership
from .value_marks import amount, attributes, mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

SNAPSHOT_SECONDS = 0.04
MOST_VARIABLES = 3_000
ABSENT = "absent"
MOST_SHOWN = 1_000


class Variable:
    """One variable: its kind, its mark, how much it has gathered, how it looks, and where it lives."""

    __slots__ = ("amount", "kind", "mark", "text", "value")

    def __init__(self, kind: str, value: Any) -> None:
        self.kind = kind
        self.mark = mark(value)
        self.amount = amount(value)
        self.text = _text_of(value)
        self.value = value


class Fingerprint(dict[str, "Variable"]):
    """``{path: Variable}``; ``complete`` unless time or number ran out."""

    complete = True


def snapshot(function: Callable[..., Any], module_name: str) -> Fingerprint:
    """Every variable of the user's modules, by its path; what takes too long is left out."""
    found = Fingerprint()
    ends = perf_counter() + SNAPSHOT_SECONDS
    for path, kind, value in variables(function, module_name):
        found[path] = Variable(kind, value)
        if len(found) >= MOST_VARIABLES or perf_counter() > ends:
            found.complete = False
            break
    return found


def changes(before: Fingerprint, after: Fingerprint) -> list[str]:
    """Paths that both fingerprints reached and that differ, or that only the later one has."""
    return [path for path, seen in after.items() if _changed(before.get(path), seen, before.complete)]


def last_name(path: str) -> str:
    """The identifier that a path ends in."""
    return path.rsplit(".", 1)[-1]


def _changed(was: Variable | None, now: Variable, complete: bool) -> bool:
    if was is None:
        return complete and now.kind != "function"
    return bool(was.mark != now.mark)


def variables(function: Callable[..., Any], module_name: str) -> Iterator[tuple[str, str, Any]]:
    """(path, kind, value) of every variable that outlives a call."""
    yield from _function_state(function, getattr(function, "__name__", "the function"), set())
    for module in ownership.users_modules(module_name):
        prefix = "" if module.__name__ == module_name else module.__name__ + "."
        for name, value in list(vars(module).items()):
            if not name.startswith("__") and value is not function:
                yield from _variable(prefix + name, "global", value, module.__name__)


def _variable(path: str, kind: str, value: Any, module_name: str | None) -> Iterator[tuple[str, str, Any]]:
    if inspect.ismodule(value):
        return
    if isinstance(value, type):
        if value.__module__ == module_name:
            yield from _class_state(value, path)
        return
    if inspect.isfunction(value) or hasattr(value, "__wrapped__"):
        if getattr(value, "__module__", None) == module_name:
            yield from _function_state(value, path, set())
        return
    inside = attributes(value)
    if inside is None:
        yield path, kind, value
        return
    for name, part in inside.items():
        deeper = attributes(part)
        if deeper is None:
            yield "%s.%s" % (path, name), kind, part
        else:
            for inner, innermost in deeper.items():
                yield "%s.%s.%s" % (path, name, inner), kind, innermost


def _class_state(kind: type, path: str) -> Iterator[tuple[str, str, Any]]:
    for name, value in list(vars(kind).items()):
        if name.startswith("__") or isinstance(value, (property, staticmethod, classmethod)):
            continue
        if inspect.isfunction(value):
            yield from _function_state(value, "%s.%s" % (path, name), set())
        elif not hasattr(value, "__get__"):
            yield from _variable("%s.%s" % (path, name), "class-attribute", value, None)


def _function_state(function: Any, path: str, seen: set[int]) -> Iterator[tuple[str, str, Any]]:
    """Closure cells, default arguments and attributes of a function and of what it wraps."""
    if id(function) in seen:
        return
    seen.add(id(function))
    if hasattr(function, "cache_info") and hasattr(function, "cache_clear"):
        yield path, "cache", function
    code = getattr(function, "__code__", None)
    for name, cell in zip(getattr(code, "co_freevars", ()), getattr(function, "__closure__", None) or ()):
        try:
            value = cell.cell_contents
        except ValueError:
            continue
        if inspect.isfunction(value):
            yield from _function_state(value, "%s.%s" % (path, name), seen)
        else:
            yield from _variable("%s.%s" % (path, name), "closure", value, None)
    for name, value in _defaults(function):
        yield from _variable("%s.%s" % (path, name), "default", value, None)
    for name, value in list(getattr(function, "__dict__", {}).items()):
        if name == "__wrapped__":
            yield from _function_state(value, path, seen)
        elif not name.startswith("__"):
            yield "%s.%s" % (path, name), "global", value


def _defaults(function: Any) -> Iterator[tuple[str, Any]]:
    given = getattr(function, "__defaults__", None) or ()
    code = getattr(function, "__code__", None)
    if code is not None:
        names = code.co_varnames[: code.co_argcount]
        yield from zip(names[len(names) - len(given) :], given)
        yield from (getattr(function, "__kwdefaults__", None) or {}).items()


def surroundings() -> dict[str, Any]:
    """Environment, working directory, locale and open descriptors of this process."""
    locale = sys.modules.get("locale")
    return {
        "environment": dict(os.environ),
        "directory": _working_folder(),
        "locale": None if locale is None else locale.setlocale(locale.LC_ALL),
        "descriptors": _descriptors(),
    }


def _working_folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:
        return None


def _descriptors() -> dict[int, str]:
    """What the open descriptors lead to; empty where the system does not tell."""
    found: dict[int, str] = {}
    try:
        numbers = os.listdir("/proc/self/fd")
    except OSError:
        return found
    for number in numbers[:1_000]:
        try:
            found[int(number)] = os.readlink("/proc/self/fd/" + number)
        except OSError:
            continue
    return found


def _text_of(value: Any) -> str:
    """As short as a report wants it; containers and large things by their size."""
    if isinstance(value, (list, dict, set, frozenset, bytearray)):
        return "%d entries" % len(value) if len(value) != 1 else "1 entry"
    if isinstance(value, (str, bytes, tuple)) and len(value) > MOST_SHOWN:
        return "%s of length %d" % (type(value).__name__, len(value))
    if isinstance(value, (int, float, str, bytes, type(None), tuple)):
        return shorten(value, 40)
    return type(value).__name__
