"""Where exactly something cannot be pickled, and exceptions that do not survive the way back."""

from __future__ import annotations

import inspect
import pickle
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PROTOCOL = pickle.DEFAULT_PROTOCOL
MOST_STEPS = 300
MOST_DEPTH = 8
MOST_ENTRIES = 40


def failing_path(value: Any, name: str) -> tuple[str, Any]:
    """The attribute path to the innermost part that cannot be pickled, such as ``result.handle.lock``."""
    steps = [MOST_STEPS]
    path, depth = name, 0
    while depth < MOST_DEPTH:
        inner = next(((label, part) for label, part in _parts(value) if _fails(part, steps)), None)
        if inner is None:
            break
        path, value, depth = path + inner[0], inner[1], depth + 1
    return path, value


def why_not_by_name(function: object) -> str | None:
    """In words, why a function cannot be found again by its name in a fresh interpreter; or ``None``."""
    name = getattr(function, "__qualname__", "")
    if name == "<lambda>" or name.endswith(".<lambda>"):
        return "a lambda has no name by which a process could find it; write it as a function with def"
    if "<locals>" in name:
        return "%s is made inside another function, so that no process can find it by its name" % name
    if getattr(function, "__module__", None) == "__main__":
        return "%s belongs to __main__, which a spawned process does not have; move it to a module" % name
    return None


def lost_exception(kind: type[BaseException]) -> str | None:
    """Why an exception class does not come back from a process as it was raised, or ``None``.

    It is made with one word for each required argument; where that fails nothing is known.
    """
    try:
        parameters = list(inspect.signature(kind).parameters.values())
        plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        required = [p for p in parameters if p.default is p.empty]
        error = kind(
            *("word" for p in required if p.kind in plain),
            **{p.name: "word" for p in required if p.kind is inspect.Parameter.KEYWORD_ONLY},
        )
    except Exception:
        return None
    try:
        back = pickle.loads(pickle.dumps(error, PROTOCOL))  # noqa: S301 - made in this line
    except Exception as failure:
        return "%s: %s" % (type(failure).__name__, str(failure)[:160])
    if type(back) is not type(error):
        return "it comes back as %s" % type(back).__name__
    return None


def _fails(value: Any, steps: list[int]) -> bool:
    steps[0] -= 1
    if steps[0] < 0:
        return False
    try:
        pickle.loads(pickle.dumps(value, PROTOCOL))  # noqa: S301 - made in this line
    except Exception:
        return True
    return False


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """(label, part) of what pickle would take of a value."""
    if isinstance(value, dict):
        yield from (("[%.30r]" % (key,), part) for key, part in list(value.items())[:MOST_ENTRIES])
    elif isinstance(value, (list, tuple)):
        yield from (("[%d]" % number, part) for number, part in enumerate(value[:MOST_ENTRIES]))
    elif isinstance(value, (set, frozenset)):
        yield from (("{...}", part) for part in list(value)[:MOST_ENTRIES])
    elif isinstance(value, types.MethodType):
        yield ".__self__", value.__self__
    elif not isinstance(value, (type, types.FunctionType, types.ModuleType)):
        yield from ((".%s" % name, part) for name, part in _attributes(value))


def _attributes(value: Any) -> list[tuple[str, Any]]:
    try:
        return list(vars(value).items())[:MOST_ENTRIES]
    except TypeError:
        names = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        return [(name, getattr(value, name)) for name in names if hasattr(value, name)]
