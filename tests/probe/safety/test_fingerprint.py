from __future__ import annotations

import array
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.probe.safety import fingerprint

digest: Callable[[list[Any]], str | None] = fingerprint.digest

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
HASHABLE = SCALARS | st.tuples(SCALARS, SCALARS) | st.frozensets(st.integers(), max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.frozensets(HASHABLE, max_size=4)
    ),
    max_leaves=10,
)


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Point(NamedTuple):
    x: int
    y: int


@dataclasses.dataclass
class Box:
    inside: Any


@dataclasses.dataclass
class Crate:
    inside: Any


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a: int, b: int) -> None:
        self.a, self.b = a, b


class Refusing:
    def __reduce_ex__(self, _protocol: object) -> str:
        raise RuntimeError("not for you")


def rebuilt(value: Any) -> Any:
    """An equal value made anew; sets and dictionaries in the opposite order."""
    if isinstance(value, dict):
        return {rebuilt(key): rebuilt(part) for key, part in reversed(value.items())}
    if isinstance(value, frozenset):
        return frozenset(rebuilt(part) for part in reversed(list(value)))
    if isinstance(value, list | tuple):
        return type(value)([rebuilt(part) for part in value])
    if isinstance(value, str):
        return "".join(list(value))
    return value


def kinds(value: Any) -> Any:
    """The value with its types, so that what compares equal across types is told apart."""
    if isinstance(value, dict):
        return ("dict", frozenset((kinds(k), kinds(v)) for k, v in value.items()))
    if isinstance(value, frozenset):
        return ("frozenset", frozenset(kinds(part) for part in value))
    if isinstance(value, list | tuple):
        return (type(value).__name__, tuple(kinds(part) for part in value))
    return (type(value).__name__, repr(value))


@given(VALUES)
def test_equal_results_have_equal_digests(value: Any) -> None:
    assert digest([value]) == digest([rebuilt(value)]) is not None


@given(VALUES, VALUES)
def test_unequal_results_have_unequal_digests(a: Any, b: Any) -> None:
    assert (digest([a]) == digest([b])) == (kinds(a) == kinds(b))


@given(st.lists(VALUES, min_size=2, max_size=5, unique_by=lambda value: repr(kinds(value))))
def test_the_order_of_results_counts(values: list[Any]) -> None:
    assert digest(values) != digest(list(reversed(values)))


@pytest.mark.parametrize(
    "make",
    [
        lambda n: Box([n]),
        lambda n: Slotted(n, 2),
        lambda n: Point(n, 2),
        Colour,
        lambda n: decimal.Decimal(n) / 7,
        lambda n: fractions.Fraction(n, 7),
        lambda n: dt.datetime(2024, 1, n, tzinfo=dt.UTC),
        lambda n: dt.timedelta(seconds=n),
        lambda n: collections.Counter({"a": n}),
        lambda n: collections.deque([n, 2]),
        lambda n: collections.OrderedDict(a=n),
        lambda n: collections.defaultdict(list, a=[n]),
        lambda n: array.array("d", [n]),
        lambda n: bytearray([n]),
        range,
        ValueError,
        lambda n: np.arange(6).reshape(2, 3) * n,
        lambda n: np.arange(12)[::n],
        lambda n: np.array([{"a": n}, None], dtype=object),
        np.float32,
        lambda n: pd.Series([n, 2], name="a"),
        lambda n: pd.DataFrame({"a": [n]}),
    ],
)
def test_objects_are_compared_by_what_they_hold(make: Callable[[int], Any]) -> None:
    assert digest([make(1)]) == digest([make(1)]) is not None
    assert digest([make(1)]) != digest([make(2)])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, True),
        (1, 1.0),
        ("1", b"1"),
        ([1], (1,)),
        ({}, set()),
        (Box(1), Crate(1)),
        (["ab"], ["a", "b"]),
        ([[1], 2], [[1, 2]]),
        ([b"ab", b"c"], [b"a", b"bc"]),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
        (np.zeros(6), np.zeros((2, 3))),
        (np.zeros(2, "i4"), np.zeros(1, "i8")),
    ],
)
def test_what_looks_alike_is_told_apart(a: Any, b: Any) -> None:
    assert digest([a]) != digest([b])


def test_not_a_number_is_equal_to_itself_here() -> None:
    assert digest([float("nan")]) == digest([float("nan")]) is not None


@pytest.mark.parametrize(
    "value",
    [
        threading.Lock(),
        (n for n in range(3)),
        Refusing(),
        [Box(Refusing())],
        np.array([Refusing()], dtype=object),
    ],
)
def test_nothing_is_claimed_of_what_cannot_be_compared(value: Any) -> None:
    assert digest([value]) is None


def test_functions_and_classes_are_never_taken_for_each_other() -> None:
    for a, b in ((len, max), (Box, Crate), (rebuilt, kinds), (lambda: 1, lambda: 2)):
        assert digest([a]) is None or digest([a]) != digest([b])


def test_results_that_hold_themselves_are_not_followed_for_ever() -> None:
    loop: list[Any] = []
    loop.append(loop)
    tied = Box(None)
    tied.inside = tied
    assert digest([loop]) is None
    assert digest([tied]) is None


def test_very_deep_or_very_many_results_are_given_up() -> None:
    deep: Any = 1
    for _ in range(1000):
        deep = [deep]
    assert digest([deep]) is None
    assert digest([0] * 300_000) is None
    assert digest([bytes(3_000_000)]) is not None


differ: Callable[[list[Any], list[Any]], bool | None] = fingerprint.compare


@given(st.lists(VALUES, max_size=4))
def test_equal_results_do_not_differ(values: list[Any]) -> None:
    assert differ(values, values) is not True


def test_the_last_digits_of_floats_are_no_difference() -> None:
    values = np.sin(np.arange(10_000.0))
    nearly = values * (1 + 1e-14)
    assert digest([values]) != digest([nearly])
    assert differ([values, 0.1 + 0.2, {"x": [1 / 3]}], [nearly, 0.3, {"x": [1 / 3 + 1e-17]}]) is False
    assert differ([values.astype("float32")], [nearly.astype("float32") * np.float32(1 + 1e-7)]) is False


@pytest.mark.parametrize(
    ("these", "those"),
    [
        ([0.5], [0.5 + 1e-6]),
        ([1.0, 2.0], [2.0, 1.0]),
        ([np.arange(1_000.0)], [np.arange(1_000.0)[::-1].copy()]),
        ([[1.0, 2]], [[1.0, 3]]),
        ([float("nan")], [1.0]),
        ([float("inf")], [float("-inf")]),
        ([{"a": 1.0}], [{"b": 1.0}]),
    ],
)
def test_other_results_differ(these: list[Any], those: list[Any]) -> None:
    assert differ(these, those) is True


def test_nan_is_the_same_as_nan() -> None:
    assert differ([float("nan"), np.array([np.nan, 1.0])], [-float("nan"), np.array([np.nan, 1.0])]) is False


def test_results_that_no_digest_can_hold_are_neither_equal_nor_different() -> None:
    assert differ([threading.Lock()], [threading.Lock()]) is None
