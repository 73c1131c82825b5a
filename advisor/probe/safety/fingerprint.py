"""A short digest of results, so that those of two ways of running can be compared across processes.

Digests are equal for equal results. Where they differ, sketches tell whether only the last digits of floats do:
floats count as the same within 1e-9 of the results' size (1e-5 for floats of 32 bits and fewer), taken over the
whole list, because sums in another order differ by that much and no more.
"""

from __future__ import annotations

import hashlib
import math
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Union

    Hasher = Union["hashlib.blake2b", "_Sketcher"]

MOST_NODES = 200_000
MOST_DEPTH = 60
TOLERANCE = 1e-9
TOLERANCE_SHORT = 1e-5
_SHORT_FLOAT_BYTES = 4


class _TooLargeError(Exception):
    """The results are too many or too deep to compare."""


def digest(results: Sequence[Any]) -> str | None:
    """A hexadecimal digest of a list of results, or ``None`` where their equality cannot be told.

    Equal for equal numbers, text, bytes, containers of them (sets and dictionaries in any order), arrays and
    objects with the same class and attributes; independent of identity and of addresses in memory.
    """
    hasher = hashlib.blake2b(digest_size=16)
    try:
        _feed(hasher, results, [MOST_NODES], 0)
    except Exception:
        return None
    return hasher.hexdigest()


def sketch(results: Sequence[Any]) -> list[Any] | None:
    """[digest of all but finite floats, what the sums may differ by, sums], or ``None`` where it cannot be told.

    The sums are two projections of the floats, with fixed weights that have no pattern: floats that differ by
    more than the tolerance differ in them.
    """
    sketcher = _Sketcher()
    try:
        _feed(sketcher, results, [MOST_NODES], 0)
    except Exception:
        return None
    return [sketcher.hexdigest(), sketcher.allowed, sketcher.sums]


def compare(these: Sequence[Any], those: Sequence[Any]) -> bool | None:
    """Whether two lists of results differ; ``None`` where that cannot be told."""
    mine, theirs = digest(these), digest(those)
    if mine is None or theirs is None:
        return None
    if mine == theirs:
        return False
    ours, others = sketch(these), sketch(those)
    if ours is None or others is None or ours[0] != others[0]:
        return True
    allowed = max(ours[1], others[1])
    return any(not abs(a - b) <= allowed for a, b in zip(ours[2], others[2]))


class _Sketcher:
    """A hasher that sets finite floats aside and adds them up."""

    def __init__(self) -> None:
        self._hasher = hashlib.blake2b(digest_size=16)
        self.update, self.hexdigest, self.digest = self._hasher.update, self._hasher.hexdigest, self._hasher.digest
        self.allowed = 0.0
        self.sums = [0.0, 0.0]
        self._count = 0

    def number(self, value: float) -> None:
        """Take one float."""
        if not math.isfinite(value):
            self.update(b"nan" if math.isnan(value) else repr(value).encode())
            return
        self._count += 1
        self.allowed += abs(value) * TOLERANCE
        self.sums[0] += value * math.cos(self._count)
        self.sums[1] += value * math.cos(1.7 * self._count + 0.4)

    def array(self, value: Any) -> None:
        """Take an array of floats whole."""
        numpy = sys.modules["numpy"]
        flat = numpy.asarray(value).astype(float).ravel()
        finite = numpy.isfinite(flat)
        if not finite.all():
            self.update(numpy.packbits(finite).tobytes())
            self.update(repr(numpy.unique(flat[~finite]).tolist()).encode())
            flat = numpy.where(finite, flat, 0.0)
        places = numpy.arange(1, flat.size + 1) + self._count
        self._count += flat.size
        tolerance = TOLERANCE_SHORT if value.dtype.itemsize <= _SHORT_FLOAT_BYTES else TOLERANCE
        self.allowed += float(numpy.abs(flat).sum()) * tolerance
        self.sums[0] += float(flat @ numpy.cos(places))
        self.sums[1] += float(flat @ numpy.cos(1.7 * places + 0.4))


def _feed(hasher: Hasher, value: Any, nodes_left: list[int], depth: int) -> None:
    nodes_left[0] -= 1
    if nodes_left[0] < 0 or depth > MOST_DEPTH:
        raise _TooLargeError
    kind = type(value)
    hasher.update(("%s.%s:" % (kind.__module__, kind.__qualname__)).encode())
    if value is None or value is Ellipsis:
        return
    if isinstance(hasher, _Sketcher) and isinstance(value, float):
        hasher.number(value)
        return
    scalar = _scalar_bytes(value)
    if scalar is not None:
        hasher.update(b"%d:" % len(scalar))
        hasher.update(scalar)
    elif hasattr(value, "tobytes") and hasattr(value, "dtype"):
        _feed_array(hasher, value, nodes_left, depth)
    elif not _feed_container(hasher, value, nodes_left, depth):
        _feed_object(hasher, value, nodes_left, depth)


def _feed_container(hasher: Hasher, value: Any, nodes_left: list[int], depth: int) -> bool:
    """Feed a list, a tuple, a set or a dictionary; says whether it was one."""
    if isinstance(value, (list, tuple)):
        hasher.update(b"%d:" % len(value))
        for part in value:
            _feed(hasher, part, nodes_left, depth + 1)
    elif isinstance(value, (set, frozenset)):
        _feed_unordered(hasher, value, nodes_left, depth)
    elif isinstance(value, dict):
        if isinstance(hasher, _Sketcher):
            _feed_mapping(hasher, value, nodes_left, depth)
        else:
            _feed_unordered(hasher, list(value.items()), nodes_left, depth)
    else:
        return False
    return True


def _feed_array(hasher: Hasher, value: Any, nodes_left: list[int], depth: int) -> None:
    hasher.update(("%s%s" % (value.dtype, getattr(value, "shape", ""))).encode())
    if value.dtype.hasobject:
        _feed(hasher, value.tolist(), nodes_left, depth + 1)
    elif isinstance(hasher, _Sketcher) and value.dtype.kind == "f":
        hasher.array(value)
    else:
        hasher.update(value.tobytes())


def _scalar_bytes(value: Any) -> bytes | bytearray | memoryview | None:
    """A number, text or bytes as bytes; ``None`` for anything else."""
    if isinstance(value, float):
        # Every NaN is the same one.
        return struct.pack("<d", math.nan if math.isnan(value) else value)
    if isinstance(value, (int, complex, str)):
        return repr(value).encode("utf-8", "surrogatepass")
    return value if isinstance(value, (bytes, bytearray, memoryview)) else None


def _feed_unordered(hasher: Hasher, parts: Iterable[Any], nodes_left: list[int], depth: int) -> None:
    digests = []
    for part in parts:
        inner = hashlib.blake2b(digest_size=16)
        _feed(inner, part, nodes_left, depth + 1)
        digests.append(inner.digest())
    hasher.update(b"".join(sorted(digests)))


def _feed_mapping(hasher: Hasher, value: dict[Any, Any], nodes_left: list[int], depth: int) -> None:
    """In the order of the keys' digests, so that floats among the values can be set aside."""
    keyed = []
    for key, part in value.items():
        inner = hashlib.blake2b(digest_size=16)
        _feed(inner, key, nodes_left, depth + 1)
        keyed.append((inner.digest(), part))
    for of_key, part in sorted(keyed, key=lambda pair: pair[0]):
        hasher.update(of_key)
        _feed(hasher, part, nodes_left, depth + 1)


def _feed_object(hasher: Hasher, value: Any, nodes_left: list[int], depth: int) -> None:
    reduced = value.__reduce_ex__(2)
    if isinstance(reduced, str):
        hasher.update(reduced.encode())
        return
    # The first part is the constructor, by name; the rest is what pickle would keep.
    hasher.update(getattr(reduced[0], "__qualname__", "").encode())
    arguments = [part for part in reduced[1] if not isinstance(part, type)]
    _feed(hasher, arguments, nodes_left, depth + 1)
    state = [list(part) if hasattr(part, "__next__") else part for part in reduced[2:5]]
    _feed(hasher, state, nodes_left, depth + 1)
