import re

import pytest

# Inner runs in this process: a fake stands in for the analysis, so that none of them measures.
pytest_plugins = ["pytester"]

CONFTEST = """
import pytest
from dataclasses import replace
from tests.reports import sample_reports

ASKED = []

@pytest.fixture
def _advisor_analyze():
    def analyze(job, options):
        ASKED.append((job, options))
        report = sample_reports.multiprocessing_report()
        return replace(report, job=job, options=options, target=replace(report.target, name=job.target.text))
    return analyze
"""


@pytest.fixture
def inner(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    return pytester


def test_a_test_asserts_on_the_report(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import zlib

        def test_it(advise):
            report = advise(zlib.compress, [b"x"], calls=8, budget=3, models="serial,threading")
            advice = report.recommendation
            assert (advice.model, advice.processes, advice.threads) == ("multiprocessing", 2, None)
            assert (advice.idiom, advice.chunk_size, advice.start_method) == ("Pool.map", 8, "forkserver")
            assert report.job.inputs.source == "[b'x']"
            assert report.job.calls == 8
            assert report.options.budget_seconds == 3
            assert report.options.models == ("serial", "threading")
            assert not report.options.lines
            assert list(report.to_frame()["model"])
        """
    )
    result = inner.runpytest("-p", "no:randomly")
    result.assert_outcomes(passed=1)
    result.stdout.re_match_lines(
        [
            r"=+ advisor =+",
            r"test_\w+\.py::test_it: zlib:compress: multiprocessing, 2 processes, 1\.87× as fast \(high confidence\)",
        ]
    )


def test_functions_of_the_test_module_are_found_by_name_or_file(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        def work(item):
            return item

        def test_it(advise):
            target = advise(work, range(3)).job.target
            assert target.qualname == "work"
            assert target.file == __file__ if target.by_path else target.module == __name__
        """
    )
    for mode in ("prepend", "importlib"):
        inner.runpytest(f"--import-mode={mode}").assert_outcomes(passed=1)


def test_the_marker_gives_options_and_the_nearest_comes_first(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import json
        import pytest

        pytestmark = pytest.mark.advisor(budget=7, seed=3)

        @pytest.mark.advisor(budget=5)
        def test_it(advise):
            assert advise(json.dumps, [1]).options.budget_seconds == 5
            assert advise(json.dumps, [1]).options.seed == 3
            assert advise(json.dumps, [1], budget=2).options.budget_seconds == 2
        """
    )
    inner.runpytest("--strict-markers").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("expect='threading'", "json:dumps is expected to run under threading, but the advice is multiprocessing: *"),
        ("forbid='different-results'", "json:dumps: different-results is forbidden here: Under threading the results*"),
    ],
)
def test_the_marker_says_what_the_report_must_say(inner: pytest.Pytester, words: str, said: str) -> None:
    inner.makepyfile(
        f"""
        import json
        import pytest

        @pytest.mark.advisor({words})
        def test_it(advise):
            advise(json.dumps, [1])
        """
    )
    result = inner.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{said}"])
    assert "pytest_plugin.py" not in result.stdout.str()


def test_what_is_expected_and_found_passes(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import json
        import pytest

        @pytest.mark.advisor(expect=("threading", "multiprocessing"), forbid=["race"])
        def test_it(advise):
            advise(json.dumps, [1])
        """
    )
    inner.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("[1], bugdet=3", "advise knows no option bugdet. Did you mean budget?"),
        ("[1], expect='threads'", "expect='threads': name some of serial, threading, *"),
        ("[1], budget=-1", "--budget -1: it must be from 1 to 86400."),
        ("[]", "There are no items: give at least one call to make."),
    ],
)
def test_an_unusable_word_is_one_line_at_the_tests_own(inner: pytest.Pytester, words: str, said: str) -> None:
    inner.makepyfile(
        f"""
        import json

        def test_it(advise):
            advise(json.dumps, {words})
        """
    )
    result = inner.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"E *UnusableError: {said}"])
    assert "pytest_plugin.py" not in result.stdout.str()
    assert "advising.py" not in result.stdout.str()


def test_a_marker_with_values_without_names_is_refused(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import json
        import pytest

        @pytest.mark.advisor("threading")
        def test_it(advise):
            advise(json.dumps, [1])
        """
    )
    result = inner.runpytest()
    result.stdout.fnmatch_lines(["*UsageError: *::test_it: the marker advisor takes words only, such as budget=10."])


def test_a_run_that_asks_nothing_says_nothing(inner: pytest.Pytester) -> None:
    inner.makepyfile("def test_it(): pass")
    result = inner.runpytest()
    result.assert_outcomes(passed=1)
    assert not re.search(r"^=+ advisor", result.stdout.str(), re.MULTILINE)


def test_without_the_plugin_all_else_runs(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass", test_that_asks="def test_that_asks(advise): pass")
    result = pytester.runpytest("-p", "no:advisor")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*fixture 'advise' not found*"])


def test_the_marker_and_the_fixture_are_documented(pytester: pytest.Pytester) -> None:
    pytester.runpytest("--markers").stdout.fnmatch_lines(["@pytest.mark.advisor(budget=20, *"])
    pytester.runpytest("--fixtures").stdout.fnmatch_lines(["advise -- *", "*Measures a function under each*"])


def test_junit_files_hold_the_advice(inner: pytest.Pytester) -> None:
    inner.makepyfile("import json\n\ndef test_it(advise):\n    advise(json.dumps, [1])\n")
    inner.runpytest("--junit-xml=r.xml")
    text = (inner.path / "r.xml").read_text(encoding="utf-8")
    assert '<property name="advisor" value="json:dumps: multiprocessing, 2 processes' in text


def test_the_source_is_reviewed_after_the_tests(inner: pytest.Pytester) -> None:
    inner.makepyfile(service="import time\nasync def f():\n    time.sleep(1)\n", test_it="def test_it():\n    pass\n")
    run = inner.runpytest("--advisor-review")
    run.stdout.fnmatch_lines(["*advisor review*", "service.py:3:5: error: ADV401*"])
    assert run.ret == pytest.ExitCode.TESTS_FAILED
    run = inner.runpytest()
    assert run.ret == pytest.ExitCode.OK
    assert "ADV401" not in run.stdout.str()
