from __future__ import annotations

import pytest

from advisor.probe.program.sites import find_sites
from advisor.program import survey
from advisor.program.survey import Place, Stack, Survey

SOURCE = """def work(n):
    for i in range(n):
        for j in range(i):
            step(j)
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(step, i) for i in range(n)]
        return [each.result() for each in futures]
"""
SITES = find_sites(SOURCE, "a.py")
OUTER, INNER, SUBMITTING = "a.py:2", "a.py:3", "a.py:6"
PATHS = {"a.py": "/home/a.py"}
WAITS = {SUBMITTING: 7}


def stack(*lines: int, function: str = "work", leaf: str | None = None) -> Stack:
    places = tuple(Place(file="/home/a.py", function=function, line=line, column=None) for line in lines)
    return Stack(places=places, leaf=leaf)


def seen(*stacks: Stack, instants: tuple[tuple[tuple[int, ...], float], ...]) -> Survey:
    return Survey(stacks=stacks, instants=instants, processor_seconds={0: 0.25}, looks=len(instants))


def times(samples: Survey) -> dict[str, survey.SiteTime]:
    return {each.site.id: each for each in survey.site_times(samples, SITES, PATHS, WAITS, 4.0)}


def test_a_look_counts_for_every_loop_around_it() -> None:
    found = times(seen(stack(4), instants=(((0,), 1.0),)))
    assert found[OUTER].share == found[INNER].share == pytest.approx(0.25)
    assert found[OUTER].cpu_seconds == pytest.approx(0.25)


def test_two_threads_in_a_loop_at_once_count_once() -> None:
    found = times(seen(stack(4), stack(3), instants=(((0, 1), 1.0),)))
    assert found[OUTER].wall_seconds == pytest.approx(1.0)


def test_waiting_for_what_was_handed_out_counts_for_the_place_that_handed_it_out() -> None:
    found = times(seen(stack(7, leaf="threading:Condition.wait"), instants=(((0,), 2.0),)))
    assert found[SUBMITTING].wall_seconds == pytest.approx(2.0)


def test_computing_behind_the_hand_out_does_not_count_for_it() -> None:
    assert SUBMITTING not in times(seen(stack(7, leaf="json:loads"), instants=(((0,), 2.0),)))


def test_loops_in_loops_share_their_time() -> None:
    samples = seen(stack(4), stack(2), instants=(((0,), 1.0), ((1,), 2.0)))
    shared = survey.overlap_seconds(samples, SITES, PATHS, WAITS)
    assert shared[frozenset((OUTER, INNER))] == pytest.approx(1.0)


def test_the_places_of_time_are_the_innermost_functions() -> None:
    samples = seen(stack(2), stack(4, leaf="zlib:compress"), instants=(((0,), 1.0), ((1,), 3.0)))
    (place,) = survey.time_places(samples, 4.0, {"/home/a.py": SOURCE.splitlines()})
    assert (place.line, place.source, place.calls) == (4, "step(j)", "zlib:compress")
    assert place.share == pytest.approx(1.0)
