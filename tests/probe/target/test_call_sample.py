from __future__ import annotations

import itertools
from collections.abc import Callable

from hypothesis import example, given
from hypothesis import strategies as st

from advisor.probe.target import call_sample

CALLS = st.integers(1, 3000)
SEEDS = st.integers(0, 2**32)
choose: Callable[[int, int, int], list[int]] = call_sample.choose
mix: Callable[[list[int]], list[int]] = call_sample.mix


@given(calls=CALLS, count=st.integers(0, 3500), seed=SEEDS)
@example(calls=5, count=5, seed=0)
@example(calls=1, count=1, seed=7)
def test_as_many_different_calls_as_asked_in_ascending_order(calls: int, count: int, seed: int) -> None:
    chosen = choose(calls, count, seed)
    assert len(chosen) == min(count, calls)
    assert chosen == sorted(set(chosen))
    assert all(0 <= number < calls for number in chosen)


@given(calls=CALLS, counts=st.lists(st.integers(0, 3500), min_size=2, max_size=5), seed=SEEDS)
def test_a_smaller_choice_is_part_of_a_larger_one(calls: int, counts: list[int], seed: int) -> None:
    chosen = [set(choose(calls, count, seed)) for count in sorted(counts)]
    assert all(smaller <= larger for smaller, larger in itertools.pairwise(chosen))


@given(calls=st.integers(100, 100_000), count=st.integers(10, 90), seed=SEEDS)
def test_the_chosen_are_spread_over_the_whole_range(calls: int, count: int, seed: int) -> None:
    chosen = choose(calls, count, seed)
    gaps = [b - a for a, b in itertools.pairwise([-1, *chosen, calls])]
    # No gap of a golden-ratio sequence is more than about 2.7 times the mean; each end may be shifted.
    assert max(gaps) <= 2.7 * calls / count + min(64, calls / 16) + 2


@given(calls=st.integers(200, 20_000), count=st.integers(16, 100), seed=SEEDS)
def test_items_that_grow_are_sampled_fairly(calls: int, count: int, seed: int) -> None:
    sampled = sum(choose(calls, count, seed)) / count
    whole = (calls - 1) / 2
    assert abs(sampled - whole) <= 0.1 * calls


@given(calls=st.integers(1000, 20_000), period=st.integers(2, 8), seed=SEEDS)
@example(calls=3370, period=4, seed=0)
def test_items_with_a_period_are_sampled_fairly(calls: int, period: int, seed: int) -> None:
    chosen = choose(calls, 40 * period, seed)
    in_phase = [sum(number % period == phase for number in chosen) for phase in range(period)]
    # 40 are expected, with a deviation of 6 at most by chance.
    assert min(in_phase) >= 5
    assert max(in_phase) <= 80


@given(calls=CALLS, count=st.integers(1, 50))
def test_the_same_seed_chooses_the_same_calls(calls: int, count: int) -> None:
    assert choose(calls, count, 3) == choose(calls, count, 3)


def test_another_seed_chooses_other_calls() -> None:
    assert len({tuple(choose(1000, 20, seed)) for seed in range(20)}) == 20


def test_nearly_all_of_many_calls_are_chosen_without_a_long_search() -> None:
    assert len(choose(100_001, 100_000, 5)) == 100_000


@given(st.lists(st.integers(), max_size=500))
def test_mixing_keeps_every_number(numbers: list[int]) -> None:
    assert sorted(mix(numbers)) == sorted(numbers)


@given(st.integers(50, 5000))
def test_the_beginning_of_a_mixed_order_stands_for_all_of_it(count: int) -> None:
    beginning = mix(list(range(count)))[: max(10, count // 10)]
    mean = sum(beginning) / len(beginning)
    assert abs(mean - (count - 1) / 2) <= 0.2 * count
