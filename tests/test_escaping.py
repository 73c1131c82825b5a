"""What comes from the user's code stays text in every output, and is run by the probe alone."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

import advisor
from advisor import formatting as fmt
from advisor.reports import junit, sarif, terminal, wording
from tests.reports.sample_reports import HOSTILE, hostile_report

PACKAGE = Path(advisor.__file__).parent
HOST = [path for path in sorted(PACKAGE.rglob("*.py")) if "probe" not in path.relative_to(PACKAGE).parts]
RUNS_CODE = {"eval", "exec", "__import__", "import_module", "run_path", "run_module", "exec_module", "read_pickle"}
UNPICKLES = {"pickle", "_pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
LOADS = {"load", "loads", "open", "Unpickler"}
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text("<>&'\"`|*_[]()!#@:~$\\={}% \n\r\t\x1b\x07\x9b\x00\u202e\u2028\ufffe.1aw/-+", max_size=40),
    st.sampled_from(HOSTILE),
)
LINK = re.compile(r"\[[^\]]*\]\([^)]*\)")
"""What SARIF's viewers make a link of, in plain text too."""
FAILED_CASE = ["testsuites", "testsuite", "testcase", "failure"]
STYLE = re.compile(r"\x1b\[[0-9;]*m")


OF_THE_HOST_ITSELF = {"cli/main.py": ["importlib.import_module"]}
"""The command's own module, of a name in the list of commands."""


def acts_of(source: str) -> Iterator[str]:
    """Every call in a source that would run a text or load a pickle, by name."""
    tree = ast.parse(source)
    loaders = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in UNPICKLES
        for alias in node.names
        if alias.name in LOADS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in RUNS_CODE | loaders:
            yield node.id
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            if node.attr in RUNS_CODE or (owner in UNPICKLES and node.attr in LOADS):
                yield f"{owner}.{node.attr}"


@pytest.mark.parametrize(
    ("source", "act"),
    [
        ("x = eval(y)", "eval"),
        ("run = exec", "exec"),
        ("import pickle\npickle.loads(y)", "pickle.loads"),
        ("from pickle import load as read\nread(y)", "read"),
        ("import importlib\nimportlib.import_module(y)", "importlib.import_module"),
        ("pd.read_pickle(y)", "pd.read_pickle"),
    ],
)
def test_an_act_would_be_seen(source: str, act: str) -> None:
    assert act in set(acts_of(source))


@pytest.mark.parametrize("path", HOST, ids=[path.relative_to(PACKAGE).as_posix() for path in HOST])
def test_the_host_runs_no_text_and_loads_no_pickle(path: Path) -> None:
    allowed = OF_THE_HOST_ITSELF.get(path.relative_to(PACKAGE).as_posix(), [])
    assert list(acts_of(path.read_text(encoding="utf-8"))) == allowed


def test_the_probe_runs_text_in_two_places_alone() -> None:
    # The expression of the inputs, and the whole program that find runs.
    assert len(HOST) > 50
    evaluating = {
        path.name
        for path in (PACKAGE / "probe").rglob("*.py")
        if {"eval", "exec"} & set(acts_of(path.read_text(encoding="utf-8")))
    }
    # The second runs the user's own program.
    assert evaluating == {"item_source.py", "main_module.py"}


@settings(max_examples=60, deadline=None)
@given(TEXTS)
@example("[click](https://example.com)")
@example("see [a] [b](1)")
def test_sarif_keeps_foreign_text_text(text: str) -> None:
    (run,) = json.loads(sarif.render(hostile_report(text)))["runs"]
    first = run["results"][0]
    shown = first["message"]["text"]
    assert shown.replace("] (", "](") == fmt.lines_of(f"{text}\n\n{text}").strip().replace("] (", "](")
    assert not any(LINK.search(result["message"]["text"]) for result in run["results"])
    assert all(c == "\n" or c.isprintable() for c in shown)
    assert first["ruleId"] == run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == fmt.one_line(text)
    for result in run["results"]:
        for place in result.get("locations", ()):
            assert re.fullmatch(r"[\w/.~%:-]*", place["physicalLocation"]["artifactLocation"]["uri"], re.ASCII)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_junit_keeps_foreign_text_text(text: str) -> None:
    (suite,) = suites = ET.fromstring(junit.render(hostile_report(text)))
    tags = [element.tag for element in suites.iter()]
    assert tags in (FAILED_CASE, [*FAILED_CASE, "system-out"])
    line = _of_xml(fmt.one_line(text))
    (case,) = suite
    assert (case.attrib["classname"], case.attrib["name"]) == (line, line)
    failure = case[0]
    assert failure.attrib["message"] == line
    assert (failure.text or "") == _of_xml(fmt.lines_of(f"{text}: {text}\n{text}".strip()))


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(40, 120))
def test_a_terminal_keeps_foreign_text_text(text: str, width: int) -> None:
    report = hostile_report(text)
    page = terminal.render(report, [Path("report.html")], width=width)
    assert all(line.isprintable() and cell_len(line) <= width for line in page.split("\n"))
    verdict = "".join(fmt.one_line(wording.verdict(report)).split())
    shown = page.split("\n")[0].rstrip("…")
    assert not verdict or verdict.startswith("".join(shown.split()))
    coloured = terminal.render(report, [Path("report.html")], width=width, colour=True)
    assert STYLE.sub("", coloured) == page


def _of_xml(text: str) -> str:
    return text.replace("\ufffe", "").replace("\uffff", "")
