from __future__ import annotations

from pathlib import Path

import pytest

from advisor.child.giving_up import ChildLimits, Watch
from advisor.child.host import memory_limit_bytes
from advisor.child.post_mortem import MARK, count_noted, describe_item, describe_place
from tests.pipeline.sample_costs import GB, a_system

LIMITS = ChildLimits(silence_seconds=5, total_seconds=60, memory_bytes=8 * GB, start_seconds=20)


class Child:
    """What a child is said to hold, and a clock."""

    def __init__(self) -> None:
        self.now, self.own, self.tree, self.free = 0.0, 0, 0, 8 * GB

    def own_bytes(self) -> int:
        return self.own

    def tree_bytes(self, _concern_bytes: int) -> int:
        return self.tree

    def free_bytes(self) -> int:
        return self.free

    def watch(self) -> Watch:
        return Watch(LIMITS, self, 10 * GB, lambda: self.now)


def words_of(watch: Watch) -> str:
    found = watch.complaint()
    return f"{found.kind}: {found.message}" if found else ""


def test_a_call_may_be_silent_less_long_than_an_import() -> None:
    child = Child()
    watch = child.watch()
    child.now = 19
    assert words_of(watch) == ""
    child.now = 21
    assert words_of(watch).startswith("timeout: importing the target, making the inputs and setting up took longer")
    watch.heard()
    watch.begun = True
    child.now = 27
    assert words_of(watch) == "timeout: a call took longer than 5 s."


def test_an_answer_that_never_comes_is_not_waited_for() -> None:
    child = Child()
    watch = child.watch()
    watch.begun = True
    for child.now in range(1, 62):
        watch.heard()
    assert words_of(watch) == "timeout: no answer within 60 s."


@pytest.mark.parametrize(("own", "tree"), [(9 * GB, 0), (1, 9 * GB)])
def test_what_the_child_or_its_children_hold_beyond_the_limit_ends_it(own: int, tree: int) -> None:
    child = Child()
    watch = child.watch()
    child.now = 1
    assert words_of(watch) == ""
    child.now, child.own, child.tree = 2, own, tree
    assert words_of(watch).startswith("memory: the function and what it started held 9.")


def test_the_child_ends_before_the_system_has_no_memory_left() -> None:
    child = Child()
    child.free = GB // 4
    assert words_of(child.watch()).startswith("memory: the memory here ran out while the function held ")


def test_a_limit_of_the_users_own_counts_where_it_is_the_tighter(tmp_path: Path) -> None:
    from dataclasses import replace

    system = replace(a_system(tmp_path), environment={"ADVISOR_MEMORY_BYTES": str(GB)})
    assert memory_limit_bytes(system) == GB
    assert memory_limit_bytes(replace(system, environment={"ADVISOR_MEMORY_BYTES": "much"})) == 16 * GB


def test_the_item_at_work_is_read_from_the_mark(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    assert describe_item(mark) == ""
    mark.write_bytes(MARK.pack(17, 24))
    assert describe_item(mark) == " on item 18 of 24"
    assert count_noted(mark) == 17
    mark.write_bytes(MARK.pack(-1, 24))
    assert (describe_item(mark), count_noted(mark)) == ("", 0)


def test_the_place_is_the_innermost_line_of_the_users_own() -> None:
    import advisor.child.post_mortem

    probe = Path(advisor.child.post_mortem.__file__).parents[1] / "probe"
    dump = (
        'noise\nThread 0x1 (most recent call first):\n  File "/x/other.py", line 1 in g\n\n'
        'Current thread 0x2 (most recent call first):\n  File "/usr/lib/python3.11/ctypes/__init__.py", line 2 in s\n'
        f'  File "/home/ann/work.py", line 7 in f\n  File "{probe}/timing.py", line 30 in call_each\n'
    )
    assert describe_place(dump) == " (work.py, line 7)"
    assert describe_place("Segmentation fault") == ""
