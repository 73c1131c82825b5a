from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.program.ranking import Gain, best_together, gain_of_pool, gain_of_site, program_gain


def gain(site: str, now: float, then: float) -> Gain:
    return Gain(site=site, now_seconds=now, then_seconds=then, then_high_seconds=then, then_low_seconds=then)


def test_the_program_gains_what_amdahl_says() -> None:
    half = gain_of_site("a", 5.0, 1.0, 4.0, 2.0, 8.0)
    whole = program_gain(10.0, [half])
    assert whole.speedup == pytest.approx(10 / (5 + 5 / 4))
    assert whole.low == pytest.approx(10 / 7.5)
    assert whole.high == pytest.approx(10 / (5 + 5 / 8))


def test_what_is_not_the_body_stays() -> None:
    assert gain_of_site("a", 10.0, 0.4, 2.0, 2.0, 2.0).then_seconds == pytest.approx(6 + 2)


def test_a_pool_is_judged_by_what_its_calls_take_one_after_the_other() -> None:
    assert gain_of_pool("a", 3.0, 4.0, 2.0, 1.0, 4.0).then_seconds == pytest.approx(2.0)


def test_of_loops_in_loops_the_better_one_is_taken() -> None:
    outer, inner, other = gain("outer", 8.0, 2.0), gain("inner", 7.0, 3.0), gain("other", 1.0, 0.5)
    chosen = best_together([inner, other, outer], {frozenset(("outer", "inner")): 7.0})
    assert [each.site for each in chosen] == ["outer", "other"]


def test_what_loses_is_in_no_best_set() -> None:
    assert best_together([gain("a", 1.0, 1.5)], {}) == ()


@given(st.floats(0.1, 10), st.floats(0, 1), st.floats(1, 50), st.floats(1, 3))
def test_an_interval_holds_its_estimate(now: float, body: float, ratio: float, spread: float) -> None:
    whole = program_gain(10.0, [gain_of_site("a", now, body, ratio, ratio / spread, ratio * spread)])
    assert whole.low <= whole.speedup * (1 + 1e-9)
    assert whole.speedup <= whole.high * (1 + 1e-9)
