from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

import advisor
from advisor import api
from advisor.child import interpreter
from advisor.errors import UnusableError
from advisor.reports import html_fragment
from tests.reports.sample_reports import HOSTILE, SNIPPET, every_report, hostile_report
from tests.reports.test_reports import Page

REPORTS = {name: api.of(report) for name, report in every_report().items()}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_notebook_is_given_a_part_of_a_page_that_asks_for_nothing(report: api.Report) -> None:
    text = report._repr_html_()
    page = Page(text)
    assert page.open == []
    tags = [tag for tag, _ in page.tags]
    assert not {"html", "head", "body", "script", "link", "img", "iframe", "title"} & set(tags)
    assert not any(name in attributes for _, attributes in page.tags for name in ("src", "href", "onclick"))
    assert "url(" not in text
    assert "@import" not in text


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_styles_reach_no_further_than_the_report(report: api.Report) -> None:
    styles = report._repr_html_().split("<style>")[1].split("</style>")[0]
    selectors = [part.strip() for rule in styles.split("}") if "{" in rule for part in rule.split("{")[0].split(",")]
    assert selectors
    assert all(selector.startswith(".advisor-fragment") for selector in selectors)


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text_in_a_notebook(text: str) -> None:
    page, plain = (Page(html_fragment.render(hostile_report(words))) for words in (text, "plain"))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]


def test_a_notebook_shows_the_advice_the_certificate_and_the_code() -> None:
    page = Page(REPORTS["threading"]._repr_html_())
    for shown in ("6.23× as fast", "Confidence: high", "Safe: serial, threading", SNIPPET, "recommended"):
        assert shown in page.text


def test_a_report_prints_as_its_verdict_and_shows_itself_in_a_line() -> None:
    report = REPORTS["threading"]
    assert str(report).startswith("Run workloads.web:fetch under threading")
    assert repr(report).startswith("<Report: Run workloads.web:fetch under threading")
    assert "\n" not in repr(report)
    assert len(repr(REPORTS["endless"])) < 10_000


def test_a_report_saves_itself(tmp_path: Path) -> None:
    REPORTS["threading"].save(tmp_path / "r.md")
    assert "### advisor" in (tmp_path / "r.md").read_text(encoding="utf-8")
    with pytest.raises(UnusableError, match="suffix"):
        REPORTS["threading"].save(str(tmp_path / "r.doc"))
    assert len(REPORTS["threading"].to_frame()) == len(REPORTS["threading"].trials)


def test_functions_and_items_in_memory_become_a_job(tmp_path: Path) -> None:
    job = api.make_job(html_fragment.render, range(3), app_dir=tmp_path)
    assert job.target.text == "advisor.reports.html_fragment:render"
    assert job.inputs.source == "range(0, 3)"
    held = api.make_job("m:f", iter([object]), app_dir=str(tmp_path))
    path = Path((held.inputs.source or "").split("'")[1])
    assert pickle.loads(path.read_bytes()) == [object]


def test_a_function_of_a_session_is_found_by_a_module_made_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import linecache
    import types

    source = "def typed(n):\n    return n + 1\n"
    main = types.ModuleType("__main__")
    monkeypatch.setitem(linecache.cache, "<typed>", (len(source), None, source.splitlines(keepends=True), "<typed>"))
    exec(compile(source, "<typed>", "exec"), main.__dict__)
    monkeypatch.setitem(sys.modules, "__main__", main)
    job = api.make_job(main.typed, [1, 2], app_dir=tmp_path)
    assert job.target.text == "notebook_typed:typed"
    assert (Path(job.target.import_roots[-1]) / "notebook_typed.py").is_file()
    assert str(tmp_path.resolve()) in job.target.import_roots
    kept = api.make_job(main.typed, [1, 2], tmp_path / "kept.py")
    assert kept.target.text == "kept:typed"
    assert kept.target.import_roots[-1] == str(tmp_path.resolve())


def test_an_analysis_is_not_begun_inside_its_own_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(interpreter.MARKER, "1")
    with pytest.raises(UnusableError, match='if __name__ == "__main__":'):
        advisor.analyze("m:f")
