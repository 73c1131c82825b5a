from __future__ import annotations

import importlib.util
import linecache
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from advisor.errors import UnusableError
from advisor.inputs import console_function

LOCKED = "import threading\nL = threading.Lock()\ndef f(n):\n    return L\n"


class Session(dict[str, Any]):
    """A console: each cell is compiled under a name of its own and its source kept, as IPython does."""

    def __init__(self) -> None:
        super().__init__(__name__="__main__")
        self.names: list[str] = []

    def run(self, cell: str) -> None:
        name = f"<cell {id(self)} {len(self.names)}>"
        self.names.append(name)
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec", dont_inherit=True), self)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """``__main__`` is the session, as in a notebook's kernel."""
    made = Session()
    main = ModuleType("__main__")
    main.__dict__.update(made)
    monkeypatch.setitem(sys.modules, "__main__", main)
    yield made
    for name in made.names:
        linecache.cache.pop(name, None)


def imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def taken(session: Session, name: str, folder: Path, **words: Any) -> ModuleType:
    return imported(console_function.write_module(session[name], folder / f"taken_{name}.py", **words))


def test_a_function_comes_with_all_that_it_uses(session: Session, tmp_path: Path) -> None:
    session.run("import math\nimport os.path as paths\nfrom json import dumps as spell\nimport collections.abc\n")
    session.run("from dataclasses import dataclass\nRATE = 1.5\nODD = {'a': float('inf')}\n")
    session.run("@dataclass\nclass Point:\n    x: int\n    y: float = RATE\n")
    session.run("def twice(function):\n    return lambda item: function(function(item))\n")
    session.run("@twice\ndef grown(n):\n    return n + 1\n")
    session.run(
        "def work(item, scale=RATE):\n"
        "    def inner():\n        return math.floor(grown(item))\n"
        "    known = isinstance({}, collections.abc.Mapping)\n"
        "    return spell([Point(inner()).x, ODD['a'] > 1, paths.basename('a/b')]), known\n"
    )
    module = taken(session, "work", tmp_path)
    assert module.work(3) == session["work"](3) == ('[5, true, "b"]', True)


def test_only_what_is_used_is_taken(session: Session, tmp_path: Path) -> None:
    session.run("import threading\nLOCK = threading.Lock()\nitem = open\nBIG = 'x' * 10_000\n")
    session.run("def plain(item):\n    LOCK = 1\n    return item + LOCK\n")
    path = console_function.write_module(session["plain"], tmp_path / "taken_plain.py")
    assert "threading" not in path.read_text(encoding="utf-8")
    assert imported(path).plain(1) == 2
    assert list(tmp_path.glob("*.pickle")) == []


def test_functions_that_call_each_other_and_long_values_are_taken(session: Session, tmp_path: Path) -> None:
    session.run("WORDS = ['word'] * 5000\nSPAN = range(3, 9)\nNOT_A_NUMBER = float('nan')\n")
    session.run("def even(n):\n    return n == 0 or odd(n - 1)\n\ndef odd(n):\n    return n != 0 and even(n - 1)\n")
    session.run("def work(n):\n    return even(n), len(WORDS), SPAN, NOT_A_NUMBER != NOT_A_NUMBER\n")
    assert taken(session, "work", tmp_path).work(10) == (True, 5000, range(3, 9), True)


def test_the_latest_definition_counts(session: Session, tmp_path: Path) -> None:
    session.run("class Rate:\n    value = 1\n")
    session.run("class Rate:\n    value = 2\n\ndef work(n):\n    return n * Rate.value\n")
    assert taken(session, "work", tmp_path).work(5) == 10


def test_methods_of_a_class_that_need_no_instance_are_taken(session: Session, tmp_path: Path) -> None:
    session.run(
        "class Shop:\n"
        "    @staticmethod\n    def price(n):\n        return n + 1\n"
        "    @classmethod\n    def stock(cls, n):\n        return cls.price(n)\n"
        "    def sell(self, n):\n        return n\n"
    )
    for name in ("price", "stock"):
        function = getattr(session["Shop"], name)
        assert console_function.qualname_of(function) == f"Shop.{name}"
        module = imported(console_function.write_module(function, tmp_path / f"taken_{name}.py"))
        assert getattr(module.Shop, name)(1) == 2


def test_coroutine_functions_and_decorated_ones_are_taken(session: Session, tmp_path: Path) -> None:
    session.run("import functools\n\n@functools.lru_cache(maxsize=None)\ndef cached(n):\n    return n\n")
    session.run("async def wait(n):\n    return cached(n)\n")
    module = taken(session, "wait", tmp_path)
    with pytest.raises(StopIteration, match="7"):
        module.wait(7).send(None)
    assert taken(session, "cached", tmp_path).cached(7) == 7


def test_names_of_an_expression_are_taken_too(session: Session, tmp_path: Path) -> None:
    session.run("import math\nCOUNT = 4\n\ndef work(n):\n    return n\n")
    module = taken(session, "work", tmp_path, expression="[math.sqrt(n) for n in range(COUNT)]")
    assert (module.COUNT, module.math.sqrt(4)) == (4, 2.0)


@pytest.mark.parametrize(
    ("cell", "expression", "words"),
    [
        ("", "lambda item: item", r"lambda has no name .*Write def call\(item\): \.\.\. instead"),
        (
            "def outer(k):\n    def inner(n):\n        return n + k\n    return inner\n",
            "outer(3)",
            "inner is defined inside a function and holds k. Define it at the top level and give k to it as arguments",
        ),
        ("class C:\n    def m(self, n):\n        return n\n", "C().m", r"instance's method. Write def call\(item\)"),
        ("def f(n):\n    return n\ng = f\ndef f(n):\n    return 2\n", "g", "something else .* Run its cell again"),
        (LOCKED, "f", r"f uses L, which cannot leave .*Make it inside f, or keep both in a file"),
        ("class P:\n    pass\nS = P()\ndef f(n):\n    return S\n", "f", "f uses S, which needs P, which is defined in"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_says_what_to_do(
    session: Session, tmp_path: Path, cell: str, expression: str, words: str
) -> None:
    session.run(cell)
    function = eval(expression, session)
    assert console_function.is_typed_in(function)
    with pytest.raises(UnusableError, match=words):
        console_function.write_module(function, tmp_path / "taken.py")
    assert not (tmp_path / "taken.py").exists()


def test_a_source_that_is_not_known_is_said(session: Session, tmp_path: Path) -> None:
    exec("def secret(n):\n    return n\n", session)
    with pytest.raises(UnusableError, match=r"source of secret is not known here.*my_file\.py:secret"):
        console_function.write_module(session["secret"], tmp_path / "taken.py")


def test_items_of_the_sessions_own_types_are_refused(session: Session) -> None:
    session.run("class P:\n    pass\nITEMS = [1, (2, P())]\n")
    with pytest.raises(UnusableError, match="An item needs P, which is defined in this session alone"):
        console_function.check_portable("An item", session["ITEMS"])
    console_function.check_portable("An item", [1, {"a": (Path("x"), range(3))}])
    with pytest.raises(UnusableError, match="An item cannot leave this session"):
        console_function.check_portable("An item", [iter(n for n in [1])])


def test_a_function_with_a_file_is_not_typed_in() -> None:
    assert not console_function.is_typed_in(console_function.is_typed_in)
    assert not console_function.is_typed_in(len)
