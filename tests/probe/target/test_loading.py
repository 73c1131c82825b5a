from __future__ import annotations

import functools
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from advisor.inputs.target import parse_target
from advisor.probe import failures
from advisor.probe.target import loading
from tests.jobs import is_one_line

Unusable = failures.Unusable
check_arity = loading.check_arity
is_coroutine_function = loading.is_coroutine_function
required_parameters = loading.required_parameters
run_setup = loading.run_setup

MODULE = """
import functools

CALLS = []

def plain(item):
    return item

def numbers(item):
    yield item

async def later(item):
    return item

async def later_numbers(item):
    yield item

class Shop:
    price = 3

    def sell(self, item):
        return item

    @staticmethod
    def weigh(item):
        return item

    @classmethod
    def order(cls, item):
        return item

    class Shelf:
        @staticmethod
        def fill(item):
            return item

bound = Shop().sell
part = functools.partial(plain, 1)

def prepare():
    CALLS.append("prepared")

def spoil():
    raise ValueError("no\\nluck.")
"""


@pytest.fixture(autouse=True)
def path_and_modules_are_put_back() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.startswith("their_"):
            del sys.modules[name]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "their_work.py").write_text(MODULE)
    (tmp_path / "their-script.py").write_text(MODULE)
    for name, text in {
        "raises": "raise ValueError('first line\\nsecond line')",
        "exits": "import sys\nsys.exit(3)",
        "needs": "import no_such_package_here",
        "broken": "def f(:\n",
    }.items():
        (tmp_path / f"their_{name}.py").write_text(text)
    return tmp_path


def load(text: str, folder: Path) -> Any:
    return loading.load_target(asdict(parse_target(text, folder)))


def refusal(text: str, folder: Path) -> str:
    with pytest.raises(Unusable) as refused:
        load(text, folder)
    assert is_one_line(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("name", ["plain", "Shop.weigh", "Shop.order", "Shop.Shelf.fill", "bound", "later"])
@pytest.mark.parametrize("place", ["their_work", "their_work.py", "their-script.py"])
def test_a_function_is_found_by_module_and_by_file(place: str, name: str, folder: Path) -> None:
    function = load(f"{place}:{name}", folder)
    assert callable(function)
    assert is_coroutine_function(function) == (name == "later")


def test_a_file_that_cannot_be_imported_by_name_can_be_pickled_by_it(folder: Path) -> None:
    import pickle

    function = load("their-script.py:plain", folder)
    assert pickle.loads(pickle.dumps(function)) is function
    assert load("their-script.py:plain", folder) is function


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("their_missing:f", "there is no module their_missing to import"),
        ("their_work.inner:f", "there is no module their_work.inner to import"),
        ("their_work:plan", "module their_work has no attribute plan. Did you mean plain?"),
        ("their_work:Shop.weight", "class Shop has no attribute weight. Did you mean weigh?"),
        ("their_work:nothing_like_it", "has no attribute nothing_like_it."),
        ("their_work:Shop.price", "is not callable: it is an int"),
        ("their_work:CALLS", "is not callable: it is a list"),
        ("their_work:Shop.sell", "is an instance method"),
        ("their_work:numbers", "is a generator function"),
        ("their_work:later_numbers", "is a generator function"),
        ("their_raises:f", "their_raises cannot be imported: ValueError: first line."),
        ("their_exits:f", "it called sys.exit(3)"),
        ("their_needs:f", "their_needs cannot be imported: it needs no_such_package_here."),
        ("their_broken:f", "their_broken cannot be imported: SyntaxError"),
    ],
)
def test_what_cannot_serve_is_refused_in_one_line(text: str, words: str, folder: Path) -> None:
    assert words in refusal(text, folder)


def test_the_jobs_folders_come_first_on_the_path_in_their_order(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "their_other.py").write_text(MODULE)
    load("deep/their_other.py:plain", folder)
    assert sys.path[:2] == [str((folder / "deep").resolve()), str(folder.resolve())]


def test_the_folders_of_a_file_that_is_loaded_from_its_path_hide_nothing(folder: Path) -> None:
    load("their-script.py:plain", folder)
    assert sys.path[-1] == str(folder.resolve())
    load("their_work:plain", folder)
    assert sys.path.count(str(folder.resolve())) == 1


def test_a_coroutine_function_is_known_behind_partial_and_call() -> None:
    async def later(item: int) -> int:
        return item

    async def stream(item: int) -> AsyncIterator[int]:
        yield item

    class Later:
        async def __call__(self, item: int) -> int:
            return item

    assert all(map(is_coroutine_function, (later, functools.partial(later, 1), Later(), Later().__call__)))
    assert not any(map(is_coroutine_function, (stream, len, Later, functools.partial(len, "a"))))


def f_none() -> None: ...
def f_one(a: int) -> None: ...
def f_two(a: int, b: int, c: int = 0) -> None: ...
def f_any(*args: int, **kwargs: int) -> None: ...
def f_keyword(a: int, *, b: int) -> None: ...


def test_parameters_without_a_default_are_required() -> None:
    assert required_parameters(f_none) == []
    assert required_parameters(f_two) == ["a", "b"]
    assert required_parameters(f_any) == []
    assert required_parameters(f_keyword) == ["a", "b"]
    assert required_parameters(functools.partial(f_two, 1)) == ["b"]
    assert required_parameters(type) is None


@pytest.mark.parametrize(
    ("function", "item", "unpack"),
    [
        (f_one, 1, "none"),
        (f_one, (1, 2), "none"),
        (f_two, (1, 2), "args"),
        (f_two, [1, 2, 3], "args"),
        (f_two, {"b": 1, "a": 2}, "kwargs"),
        (f_keyword, {"b": 1, "a": 2}, "kwargs"),
        (f_any, (1,), "args"),
        (f_any, {"x": 1}, "kwargs"),
        (type, 1, "none"),
    ],
)
def test_a_call_that_can_begin_passes(function: object, item: object, unpack: str) -> None:
    check_arity(function, item, unpack, "their:f")


@pytest.mark.parametrize(
    ("function", "item", "unpack", "words"),
    [
        (f_none, 1, "none", "cannot be called as f(item)"),
        (f_two, 1, "none", "missing a required argument: 'b'"),
        (f_one, (1, 2), "args", "too many positional arguments"),
        (f_one, {"b": 1}, "kwargs", "cannot be called as f(**item) with item {'b': 1}"),
        (f_keyword, (1, 2), "args", "cannot be called as f(*item)"),
        (f_one, 1, "args", "needs tuples or lists; the first item is 1"),
        (f_one, "text", "args", "needs tuples or lists"),
        (f_one, [1], "kwargs", "needs dictionaries; the first item is [1]"),
    ],
)
def test_a_call_that_could_not_even_begin_is_refused(function: object, item: object, unpack: str, words: str) -> None:
    with pytest.raises(Unusable) as refused:
        check_arity(function, item, unpack, "their:f")
    assert words in str(refused.value)
    assert is_one_line(refused.value)


def test_a_large_item_is_shown_shortened() -> None:
    with pytest.raises(Unusable) as refused:
        check_arity(f_none, list(range(100_000)), "none", "their:f")
    assert len(str(refused.value)) < 250


def test_the_set_up_is_run_once(folder: Path) -> None:
    sys.path.insert(0, str(folder))
    run_setup(None)
    run_setup("their_work:prepare")
    assert sys.modules["their_work"].CALLS == ["prepared"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("their_work:spoil", "--setup their_work:spoil raised ValueError: no."),
        ("their_work:CALLS", "is not callable: it is a list"),
        ("their_work:missing", "has no attribute missing"),
        ("their_missing:prepare", "there is no module their_missing"),
        ("their_work", "write it as module:name"),
    ],
)
def test_a_set_up_that_cannot_be_run_is_refused(name: str, words: str, folder: Path) -> None:
    sys.path.insert(0, str(folder))
    with pytest.raises(Unusable) as refused:
        run_setup(name)
    assert words in str(refused.value)
    assert is_one_line(refused.value)


def test_a_function_written_in_python_has_a_place_and_others_have_none(folder: Path) -> None:
    source_place = loading.source_place
    assert source_place(load("their_work:plain", folder)) == (str(folder / "their_work.py"), 6)
    assert source_place(functools.wraps(f_one)(lambda a: a)) == (__file__, f_one.__code__.co_firstlineno)
    assert source_place(len) == (None, None)
    assert source_place(int) == (None, None)
