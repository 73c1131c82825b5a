from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.probe import failures
from advisor.probe.timing import serial_profile, serial_timing

# Fakes and wrong values are passed to these on purpose.
SerialRun: Any = serial_timing.SerialRun
more_results: Any = serial_profile._more_results
block_runner: Callable[..., Any] = serial_timing.block_runner
CallFailed = failures.CallFailed


class Listener:
    def __init__(self) -> None:
        self.heard = 0

    def alive(self) -> None:
        self.heard += 1


def serial_run(call: Callable[[Any], Any], items: list[Any], order: list[int] | None = None) -> Any:
    return SerialRun(block_runner(call, False), items, order or list(range(len(items))), Listener())


@given(items=st.lists(st.integers(), min_size=1, max_size=20), sizes=st.lists(st.integers(1, 30), max_size=8))
def test_items_are_called_in_turn_and_from_the_first_again(items: list[int], sizes: list[int]) -> None:
    called: list[int] = []
    run = serial_run(called.append, items)
    for size in sizes:
        run.block(size)
    counts = [count for count, _ in run.blocks]
    assert called == [items[i % len(items)] for i in range(sum(counts))]
    # A block ends with the order; the next begins at its beginning.
    assert all(1 <= count <= size for count, size in zip(counts, sizes, strict=True))


def test_a_block_gives_its_last_result_for_functions_and_coroutine_functions() -> None:
    async def double(item: int) -> int:
        return 2 * item

    assert serial_run(lambda item: 2 * item, [1, 2, 3]).block(3) == 6
    assert SerialRun(block_runner(double, True), [1, 2, 3], [0, 1, 2], None).block(2) == 4


@given(
    items=st.lists(st.integers(0, 9), min_size=1, max_size=12),
    bad=st.integers(0, 9),
    order=st.randoms(use_true_random=False),
    size=st.integers(1, 20),
)
def test_the_item_that_failed_is_named(items: list[int], bad: int, order: Any, size: int) -> None:
    numbers = list(range(len(items)))
    order.shuffle(numbers)

    def call(item: int) -> None:
        if item == bad:
            raise ValueError("bad")

    called = [numbers[i % len(numbers)] for i in range(size)]
    first = next((number for number in called if items[number] == bad), None)
    run = serial_run(call, items, numbers)
    if first is None:
        run.block(size)
        return
    with pytest.raises(CallFailed, match=re.escape(f"on item {first + 1} of {len(items)}, {bad} (")):
        run.block(size)


def test_a_call_without_arguments_has_no_item_to_name() -> None:
    def fail(_item: object) -> None:
        raise ValueError("bad")

    with pytest.raises(
        CallFailed, match=r"^the function raised ValueError: bad \(test_serial_timing\.py, line \d+\)\.$"
    ):
        serial_run(fail, [()]).block(1)


@given(least=st.integers(0, 20), most=st.integers(1, 20))
def test_at_least_and_at_most_so_many_calls_are_made(least: int, most: int) -> None:
    calls: list[int] = []
    made = serial_run(calls.append, [1, 2]).until(0, least, most)
    assert made == len(calls)
    assert min(least, most) <= made <= most


def test_short_calls_are_timed_together_and_long_ones_singly() -> None:
    block_size: Callable[[float], int] = serial_timing._block_size
    assert block_size(0.001) == block_size(0.0001) == 1
    assert block_size(0.00001) == 200
    assert block_size(0.0) == serial_timing.LARGEST_BLOCK


def test_the_host_hears_of_every_block() -> None:
    run = serial_run(abs, [1])
    run.block(3)
    run.block(1)
    assert run._answers.heard == 2


@given(most_calls=st.integers(2, 12), wanted=st.integers(0, 8))
def test_further_results_leave_three_calls_for_the_timing(most_calls: int, wanted: int) -> None:
    run = SerialRun(block_runner(lambda item: item, False), [1, 2, 3], [0, 1, 2], Listener(), most_calls)
    run.block(1)
    before = run.calls_left
    results = more_results(run, wanted)
    assert len(results) <= wanted
    assert run.calls_left >= min(3, before)
