from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor import formatting as fmt
from advisor.records import Plan


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0, "0 s"),
        (8.1e-7, "810 ns"),
        (1.5e-5, "15.0 µs"),
        (0.0123, "12.3 ms"),
        (0.9996, "1.00 s"),
        (1.834, "1.83 s"),
        (59.96, "1 min 0 s"),
        (125, "2 min 5 s"),
        (3600, "1 h 0 min"),
        (90_000, "1 d 1 h"),
        (-0.0123, "-12.3 ms"),
    ],
)
def test_seconds(value: float | None, shown: str) -> None:
    assert fmt.seconds(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0, "0 B"),
        (512, "512 B"),
        (1_234, "1.2 KB"),
        (1_234_567, "1.2 MB"),
        (3.4e8, "340 MB"),
        (8.3e9, "8.3 GB"),
    ],
)
def test_size(value: float | None, shown: str) -> None:
    assert fmt.size(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (1.834, "1.83×"), (12.36, "12.4×"), (124.4, "124×"), (0.05, "0.05×")]
)
def test_ratio(value: float | None, shown: str) -> None:
    assert fmt.ratio(value) == shown


def test_the_rest() -> None:
    assert fmt.ratio_range(1.71, 1.94) == "1.71 to 1.94×"
    assert fmt.ratio_range(None, 2.0) == "–"
    assert (fmt.share(0.874), fmt.share(0.004), fmt.share(0), fmt.share(None)) == (
        "87 %",
        "0.4 %",
        "0 %",
        "–",
    )
    assert fmt.share(0.0001) == "0 %"
    assert (fmt.count(1, "call"), fmt.count(1_000, "call"), fmt.count(None)) == ("1 call", "1,000 calls", "–")
    assert fmt.clip("abcdef", 4) == "abc…"
    assert fmt.one_line(" a\n\x1b[31m b\u202e ") == "a [31m b"
    assert fmt.lines_of("a\r\n\tb\x00") == "a\n    b"


@pytest.mark.parametrize(
    ("plan", "shown"),
    [
        (Plan(model="serial", idiom="loop"), "one call at a time"),
        (Plan(model="threading", idiom="Thread", threads=1), "1 thread"),
        (Plan(model="hybrid", idiom="Process + Thread", processes=2, threads=4), "2 processes × 4 threads"),
        (Plan(model="asyncio", idiom="asyncio tasks", tasks=16), "16 tasks"),
    ],
)
def test_workers(plan: Plan, shown: str) -> None:
    assert fmt.workers(plan) == shown


@pytest.mark.parametrize("shown", [fmt.seconds, fmt.size, fmt.ratio, fmt.share])
@given(value=st.floats(0, 1e300))
def test_no_figure_is_ever_shown_as_a_word(shown: Callable[[Any], str], value: float) -> None:
    text = shown(value)
    assert "nan" not in text
    assert "inf" not in text
    assert "e+" not in text
