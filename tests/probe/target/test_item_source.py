from __future__ import annotations

import itertools
import pickle
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from advisor.probe import failures
from advisor.probe.target import item_source
from tests.jobs import is_one_line

Unusable = failures.Unusable
# Fakes and wrong values are passed to these on purpose.
load_items: Callable[..., list[Any] | None] = item_source.load_items
expression_imports: Callable[[str, types.ModuleType], list[str]] = item_source.expression_imports


class Failing:
    """Gives two items, then raises."""

    def __iter__(self) -> Iterator[int]:
        yield from (1, 2)
        raise OSError("disk\ngone")


class Claiming:
    """Says how long it is, and is as long."""

    def __len__(self) -> int:
        return 10**9

    def __iter__(self) -> Iterator[int]:
        return iter(range(10**9))


@pytest.fixture
def theirs() -> Iterator[types.ModuleType]:
    module = types.ModuleType("their_data")
    names: dict[str, Any] = {
        "ITEMS": (1, 2, 3),
        "make": lambda: [4, 5],
        "numbers": lambda: iter(range(5)),
        "Some": type("Some", (), {"items": [6]}),
        "failing": Failing(),
        "endless": itertools.count(),
        "claiming": Claiming(),
        "NOTHING": None,
        "sum": lambda _items: 7,
        "maths": __import__("math"),
        "json": __import__("json"),
    }
    vars(module).update(names)
    sys.modules["their_data"] = module
    yield module
    del sys.modules["their_data"]


def gather(kind: str, source: str | None, module: types.ModuleType, calls: int | None = None) -> Any:
    return load_items({"kind": kind, "source": source}, module, calls)


def refusal(kind: str, source: str, module: types.ModuleType, calls: int | None = None) -> str:
    with pytest.raises(Unusable) as refused:
        gather(kind, source, module, calls)
    assert is_one_line(refused.value)
    return str(refused.value)


def test_a_function_without_parameters_has_no_items(theirs: types.ModuleType) -> None:
    assert gather("none", None, theirs) is None


@pytest.mark.parametrize(
    ("source", "items"),
    [
        ("their_data:ITEMS", [1, 2, 3]),
        ("their_data:make", [4, 5]),
        ("their_data:numbers", [0, 1, 2, 3, 4]),
        ("their_data:Some.items", [6]),
    ],
)
def test_an_object_is_an_iterable_or_returns_one(source: str, items: list[int], theirs: types.ModuleType) -> None:
    assert gather("object", source, theirs) == items


@pytest.mark.parametrize(
    ("source", "items"),
    [
        ("ITEMS", [1, 2, 3]),
        ("  [n * n for n in ITEMS if n > 1]\n", [4, 9]),
        ("(a + b for a, b in zip(ITEMS, ITEMS[1:]))", [3, 5]),
        ("[maths.floor(2.5)]", [2]),
        ("[fractions.Fraction(1, 2).numerator]", [1]),
        ("[sum(ITEMS)]", [7]),
        ("{'a': 1}", ["a"]),
        ("[(lambda n: n + ITEMS[0])(1)]", [2]),
    ],
)
def test_an_expression_sees_the_targets_module_and_what_can_be_imported(
    source: str, items: list[Any], theirs: types.ModuleType
) -> None:
    assert gather("expression", source, theirs) == items


def test_spooled_rows_are_read_back(theirs: types.ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "items.pickle"
    path.write_bytes(pickle.dumps([{"a": 1}]))
    assert gather("file", str(path), theirs) == [{"a": 1}]


@pytest.mark.parametrize("source", ["endless", "claiming", "iter(int, 1)", "ITEMS * 10"])
def test_no_more_items_are_taken_than_calls_are_made(source: str, theirs: types.ModuleType) -> None:
    assert len(gather("expression", source, theirs, calls=4)) == 4


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("endless", "have not ended"),
        ("claiming", "there are 1000000000 inputs, too many to keep"),
        ("[]", "the inputs are empty"),
        ("5", "TypeError: 'int' object is not iterable"),
        ("NOTHING", "TypeError: 'NoneType' object is not iterable"),
        ("failing", "the inputs failed after 2 items: OSError: disk."),
        ("1 / 0", "the inputs could not be made: ZeroDivisionError: division by zero."),
        ("no_such_name_at_all", "NameError: name 'no_such_name_at_all' is not defined"),
        ("range(10", "--inputs-expr is not an expression"),
        ("x = 1", "--inputs-expr is not an expression"),
        ("", "--inputs-expr is not an expression"),
    ],
)
def test_items_that_cannot_be_had_are_refused_in_one_line(source: str, words: str, theirs: types.ModuleType) -> None:
    assert words in refusal("expression", source, theirs)


@pytest.mark.parametrize("source", ["their_data:missing", "no_such_module_here:ITEMS"])
def test_an_object_that_is_not_there_is_refused(source: str, theirs: types.ModuleType) -> None:
    assert source.partition(":")[0] in refusal("object", source, theirs)


@pytest.mark.parametrize(
    ("source", "statements"),
    [
        ("range(3)", []),
        ("ITEMS", ["from their_data import ITEMS"]),
        ("[json.dumps(n) for n in ITEMS]", ["import json", "from their_data import ITEMS"]),
        ("[maths.pi]", ["import math as maths"]),
        ("[fractions.Fraction(n) for n in range(3)]", ["import fractions"]),
        ("[sum([1])]", ["from their_data import sum"]),
        ("[NOTHING]", ["from their_data import NOTHING"]),
        ("[ITEMS, ITEMS]", ["from their_data import ITEMS"]),
        ("[(lambda json: json)(1)]", []),
    ],
)
def test_the_imports_that_an_expression_needs_elsewhere_are_named(
    source: str, statements: list[str], theirs: types.ModuleType
) -> None:
    found = expression_imports(source, theirs)
    assert sorted(found) == sorted(statements)
    assert len(set(found)) == len(found)


def test_builtins_need_no_import_even_where_the_target_is_one() -> None:
    import builtins

    assert expression_imports("[range(n) for n in (1, 2)]", builtins) == []
