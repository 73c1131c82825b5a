from __future__ import annotations

import ast
import contextlib
import difflib
import heapq
import io
import json.encoder
import statistics
import string
import textwrap
import tokenize
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from advisor.probe.program.analysis import analyse
from advisor.probe.program.instrumenting import RECORDER, Passing, hooked, instrumented
from advisor.probe.program.sites import find_sites
from tests.edit_examples import EDITED, TRAPS, Example


class Recorder(Passing):
    """Writes down what the hooks say."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...]] = []

    def enter(self, site_id: str) -> str:
        self.told.append(("enter", site_id))
        return site_id

    def over(self, run: str, iterable: Any) -> Any:
        return iterable

    def before(self, run: str, item: Any) -> None:
        self.told.append(("before", run, repr(item)))

    def after(self, run: str, value: Any = None) -> Any:
        self.told.append(("after", run))
        return value

    def leave(self, run: str) -> None:
        self.told.append(("leave", run))


def run(source: str, recorder: Recorder | None) -> tuple[str, str]:
    """What a program prints, and the traceback that it ends with."""
    printed, failed = io.StringIO(), ""
    namespace: dict[str, Any] = {"__name__": "program", RECORDER: recorder}
    code: Any = ast.parse(source) if recorder is None else instrumented(source, find_sites(source, "a.py"))
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(code, "a.py", "exec", dont_inherit=True), namespace)
        except Exception as error:
            places = traceback.extract_tb(error.__traceback__)[1:]
            failed = f"{error!r} {[(place.lineno, place.colno, place.name) for place in places]}"
    return printed.getvalue(), failed


def told(source: str) -> list[tuple[str, ...]]:
    recorder = Recorder()
    run(source, recorder)
    return recorder.told


@pytest.mark.parametrize("example", EDITED + TRAPS, ids=lambda each: each.name)
def test_program_does_what_it_did(example: Example) -> None:
    if "asyncio.run" in example.source or "Pool" in example.source:
        pytest.skip("its pools and loops belong to a process of its own")
    recorder = Recorder()
    assert run(example.source, recorder) == run(example.source, None)


FAILING = (
    "def f(x):\n    return 1 / x\n\n\nfor x in [2, 1, 0]:\n    print(x)\n    f(x)\n",
    "def f(x):\n    return 1 / x\n\n\nprint([f(x) for x in [2, 1, 0] if x < 5])\n",
    "def f(x):\n    return 1 / x\n\n\nprint(sum(f(x) for x in [2, 1, 0]))\n",
    "def f(x):\n    return 1 / x\n\n\nprint(list(map(f, [2, 1, 0])))\n",
    "def items():\n    yield 1\n    raise KeyError(3)\n\n\nfor x in items():\n    print(x)\n",
    "print({x: y for x, y in 7})\n",
    "for x in None:\n    pass\n",
)


@pytest.mark.parametrize("source", FAILING)
def test_traceback_is_the_programs_own(source: str) -> None:
    printed, failed = run(source, Recorder())
    assert failed
    assert (printed, failed) == run(source, None)


def test_each_iteration_is_seen_before_and_after() -> None:
    source = "for i, x in enumerate('ab'):\n    if i:\n        continue\n    print(x)\n"
    assert told(source) == [
        ("enter", "a.py:1"),
        ("before", "a.py:1", "(0, 'a')"),
        ("after", "a.py:1"),
        ("before", "a.py:1", "(1, 'b')"),
        ("after", "a.py:1"),
        ("leave", "a.py:1"),
    ]


@pytest.mark.parametrize("end", ["break", "raise ValueError", "1 / 0"])
def test_a_loop_is_left_once_however_it_ends(end: str) -> None:
    said = told(f"for x in 'ab':\n    {end}\n")
    assert said == [("enter", "a.py:1"), ("before", "a.py:1", "'a'"), ("leave", "a.py:1")]


def test_items_are_taken_one_by_one() -> None:
    source = (
        "def items():\n    for x in range(3):\n        print('made', x)\n        yield x\n\n\n"
        "for x in items():\n    print('used', x)\n"
        "print(next(y for y in map(print, items())))\n"
    )
    assert run(source, Recorder()) == run(source, None)


def test_conditions_of_a_comprehension_run_behind_the_hook() -> None:
    said = told("x = [y for y in range(3) if y != 1]\n")
    assert [word for word, *_ in said if word != "leave"] == ["enter", "before", "after", "before", "before", "after"]


def test_no_name_is_left_behind() -> None:
    source = (
        "for x in 'ab':\n    pass\n\n\n"
        "def f():\n    for y in 'ab':\n        pass\n    return sorted(locals())\n\n\n"
        "print(f(), sorted(n for n in globals() if 'run' in n))\n"
    )
    assert run(source, Recorder())[0] == "['y'] []\n"


def test_a_loop_in_a_class_is_left_alone() -> None:
    source = "class A:\n    for x in 'ab':\n        pass\n"
    (site,) = find_sites(source, "a.py")
    assert not hooked(source, site)
    assert told(source) == []


LIBRARY: tuple[tuple[ModuleType, Callable[[Any], Any]], ...] = (
    (difflib, lambda m: list(m.unified_diff(["a", "b", "c", "d"], ["a", "c", "d", "e"]))),
    (difflib, lambda m: m.get_close_matches("appel", ["ape", "apple", "peach", "puppy"])),
    (textwrap, lambda m: (m.wrap("the quick brown fox " * 9, 30), m.dedent("  a\n    b\n"))),
    (heapq, lambda m: (list(m.merge([1, 4], [2, 3])), m.nlargest(2, [3, 1, 2]), m.nsmallest(2, [3, 1, 2], key=abs))),
    (statistics, lambda m: (m.median([3, 1, 2]), m.stdev([1.5, 2.5, 4.0]), m.mode("aab"), m.quantiles(range(9)))),
    (string, lambda m: (m.Template("$a ${b}").substitute(a=1, b=2), m.Formatter().format("{0:>{1}}", "x", 4))),
    (json.encoder, lambda m: m.JSONEncoder(indent=2, sort_keys=True).encode({"b": [1, 2], "a": {"c": None}})),
    (tokenize, lambda m: [t.string for t in m.generate_tokens(io.StringIO("a = [1, 'x']\n").readline)]),
)


@pytest.mark.parametrize(("module", "use"), LIBRARY, ids=lambda each: getattr(each, "__name__", "use"))
def test_the_standard_library_works_as_before_with_all_hooks(module: ModuleType, use: Callable[[Any], Any]) -> None:
    source = Path(module.__file__ or "").read_text("utf-8")
    recorder = Recorder()
    hooked_module = ModuleType(module.__name__)
    hooked_module.__dict__.update({"__file__": module.__file__, "__package__": module.__package__, RECORDER: recorder})
    tree = instrumented(source, find_sites(source, "a.py"))
    exec(compile(tree, "a.py", "exec", dont_inherit=True), hooked_module.__dict__)
    assert repr(use(hooked_module)) == repr(use(module))
    assert recorder.told


def test_any_source_is_read_without_an_error() -> None:
    folder = Path(json.__file__).parents[1]
    for path in (
        *folder.glob("json/*.py"),
        *folder.glob("concurrent/futures/*.py"),
        folder / "argparse.py",
        folder / "ast.py",
    ):
        source = path.read_text("utf-8")
        sites = find_sites(source, path.name)
        compile(instrumented(source, sites), path.name, "exec", dont_inherit=True)
        for site in sites:
            assert analyse(source, site).reasons
