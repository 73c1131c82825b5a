"""A short digest of results, so that those of two ways of running can be compared across processes."""

import hashlib
import struct

MOST_NODES = 200_000
MOST_DEPTH = 60


class _TooLargeError(Exception):
    """The results are too many or too deep to compare."""


def digest(results):
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


def _feed(hasher, value, nodes_left, depth):
    nodes_left[0] -= 1
    if nodes_left[0] < 0 or depth > MOST_DEPTH:
        raise _TooLargeError
    kind = type(value)
    hasher.update(("%s.%s:" % (kind.__module__, kind.__qualname__)).encode())
    if value is None or value is Ellipsis:
        return
    scalar = _scalar_bytes(value)
    if scalar is not None:
        hasher.update(b"%d:" % len(scalar))
        hasher.update(scalar)
    elif isinstance(value, (list, tuple)):
        hasher.update(b"%d:" % len(value))
        for part in value:
            _feed(hasher, part, nodes_left, depth + 1)
    elif isinstance(value, (set, frozenset)):
        _feed_unordered(hasher, value, nodes_left, depth)
    elif isinstance(value, dict):
        _feed_unordered(hasher, list(value.items()), nodes_left, depth)
    elif hasattr(value, "tobytes") and hasattr(value, "dtype"):
        hasher.update(("%s%s" % (value.dtype, getattr(value, "shape", ""))).encode())
        if value.dtype.hasobject:
            _feed(hasher, value.tolist(), nodes_left, depth + 1)
        else:
            hasher.update(value.tobytes())
    else:
        _feed_object(hasher, value, nodes_left, depth)


def _scalar_bytes(value):
    """A number, text or bytes as bytes; ``None`` for anything else."""
    if isinstance(value, float):
        return struct.pack("<d", value)
    if isinstance(value, (int, complex, str)):
        return repr(value).encode("utf-8", "surrogatepass")
    return value if isinstance(value, (bytes, bytearray, memoryview)) else None


def _feed_unordered(hasher, parts, nodes_left, depth):
    digests = []
    for part in parts:
        inner = hashlib.blake2b(digest_size=16)
        _feed(inner, part, nodes_left, depth + 1)
        digests.append(inner.digest())
    hasher.update(b"".join(sorted(digests)))


def _feed_object(hasher, value, nodes_left, depth):
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
