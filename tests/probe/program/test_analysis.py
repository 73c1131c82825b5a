from __future__ import annotations

import textwrap

import pytest

from advisor.probe.program.analysis import analyse
from advisor.probe.program.body import body_function
from advisor.probe.program.findings import Analysis, CannotSplit
from advisor.probe.program.sites import find_sites

HEAD = "import random\n\n\ndef work(x):\n    return x + 1\n\n\n"


def analysis_of(function: str) -> Analysis:
    source = HEAD + textwrap.dedent(function)
    return analyse(source, next(site for site in find_sites(source, "a.py") if site.line > HEAD.count("\n")))


def test_names_are_told_apart() -> None:
    found = analysis_of(
        """
        def main(xs, scale):
            total = 0
            for i, x in enumerate(xs):
                y = work(x) * scale
                total += y
            return total, y
        """
    )
    assert found.item_names == ("i", "x")
    assert found.live_in == ("scale",)
    assert found.module_names == ("work",)
    assert found.written_after == ("y",)
    assert [(each.target, each.operation) for each in found.reductions] == [("total", "+=")]
    assert found.verdict == "reduction"


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("rows.append(work(x))", "reduction"),
        ("seen.add(work(x))", "reduction"),
        ("by_name[x] = work(x)", "reduction"),
        ("best = max(best, work(x))", "reduction"),
        ("best = work(best + x)", "dependent"),
        ("y = work(x)", "independent"),
        ("print(work(x))", "independent"),
        ("rows.append(random.random())", "dependent"),
    ],
)
def test_verdict(body: str, verdict: str) -> None:
    found = analysis_of(
        f"def main(xs, rows, seen, by_name, best):\n    for x in xs:\n        {body}\n    return best\n"
    )
    assert found.verdict == verdict
    assert found.reasons


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("if work(x): break", "break"),
        ("if work(x): return x", "return"),
        ("yield work(x)", "yield"),
    ],
)
def test_exits(body: str, kind: str) -> None:
    found = analysis_of(f"def main(xs):\n    for x in xs:\n        {body}\n")
    assert [each.kind for each in found.exits] == [kind]
    assert found.verdict == "dependent"


def test_target_else_and_handler_are_noted() -> None:
    found = analysis_of(
        """
        def main(xs):
            try:
                for x in xs:
                    y = work(x)
                else:
                    print(x)
            except ValueError:
                return None
            return x
        """
    )
    assert {each.kind for each in found.exits} == {"else", "target used later", "caught outside"}


def test_an_inner_loop_may_break() -> None:
    found = analysis_of(
        "def main(xs):\n    for x in xs:\n        for y in x:\n            if work(y):\n                break\n"
    )
    assert found.exits == ()


def test_effects_through_functions_of_the_file() -> None:
    found = analysis_of(
        """
        def save(x):
            with open(f"{x}.txt", "w") as file:
                file.write("a")

        def main(xs):
            for x in xs:
                save(x)
        """
    )
    assert [each.kind for each in found.effects] == ["file"]
    assert found.effects[0].sentence == "save: open() writes, moves or removes files"


def test_what_is_filled_by_a_called_function_is_a_write() -> None:
    found = analysis_of(
        """
        def add(rows, x):
            rows.append(work(x))

        def main(xs):
            rows = []
            for x in xs:
                add(rows, x)
            return rows
        """
    )
    assert found.writes
    assert found.verdict != "independent"


def function_of(body: str) -> str:
    source = (
        HEAD
        + f"def main(xs, k):\n    rows = []\n    for x in xs:\n{textwrap.indent(body, '        ')}    return rows\n"
    )
    site = next(site for site in find_sites(source, "a.py") if site.form == "for")
    return body_function(source, site).source


def test_body_keeps_comments_and_text_of_many_lines() -> None:
    made = function_of('# why\ny = work(\n    x)\ntext = """\n  as it is"""\nrows.append((y, text))\n')
    assert made == (
        "def _process_x(x):\n"
        '    # why\n    y = work(\n        x)\n    text = """\n          as it is"""\n    return y, text\n'
    )


def test_body_takes_what_it_reads() -> None:
    assert function_of("rows.append(work(x) + k)\n") == "def _row_for_x(x, k):\n    return work(x) + k\n"


def test_a_body_without_work_has_no_function() -> None:
    with pytest.raises(CannotSplit):
        function_of("rows.append(x)\n")
