"""The magics in IPython's own shell; the analysis itself is a fake."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import advisor
from advisor import api
from advisor.errors import UnusableError
from advisor.integrations import notebook
from tests.reports.sample_reports import threading_report


class Notebook:
    """A shell, and what the analysis was asked."""

    def __init__(self) -> None:
        self.shell = InteractiveShell()
        self.asked: list[tuple[Any, Any, dict[str, Any]]] = []
        self.error: Exception | None = None
        notebook.register(self.shell, self.analyze)

    def analyze(self, target: Any, items: Any = None, **words: Any) -> api.Report:
        self.asked.append((target, items, words))
        words["progress"].close()
        if self.error is not None:
            raise self.error
        return api.of(threading_report())

    def run(self, cell: str) -> bool:
        return bool(self.shell.run_cell(cell).success)


@pytest.fixture
def opened() -> Iterator[Notebook]:
    known = set(linecache.cache)
    yield Notebook()
    for name in set(linecache.cache) - known:
        del linecache.cache[name]


CELL = "\nimport time\n\ndef helper(n):\n    return n\n\ndef fetch(url):\n    return helper(url)\n\nRATE = 3\n"


def test_a_cell_is_run_and_its_last_function_analysed(opened: Notebook) -> None:
    opened.shell.user_ns["urls"] = ["a", "b"]
    assert opened.run("%%advise fetch urls --budget 5 --models threading,serial" + CELL)
    ((target, items, words),) = opened.asked
    assert target is opened.shell.user_ns["fetch"]
    assert items == ["a", "b"]
    assert (words["budget"], words["models"]) == (5.0, ("threading", "serial"))
    assert opened.shell.user_ns["RATE"] == 3
    opened.run("%%advise --inputs-expr 'range(3)'" + CELL)
    assert opened.asked[1][0] is opened.shell.user_ns["fetch"]
    assert opened.asked[1][2]["inputs_expr"] == "range(3)"


def test_a_line_names_a_function_and_an_expression_for_its_items(opened: Notebook) -> None:
    opened.run(CELL)
    assert opened.run("%advise helper 'range(RATE)' --no-lines --module kept.py")
    ((target, items, words),) = opened.asked
    assert target is opened.shell.user_ns["helper"]
    assert items == range(3)
    assert (words["lines"], str(words["module"])) == (False, "kept.py")


def test_an_expression_for_items_needs_no_quotes_whatever_is_in_it(opened: Notebook) -> None:
    opened.run(CELL)
    assert opened.run("%advise helper [(1, 2), (3, 4)] * 20 --unpack args")
    assert opened.run("%advise helper [{'a --b': \"c d\", 'e': {RATE}}] --calls 7")
    (_, first, options), (_, second, more_options) = opened.asked
    assert (first, options["unpack"]) == ([(1, 2), (3, 4)] * 20, "args")
    assert (second, more_options["calls"]) == ([{"a --b": "c d", "e": {3}}], 7)


def test_a_target_by_name_stays_a_name(opened: Notebook) -> None:
    assert opened.run("%advise zlib:compress '[b\"x\"]'")
    assert opened.asked[0][:2] == ("zlib:compress", [b"x"])


def test_a_cell_that_fails_is_not_analysed(opened: Notebook) -> None:
    opened.run("%%advise f\nraise ValueError(3)")
    assert opened.asked == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("%advise", "Which function? Usage: %advise FUNCTION"),
        ("%advise nothing", "nothing: NameError: name 'nothing' is not defined."),
        ("%advise RATE", "RATE is not a function: it is a int."),
        ("%advise helper nowhere", "nowhere: NameError"),
        ("%advise helper --no-such-option", "No such option"),
        ("%advise helper 'open", "No closing quotation"),
        ("%%advise\nx = 1", "Which function?"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    opened: Notebook, capsys: pytest.CaptureFixture[str], line: str, words: str
) -> None:
    opened.run(CELL)
    capsys.readouterr()
    assert opened.run(line)
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.startswith("advisor: ")
    assert "Traceback" not in captured.err + captured.out
    assert opened.asked == []


def test_what_the_analysis_objects_to_is_said_in_a_line(opened: Notebook, capsys: pytest.CaptureFixture[str]) -> None:
    opened.error = UnusableError("No such thing.")
    opened.run("%%advise" + CELL)
    assert "advisor: No such thing." in capsys.readouterr().err


def test_the_extension_registers_both_magics(opened: Notebook) -> None:
    shell = InteractiveShell()
    advisor.load_ipython_extension(shell)
    assert "advise" in shell.magics_manager.magics["line"]
    assert "advise" in shell.magics_manager.magics["cell"]
