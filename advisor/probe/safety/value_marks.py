"""What a variable holds, as a small mark that can be compared later: bounded in time, size and depth."""

from __future__ import annotations

import collections
import itertools
import math
import sys
import threading

from ..target.ownership import is_users_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_DEPTH = 3
MOST_NODES = 400
MOST_SMALL = 128
"""Entries up to which a container is read into, one by one."""
MOST_IDENTITIES = 20_000
MOST_BYTES = 1_000_000
LONG_TEXT = 4_096

SCALARS = (type(None), bool, int, float, complex, str, bytes)
LOCKS = (type(threading.Lock()), type(threading.RLock()), threading.Condition, threading.Semaphore, threading.Event)


def mark(value: Any, depth: int = 0, nodes: list[int] | None = None) -> Any:
    """Something hashable that is equal for equal contents, as far as a comparison of bounded cost can tell.

    What cannot be read is marked by its type alone, so that it never counts as changed.
    """
    nodes = [MOST_NODES] if nodes is None else nodes
    nodes[0] -= 1
    if isinstance(value, SCALARS):
        return _scalar(value)
    if nodes[0] < 0 or depth > MOST_DEPTH:
        return type(value).__name__
    for kinds, reader in _READERS:
        if isinstance(value, kinds):
            return (type(value).__name__, reader(value, depth, nodes))
    try:
        return (type(value).__name__, _other(value, depth, nodes))
    except Exception:
        return type(value).__name__


def amount(value: Any) -> tuple[float, ...]:
    """How much a variable has gathered: a number itself, a container's length and the sum of its numbers."""
    if isinstance(value, (bool, int, float)):
        return (value,)
    if isinstance(value, dict) and len(value) <= MOST_IDENTITIES:
        numbers = [part for part in value.values() if isinstance(part, (int, float))]
        sizes = [len(part) for part in value.values() if isinstance(part, (list, set))]
        return (len(value), sum(numbers) + sum(sizes))
    if isinstance(value, (list, set, frozenset, collections.deque, bytearray)):
        return (len(value),)
    return ()


def attributes(value: Any) -> dict[str, Any] | None:
    """The attributes of an object of a class of the user's; ``None`` of any other object."""
    if isinstance(value, type) or not is_users_class(type(value)):
        return None
    try:
        return dict(vars(value))
    except TypeError:
        slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        return {name: getattr(value, name) for name in slots if hasattr(value, name)}


def _scalar(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    if isinstance(value, (str, bytes)) and len(value) > LONG_TEXT:
        return (type(value).__name__, len(value), hash(value))
    return (type(value).__name__, value)


def _sequence(value: Any, depth: int, nodes: list[int]) -> tuple[Any, ...]:
    if len(value) <= MOST_SMALL:
        return tuple(mark(part, depth + 1, nodes) for part in list(value))
    return (len(value), hash(tuple(map(id, itertools.islice(value, MOST_IDENTITIES)))))


def _mapping(value: Any, depth: int, nodes: list[int]) -> Any:
    if len(value) <= MOST_SMALL:
        return frozenset(
            (mark(key, depth + 1, nodes), mark(part, depth + 1, nodes)) for key, part in list(value.items())
        )
    return (len(value), hash(tuple(map(id, itertools.islice(value.values(), MOST_IDENTITIES)))))


def _set(value: Any, depth: int, nodes: list[int]) -> Any:
    if len(value) <= MOST_SMALL:
        return frozenset(mark(part, depth + 1, nodes) for part in list(value))
    return (len(value), hash(frozenset(map(id, itertools.islice(value, MOST_IDENTITIES)))))


def _raw(value: Any, _depth: int, _nodes: list[int]) -> tuple[int, int]:
    return (len(value), hash(bytes(value[:MOST_BYTES])))


def _text(value: Any, _depth: int, _nodes: list[int]) -> str:
    return repr(value)


def _unread(_value: object, _depth: int, _nodes: list[int]) -> None:
    return None


def _other(value: Any, depth: int, nodes: list[int]) -> Any:
    if hasattr(value, "cache_info") and hasattr(value, "cache_clear"):
        return value.cache_info().currsize
    if hasattr(value, "dtype") and hasattr(value, "tobytes"):
        return _array(value)
    if hasattr(value, "bit_generator"):
        return None
    if hasattr(value, "gi_frame"):
        return _generator(value, depth, nodes)
    if hasattr(value, "__length_hint__"):
        return value.__length_hint__()
    if hasattr(value, "tell") and hasattr(value, "fileno") is False:
        return value.tell()
    inside = attributes(value)
    return None if inside is None else _mapping(inside, depth, nodes)


def _array(value: Any) -> tuple[Any, ...]:
    if value.nbytes <= MOST_BYTES and not value.dtype.hasobject:
        return (value.shape, str(value.dtype), hash(value.tobytes()))
    step = max(1, value.size // 1_000)
    return (value.shape, str(value.dtype), hash(repr(list(value.flat[::step]))))


def _generator(value: Any, depth: int, nodes: list[int]) -> Any:
    frame = value.gi_frame
    return None if frame is None else (frame.f_lasti, _mapping(frame.f_locals, depth, nodes))


_READERS = (
    ((list, tuple, collections.deque), _sequence),
    ((dict,), _mapping),
    ((set, frozenset), _set),
    ((bytearray,), _raw),
    ((itertools.count,), _text),
    (LOCKS, _unread),
    ((type, type(sys), threading.local, threading.Thread), _unread),
)
