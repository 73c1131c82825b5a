from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.probe.program.analysis import analyse
from advisor.probe.program.findings import Analysis
from advisor.probe.program.sites import find_sites
from advisor.program.independence import Iteration, Left, Replay, judge, orders_differ, unreplayed

SOURCE = "def f(xs, k):\n    out = []\n    for x in xs:\n        out.append(compute(x, k))\n    return out\n"
SITE = find_sites(SOURCE, "a.py")[0]
NAMES = ("x", "k")


@pytest.fixture
def analysis() -> Analysis:
    return analyse(SOURCE, SITE)


def made(item: int, result: str | None = "r") -> Iteration:
    return Iteration(item=item, result=result, error=None, changed=(), printed=None, seconds=0.1, cpu_seconds=0.1)


def replay(order: str, *iterations: Iteration, left: tuple[Left, ...] = ()) -> Replay:
    return Replay(order=order, iterations=iterations, left=left)


def test_the_same_results_in_every_order_are_independent(analysis: Analysis) -> None:
    found = judge(analysis, NAMES, [replay("forward", made(0), made(1)), replay("reversed", made(1), made(0))])
    assert found.independence in ("independent", "reduction")
    assert found.may_apply


def test_another_result_in_another_order_is_dependence(analysis: Analysis) -> None:
    replays = [replay("forward", made(0), made(1)), replay("reversed", made(1, "other"), made(0))]
    assert orders_differ(replays)
    found = judge(analysis, NAMES, replays, again=replays[0])
    assert found.independence == "dependent"
    assert "reversed" in found.reasons[0]


def test_results_that_are_never_the_same_tell_nothing(analysis: Analysis) -> None:
    replays = [replay("forward", made(0)), replay("reversed", made(0, "other"))]
    found = judge(analysis, NAMES, replays, again=replay("forward", made(0, "third")))
    assert (found.independence, found.may_try) == ("unknown", False)


@pytest.mark.parametrize(
    ("change", "word"),
    [({"changed": (1,)}, "k"), ({"printed": "digest"}, "prints")],
)
def test_what_iterations_share_and_change_is_dependence(
    analysis: Analysis, change: dict[str, object], word: str
) -> None:
    found = judge(analysis, NAMES, [replay("forward", replace(made(0), **change))])  # type: ignore[arg-type] # by name
    assert found.independence == "dependent"
    assert word in found.reasons[0]


def test_a_counter_left_changed_is_dependence(analysis: Analysis) -> None:
    left = (Left(name="COUNT", text="3", kind="global"),)
    found = judge(analysis, NAMES, [replay("forward", made(0), left=left)])
    assert found.independence == "dependent"
    assert "COUNT" in found.reasons[0]


def test_a_filled_cache_is_none(analysis: Analysis) -> None:
    left = (Left(name="parse", text="3 entries", kind="cache"),)
    assert judge(analysis, NAMES, [replay("forward", made(0), left=left)]).independence != "dependent"


def test_an_item_changed_in_place_is_lost_in_another_process(analysis: Analysis) -> None:
    assert judge(analysis, NAMES, [replay("forward", replace(made(0), changed=(0,)))]).changes_item


def test_what_could_not_be_made_again_is_not_edited(analysis: Analysis) -> None:
    assert not unreplayed(analysis, (), why="It could not be imported.").may_apply
    assert unreplayed(analysis, ("It sends.",)).may_apply
