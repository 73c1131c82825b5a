import functools
import json
import pickle
import sys
import tempfile
import types
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import UnusableError
from advisor.inputs import live_objects

HERE = Path(__file__)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


class Worker:
    @staticmethod
    def static(item: int) -> int:
        return item

    @classmethod
    def made(cls, item: int) -> int:
        return item

    def bound(self, item: int) -> int:
        return item


def double(item: int) -> int:
    return 2 * item


@functools.wraps(double)
def wearing_its_name(item: int) -> int:
    return item


def test_a_module_on_the_path_is_found_by_its_name() -> None:
    target = live_objects.target_of(json.dumps, HERE.parent, [])
    assert (target.text, target.module, target.qualname) == ("json:dumps", "json", "dumps")
    assert not target.by_path
    assert target.import_roots == (str(HERE.parent),)


def test_a_builtin_function_is_found_by_its_name() -> None:
    assert live_objects.target_of(zlib.compress, HERE.parent, []).text == "zlib:compress"


@pytest.mark.parametrize(("function", "qualname"), [(Worker.static, "Worker.static"), (Worker.made, "Worker.made")])
def test_methods_that_need_no_instance_are_found(function: Any, qualname: str) -> None:
    assert live_objects.target_of(function, HERE.parent, []).qualname == qualname


def test_a_module_that_no_import_finds_is_found_by_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "checks" / "test_work.py"
    file.parent.mkdir()
    file.write_text("def f(item):\n    return item\n", encoding="utf-8")
    module = types.ModuleType("strange.test_work")
    module.__file__ = str(file)
    exec(file.read_text(encoding="utf-8"), vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    target = live_objects.target_of(vars(module)["f"], tmp_path, [])
    assert (target.text, target.module) == ("checks/test_work.py:f", "strange.test_work")
    assert (target.by_path, target.file) == (True, str(file))


def test_only_folders_that_no_interpreter_searches_of_itself_are_roots(tmp_path: Path) -> None:
    standard = str(Path(json.__file__).parents[1])
    target = live_objects.target_of(json.dumps, HERE.parent, [str(tmp_path), standard, str(tmp_path / "missing")])
    assert target.import_roots == (str(tmp_path), str(HERE.parent))


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda item: item, "defined inside a function"),
        (Worker().bound, "an instance's method"),
        (functools.partial(double, 1), "has no name in a module"),
        (wearing_its_name, "something else"),
        (3, "not callable"),
    ],
)
def test_what_no_other_interpreter_finds_is_refused(function: Any, words: str) -> None:
    with pytest.raises(UnusableError, match=words):
        live_objects.target_of(function, HERE.parent, [])


@given(st.lists(PLAIN, min_size=1, max_size=4))
def test_items_are_the_same_when_the_expression_is_evaluated(items: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        expression = live_objects.items_expression(items, Path(folder) / "items.pickle")
        assert list(eval(expression, {"pickle": pickle})) == items


@pytest.mark.parametrize("items", [[Fraction(1, 3)], list(range(5000)), [float("inf")], [{1, 2}]])
def test_items_that_are_long_or_special_are_spooled(items: list[Any], tmp_path: Path) -> None:
    spool = tmp_path / "new" / "items.pickle"
    expression = live_objects.items_expression(iter(items), spool)
    assert str(spool) in expression
    assert eval(expression, {"pickle": pickle}) == items


def test_few_plain_items_are_spelt_out(tmp_path: Path) -> None:
    assert live_objects.items_expression((1, "a"), tmp_path / "unused") == "[1, 'a']"
    assert live_objects.items_expression(range(10**9), tmp_path / "unused") == "range(0, 1000000000)"
    assert not list(tmp_path.iterdir())


def test_items_that_hold_themselves_are_spooled(tmp_path: Path) -> None:
    item: list[Any] = []
    item.append(item)
    assert "pickle.load" in live_objects.items_expression([item], tmp_path / "items.pickle")


def test_an_item_that_cannot_be_pickled_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="Item 1 cannot be pickled"):
        live_objects.items_expression([1, lambda: None], tmp_path / "items.pickle")
    with pytest.raises(UnusableError, match="no items"):
        live_objects.items_expression([], tmp_path / "items.pickle")


def test_items_come_from_one_place(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="not both"):
        live_objects.make_job(double, [1], tmp_path, tmp_path / "items.pickle", inputs_expr="[2]")


def test_a_job_holds_the_words_given(tmp_path: Path) -> None:
    job = live_objects.make_job(double, [(1,)], tmp_path, tmp_path / "items.pickle", unpack="args", calls=7)
    assert (job.inputs.source, job.unpack, job.calls) == ("[(1,)]", "args", 7)
    text = live_objects.make_job("json:dumps", [1], tmp_path, tmp_path / "items.pickle")
    assert text.target.module == "json"
