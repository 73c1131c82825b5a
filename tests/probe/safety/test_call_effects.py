from __future__ import annotations

import collections
import functools
import itertools
import pickle
import random
import sys
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from advisor.probe.safety import observations, pickling, source_walk, state, stress, value_marks
from advisor.probe.target import ownership
from advisor.probe.timing import transport

mark: Callable[[Any], Any] = value_marks.mark


@pytest.fixture
def module(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], types.ModuleType]]:
    """Makes a module of the user's from its source, as a file that is imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def make(source: str) -> types.ModuleType:
        name = f"users_{tmp_path.name.replace('-', '_')}_{len(made)}"
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        made.append(name)
        found = __import__(name)
        ownership.claim(name)
        return types.ModuleType(name) if found is None else found

    yield make
    for name in made:
        sys.modules.pop(name, None)


CHANGES: list[tuple[Any, Callable[[Any], object]]] = [
    ([1], lambda value: value.append(2)),
    ({"a": 1}, lambda value: value.update(a=2)),
    ({"a": [1]}, lambda value: value["a"].append(2)),
    ({1}, lambda value: value.add(2)),
    (collections.deque([1]), lambda value: value.append(2)),
    (bytearray(b"a"), lambda value: value.extend(b"b")),
    (itertools.count(), next),
    (iter([1, 2]), next),
    (np.zeros(5), lambda value: value.fill(1)),
    (list(range(5_000)), lambda value: value.__setitem__(2_500, "x")),
    (dict.fromkeys(range(5_000), 0), lambda value: value.update({2_500: "x"})),
]


@pytest.mark.parametrize(("value", "change"), CHANGES, ids=lambda value: type(value).__name__)
def test_a_mark_changes_with_the_contents_and_not_without(value: Any, change: Callable[[Any], object]) -> None:
    before = mark(value)
    assert mark(value) == before
    change(value)
    assert mark(value) != before


def test_what_cannot_be_looked_into_never_counts_as_changed() -> None:
    assert mark(threading.Lock()) == mark(threading.Lock())
    assert mark(object()) == mark(object())
    assert mark(float("nan")) == mark(float("nan"))


def test_a_mark_of_something_big_looks_at_a_bounded_part() -> None:
    nodes = [value_marks.MOST_NODES]
    nested: Any = [[[[list(range(50))] * 50] * 50] * 50] * 50
    value_marks.mark(nested, 0, nodes)
    assert nodes[0] > -value_marks.MOST_NODES * value_marks.MOST_SMALL


def test_what_calls_leave_behind_is_named_by_its_path(
    module: Callable[[str], types.ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine one collection of the whole suite's objects may take longer than a snapshot may.
    monkeypatch.setattr(state, "SNAPSHOT_SECONDS", 10.0)
    users = module(
        "TOTAL = 0\nLOG = []\nclass Box:\n    made = 0\n    def __init__(self): self.held = 0\nBOX = Box()\n"
        "def make():\n    calls = 0\n    def inner(x, seen=[]):\n        nonlocal calls\n        calls += 1\n"
        "        seen.append(x)\n    return inner\n"
        "def f(x):\n    global TOTAL\n    TOTAL += 1\n    LOG.append(x)\n    Box.made += 1\n"
        "    BOX.held += 1\n    g(x)\n"
        "g = make()\n"
    )
    before = state.snapshot(users.f, users.__name__)
    users.f(1)
    changed = set(state.changes(before, state.snapshot(users.f, users.__name__)))
    assert changed == {"TOTAL", "LOG", "Box.made", "BOX.held", "g.calls", "g.seen"}
    before = state.snapshot(users.g, users.__name__)
    users.g(1)
    assert set(state.changes(before, state.snapshot(users.g, users.__name__))) == {"inner.calls", "inner.seen"}


def test_the_source_tells_reads_writes_and_locks(module: Callable[[str], types.ModuleType]) -> None:
    users = module(
        "import threading\nLOCK = threading.Lock()\nA = 0\nB = {}\nC = []\nD = {}\n"
        "def f(x):\n    global A\n    own = {}\n    own[x] = 1\n    A += 1\n"
        "    with LOCK:\n        B[x] = B.get(x, 0) + 1\n"
        "    C.append(x)\n    return help_out(x)\n"
        "def help_out(x):\n    D[x] = x\n    return x\n"
    )
    facts = source_walk.read_source(users.f)
    written = {(write.name, write.read_first, write.locked) for write in facts.writes}
    assert written == {("A", True, False), ("B", False, True), ("C", False, False), ("D", False, False)}
    assert "B" in facts.reads
    assert not {"C", "D"} & facts.reads
    assert facts.complete
    assert "line 17: D[x] = x" in facts.place_of("D")


def test_exceptions_that_are_raised_and_handled_are_told_apart(module: Callable[[str], types.ModuleType]) -> None:
    users = module(
        "class One(Exception):\n    def __init__(self, a, b): super().__init__(a)\n"
        "class Two(Exception): pass\n"
        "def f(x):\n    try:\n        raise One(1, 2)\n    except One:\n        raise Two(x)\n"
    )
    facts = source_walk.read_source(users.f)
    assert set(facts.raised) == {users.One, users.Two}
    assert users.One in facts.handled
    assert pickling.lost_exception(users.Two) is None
    assert "missing 1 required positional argument" in str(pickling.lost_exception(users.One))


class Handle:
    def __init__(self) -> None:
        self.lock = threading.Lock()


class Result:
    def __init__(self) -> None:
        self.parts = [1, {"handle": Handle()}]


def test_the_path_to_what_cannot_be_pickled() -> None:
    path, part = pickling.failing_path(Result(), "result")
    assert path == "result.parts[1]['handle'].lock"
    assert type(part) is type(threading.Lock())
    assert "result.parts[1]['handle'].lock" in str(transport.obstacle(Result(), "a result", "result"))


def test_a_function_without_a_name_is_said_to_be_one() -> None:
    square = lambda x: x * x  # noqa: E731 - what this test is about
    assert "a lambda has no name" in str(transport.obstacle(square, "the function", "function"))

    def inside() -> None:
        """Nobody finds it."""

    assert "made inside another function" in str(transport.obstacle(inside, "the function", "function"))
    assert transport.obstacle(pickle.dumps, "the function", "function") is None


def test_threads_that_stand_aside_lose_updates_and_locked_ones_do_not(
    module: Callable[[str], types.ModuleType],
) -> None:
    users = module(
        "import threading\nLOCK = threading.Lock()\nA = 0\nB = 0\n"
        "def loose(x):\n    global A\n    A += 1\n"
        "def locked(x):\n    global B\n    with LOCK:\n        B += 1\n"
    )
    for function in (users.loose, users.locked):
        writers = source_walk.read_source(function).writers
        outcome = stress.in_threads(function, [1, 2], 4, 0.05, writers, list)
        assert outcome.ended
        assert not outcome.errors
        calls = len(outcome.results)
        assert calls == 2 * outcome.rounds
        if function is users.locked:
            assert calls == users.B
        else:
            assert calls > users.A


def test_an_error_that_only_comes_at_once_is_kept() -> None:
    turn = threading.Semaphore(1)

    def alone(_item: object) -> None:
        if not turn.acquire(blocking=False):
            raise RuntimeError("twice")
        threading.Event().wait(0.002)
        turn.release()

    outcome = stress.in_threads(alone, [1], 4, 0.01, {}, list)
    assert {str(error) for error in outcome.errors} == {"twice"}
    assert not stress.is_refusal(outcome.errors[0])
    assert stress.is_refusal(ConnectionRefusedError())


def test_streams_and_caches_are_no_plain_variables() -> None:
    @functools.lru_cache
    def cached(x: int) -> int:
        return x

    before = mark(cached)
    cached(1)
    assert mark(cached) != before
    assert mark(random.Random(1)) == mark(random.Random(2))


def test_slow_calls_are_watched_while_they_are_timed(module: Callable[[str], types.ModuleType]) -> None:
    users = module(
        "N = 0\nLOG = []\nCACHE = {}\nSEEN = {}\n"
        "def f(x):\n    global N\n    N += 1\n    LOG.append(x)\n    CACHE.setdefault('k', 1)\n"
        "    SEEN[x] = SEEN.get(x)\n    return CACHE['k']\n"
    )
    marks = [state.snapshot(users.f, users.__name__)]
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            users.f(number)
        marks.append(state.snapshot(users.f, users.__name__))
    found = {o["name"]: (o["code"], o["meaning"]) for o in observations.slow_observations(users.f, marks)}
    assert found == {
        "N": ("writes-global", "lost"),
        "LOG": ("writes-global", "lost"),
        "CACHE": ("fills-cache", "cache"),
        "SEEN": ("writes-global", "untold"),
    }
