from __future__ import annotations

import json
import multiprocessing.pool
import os
import pickle
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.probe import answers, failures
from tests.jobs import is_one_line

# Fakes and wrong values are passed to these on purpose.
describe_failure: Callable[..., Any] = failures.describe_failure
shorten: Callable[..., str] = failures.shorten
run: Callable[..., int] = answers.run
# Typeshed does not know of it.
maybe_encoding_error: Callable[..., Exception] = vars(multiprocessing.pool)["MaybeEncodingError"]

WORKERS_TRACEBACK = """Traceback (most recent call last):
  File "process_queue.py", line 13, in _work
    answer = pickle.dumps((start, [function(item) for item in chunk], None))
ValueError: no three
"""


class Silent(Exception):  # noqa: N818 - a user's exception
    def __str__(self) -> str:
        raise RuntimeError("no words")


class Wordless:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


def answer_of(task: Callable[..., dict[str, Any]]) -> tuple[int, list[dict[str, Any]]]:
    read, write = os.pipe()
    status = run(task, {"task": "profile"}, write)
    os.close(write)
    with os.fdopen(read) as pipe:
        return status, [json.loads(line) for line in pipe if line.strip()]


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (ValueError("no three"), "raised", "the function raised ValueError: no three on item 3"),
        (ValueError("first\nsecond"), "raised", "ValueError: first on"),
        (ValueError(), "raised", "raised ValueError on"),
        (Silent(), "raised", "raised Silent on"),
        (KeyboardInterrupt(), "raised", "raised KeyboardInterrupt on"),
        (MemoryError(), "memory", "ran out of memory on item 3"),
        (SystemExit(4), "exited", "the function called sys.exit(4) on item 3"),
        (pickle.PicklingError("Can't pickle it"), "unpicklable", "PicklingError"),
        (TypeError("cannot pickle '_thread.lock' object"), "unpicklable", "cannot pickle"),
        (AttributeError("Can't pickle local object 'f'"), "unpicklable", "local object"),
        (maybe_encoding_error("it", "x"), "unpicklable", "MaybeEncodingError"),
        (RuntimeError(WORKERS_TRACEBACK), "raised", "the function raised ValueError: no three on"),
        (RuntimeError(WORKERS_TRACEBACK + "TypeError: cannot pickle 'x' object"), "unpicklable", "TypeError"),
        (RuntimeError("a worker process died"), "crashed", "a worker process died while the calls ran."),
        (BrokenProcessPool("terminated abruptly"), "crashed", "a worker process died while the calls ran."),
    ],
)
def test_a_failure_is_told_by_kind_and_in_one_plain_line(error: BaseException, kind: str, words: str) -> None:
    failure = describe_failure(error, "3 of 5, 'c'")
    assert failure.kind == kind
    assert words in str(failure)
    assert is_one_line(failure)


def test_where_the_users_code_failed_is_told() -> None:
    try:
        json.loads("{")
    except ValueError as error:
        words = str(describe_failure(error))
    assert "(test_failures.py, line " in words


def test_a_failure_that_was_described_already_is_left_alone() -> None:
    first = describe_failure(ValueError("x"), "1 of 2, 'a'")
    assert describe_failure(first) is first


@given(st.text() | st.lists(st.integers()), st.integers(10, 100))
def test_a_value_is_shown_in_one_line_of_a_length(value: object, limit: int) -> None:
    shown = shorten(value, limit)
    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1


def test_a_value_that_cannot_be_shown_is_named_by_its_type() -> None:
    assert shorten(Wordless()) == "<Wordless>"


def test_a_task_that_succeeds_ends_with_its_answer() -> None:
    status, events = answer_of(lambda _request, _answers: {"calls": 3})
    assert (status, events) == (0, [{"event": "profile", "calls": 3}])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (failures.Unusable("say more"), "unusable"),
        (ValueError("x"), "raised"),
        (SystemExit(0), "exited"),
        (Silent(), "raised"),
        (MemoryError(), "memory"),
    ],
)
def test_a_task_that_fails_ends_with_one_line_that_says_so(error: BaseException, kind: str) -> None:
    def fail(_request: object, answers: Any) -> dict[str, Any]:
        answers.send("facts", name="x")
        raise error

    status, events = answer_of(fail)
    assert status == 1
    assert [event["event"] for event in events] == ["facts", "failed"]
    assert events[-1]["kind"] == kind


def test_an_answer_that_cannot_be_spelt_is_a_failure_too() -> None:
    status, events = answer_of(lambda _request, _answers: {"calls": object()})
    assert status == 1
    assert events[-1]["event"] == "failed"
