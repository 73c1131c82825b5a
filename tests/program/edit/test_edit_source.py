from __future__ import annotations

import ast
import difflib

import pytest

from advisor.probe.program.sites import find_sites
from advisor.program.edit.editing import WantedEdit, edit_source
from advisor.program.edit.refusal import CannotEditError
from advisor.records.tried import Plan
from tests.edit_examples import EDITED, HEAD, PROCESSES, THREADS, TRAPS, Example


def site_of(source: str, at: str) -> str:
    return next(site.id for site in find_sites(source, "program.py") if site.code.startswith(at))


def edit(source: str, at: str, plan: Plan) -> str:
    wanted = [WantedEdit(site_id=site_of(source, at), plan=plan)]
    return edit_source(source.encode(), "program.py", wanted).decode()


@pytest.mark.parametrize("example", EDITED, ids=lambda each: each.name)
def test_edit_has_what_a_reviewer_expects(example: Example) -> None:
    for plan in example.plans:
        after = edit(example.source, example.at, plan)
        ast.parse(after)
    for part in example.has:
        assert part in after


@pytest.mark.parametrize("example", TRAPS, ids=lambda each: each.name)
def test_trap_is_refused_in_one_plain_sentence(example: Example) -> None:
    for plan in example.plans:
        with pytest.raises(CannotEditError) as caught:
            edit(example.source, example.at, plan)
        assert example.refused in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("example", EDITED, ids=lambda each: each.name)
def test_nothing_else_of_the_file_changes(example: Example) -> None:
    after = edit(example.source, example.at, example.plans[-1])
    kept = {line.strip() for line in after.splitlines()}
    matcher = difflib.SequenceMatcher(None, example.source.splitlines(), after.splitlines(), autojunk=False)
    removed = [
        line
        for tag, start, end, *_ in matcher.get_opcodes()
        if tag in ("replace", "delete")
        for line in example.source.splitlines()[start:end]
    ]
    comments = [line for line in removed if line.strip().startswith("#") and line.strip() not in kept]
    assert comments == []


APPEND = EDITED[0]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark_stay(newline: str, mark: bytes) -> None:
    data = mark + APPEND.source.replace("\n", newline).encode()
    wanted = [WantedEdit(site_id=site_of(APPEND.source, APPEND.at), plan=THREADS)]
    after = edit_source(data, "program.py", wanted)
    assert after.startswith(mark)
    assert after.count(b"\r\n") == (after.count(b"\n") if newline == "\r\n" else 0)


def test_encoding_stays() -> None:
    source = "# -*- coding: latin-1 -*-\nname = 'é'\n" + APPEND.source
    wanted = [WantedEdit(site_id=site_of(source, APPEND.at), plan=THREADS)]
    after = edit_source(source.encode("latin-1"), "program.py", wanted)
    assert "name = 'é'" in after.decode("latin-1")


def test_no_line_end_at_the_end_stays() -> None:
    source = APPEND.source.rstrip("\n")
    assert not edit(source, APPEND.at, THREADS).endswith("\n")


def test_mixed_line_ends_are_refused() -> None:
    data = APPEND.source.encode().replace(b"\n", b"\r\n", 3)
    with pytest.raises(CannotEditError, match="line ends"):
        edit_source(data, "program.py", [])


def test_several_sites_of_a_file_are_edited_together() -> None:
    source = HEAD + (
        "def main(xs):\n"
        "    rows = [work(x) for x in xs]\n"
        "    for x in xs:\n"
        "        y = work(x)\n"
        "        print(x, y)\n"
        "    return rows\n\n\n"
        'if __name__ == "__main__":\n'
        "    print(main([1, 2]))\n"
    )
    ids = [site_of(source, "[work(x)"), site_of(source, "for x in xs")]
    for order in (ids, ids[::-1]):
        wanted = [WantedEdit(site_id=name, plan=PROCESSES) for name in order]
        after = edit_source(source.encode(), "program.py", wanted).decode()
        assert after.count("with ProcessPoolExecutor") == len(ids)
        assert after.count("from multiprocessing import get_context") == 1


def test_names_that_are_taken_are_left_alone() -> None:
    source = HEAD + (
        "def main(xs, executor, items):\n    for x in xs:\n        y = work(x)\n        print(x, y, executor, items)\n"
    )
    after = edit(source, "for x in xs", THREADS)
    assert "as executor_2:" in after
    assert "items_2 = list(xs)" in after


@pytest.mark.parametrize("model", ["serial", "hybrid", "subinterpreters", "distributed", "asyncio"])
def test_other_models_are_refused(model: str) -> None:
    plan = Plan(model=model, idiom="", processes=2, threads=2, tasks=2)  # type: ignore[arg-type]
    with pytest.raises(CannotEditError):
        edit(APPEND.source, APPEND.at, plan)


def test_definitions_behind_what_runs_forbid_a_guard() -> None:
    source = HEAD + "for x in range(3):\n    y = work(x)\n    print(y)\n\n\ndef later():\n    return 1\n"
    spawned = Plan(model="multiprocessing", idiom="", processes=2, chunk_size=1, start_method="spawn")
    with pytest.raises(CannotEditError, match="guard"):
        edit(source, "for x in range", spawned)
    assert "if __name__" not in edit(source, "for x in range", PROCESSES)
