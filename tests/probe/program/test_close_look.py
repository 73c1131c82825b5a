from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisor.probe.program import audit_events, close_look, instrumenting, kept_items, loading_hooked
from advisor.probe.program.sites import find_sites

Watch = Callable[..., tuple[dict[str, Any], dict[str, Any]]]


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Runs a source with hooks in its first site; gives its names and what was seen of the site."""

    def run(source: str, live_in: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[str, Any]]:
        path = tmp_path / "program.py"
        path.write_text(source, encoding="utf-8")
        site = find_sites(source, "program.py")[0].id
        wanted = {"live_in": list(live_in), "names": ["item", *live_in], "file_name": "site", "keep": True}
        recorder = close_look.Recorder({site: wanted}, str(tmp_path / "items"))
        monkeypatch.setattr(builtins, instrumenting.RECORDER, recorder, raising=False)
        names: dict[str, Any] = {}
        exec(loading_hooked.compile_hooked(str(path), [site]), names)
        recorder.close()
        return names, recorder.sites[site].seen()

    return run


def items_of(seen: dict[str, Any]) -> list[Any]:
    return list(kept_items.load([(part["file"], len(part["iterations"])) for part in seen["kept"]]))


def test_iterations_are_kept_as_they_were_before_their_body_ran(watch: Watch) -> None:
    names, seen = watch("rows = [[1], [2]]\nfor row in rows:\n    row.append(0)\n")
    assert names["rows"] == [[1, 0], [2, 0]]
    assert items_of(seen) == [([1],), ([2],)]


def test_what_is_one_object_stays_one(watch: Watch) -> None:
    _, seen = watch("shared = {'a': 1}\nfor x in range(3):\n    x + len(shared)\n", ("shared",))
    items = items_of(seen)
    assert [item[0] for item in items] == [0, 1, 2]
    assert items[0][1] is items[1][1] is items[2][1]


def test_a_long_loop_keeps_its_first_its_last_and_a_bounded_number(watch: Watch) -> None:
    _, seen = watch("for x in list(range(5000)):\n    x * x\n")
    kept = [item[0] for item in items_of(seen)]
    assert kept[0] == 0
    assert len(kept) <= 201
    assert seen["iterations"] == 5000


def test_what_cannot_be_pickled_is_named_by_its_path(watch: Watch) -> None:
    source = (
        "import threading\nclass Job:\n    def __init__(self):\n        self.lock = threading.Lock()\n"
        "for job in [Job(), Job()]:\n    job.lock.locked()\n"
    )
    _, seen = watch(source)
    assert seen["obstacles"][0]["path"] == "item.lock"
    assert seen["iterations"] == 2


def test_iterators_are_passed_through_and_left_where_the_loop_left_them(watch: Watch) -> None:
    names, seen = watch("it = iter(range(10))\nfor x in it:\n    if x == 3:\n        break\nrest = list(it)\n")
    assert names["rest"] == [4, 5, 6, 7, 8, 9]
    assert (seen["iterations"], seen["unfinished"]) == (4, 1)


def test_many_short_executions_are_counted(watch: Watch) -> None:
    _, seen = watch("def f():\n    for x in (1, 2):\n        x\nn = [f() for _ in range(500)]\n")
    assert (seen["entries"], seen["iterations"]) == (500, 1000)


def test_what_the_probe_does_itself_is_no_effect_of_an_iteration(tmp_path: Path) -> None:
    active = audit_events.Active()
    wanted = {"live_in": [], "names": [], "keep": False, "file_name": "site"}
    site = close_look.Watched("a.py:1", wanted, str(tmp_path))
    active.push(site)
    assert list(active.here()) == [site]
    with active.muted():
        assert active.here() == ()
    active.pop(site)
    assert not active.here()
