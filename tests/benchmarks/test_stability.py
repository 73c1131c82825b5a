from __future__ import annotations

import pytest

from advisor.records import Plan
from benchmarks.stability import agreement
from tests.problems import processes, threads


def test_the_same_model_with_workers_within_a_factor_of_two_is_the_same_advice() -> None:
    plans: list[Plan] = [threads(4)] * 6 + [threads(8), threads(2), threads(16), processes(4)]
    assert agreement(plans) == pytest.approx(0.8)
    assert agreement([threads(2)] * 10) == pytest.approx(1.0)
