"""The pytest plugin: the fixture ``advise``, the marker ``advisor``, and a section in the terminal's summary.

It is loaded in every test run of an environment that holds the advisor, so it imports nothing of it until a test
advises. What was found travels in the test report's user properties, and so back from a worker of xdist and into
JUnit files.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..api import Report
    from ..records import Job, Options
    from ..records import Report as Analysis

PROPERTY = "advisor"
_REVIEW = pytest.StashKey[str]()
MARKER = (
    "advisor(budget=20, calls=None, ..., expect=None, forbid=()): options of the fixture advise for this test; "
    "the model (or several) that its reports must recommend, and the codes of findings that they must not hold."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that has the project's source reviewed after the tests."""
    group = parser.getgroup("advisor")
    group.addoption(
        "--advisor-review", action="store_true", help="Review the source for concurrency mistakes after the tests."
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Review, where it was asked for; a finding that fails the review fails the run."""
    config = session.config
    if not config.getoption("--advisor-review", default=False) or hasattr(config, "workerinput"):
        return
    from ..errors import AdvisorError
    from . import pytest_review

    try:
        report = pytest_review.reviewed(config.rootpath)
    except AdvisorError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[_REVIEW] = pytest_review.text(report)
    if report.exit_status and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def advise(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    _advisor_analyze: Callable[[Job, Options], Analysis],
) -> Callable[..., Report]:
    """Measures a function under each concurrency model and returns the report.

    Call it with the function and its items, one a call; further words are those of ``advisor.analyze``, and the
    marker ``advisor`` sets them for a whole test. Without items the function must have no required parameter. A
    target may also be given as text, as on the command line.
    """

    def advise_on(function: Callable[..., Any] | str, items: Iterable[Any] | None = None, **words: Any) -> Report:
        __tracebackhide__ = True
        from ..errors import AdvisorError
        from . import pytest_advice

        try:
            asked = pytest_advice.asked(_marked(request.node), words)
            spool = tmp_path_factory.mktemp("advisor") / "items.pickle"
            with _alone(tmp_path_factory):
                report = pytest_advice.advise(function, items, asked, request.config.rootpath, spool, _advisor_analyze)
        except AdvisorError as error:
            # Without the frames of the analysis: the test's own line is what its author can change.
            raise error.with_traceback(None) from None
        request.node.user_properties.append((PROPERTY, pytest_advice.summary(report)))
        unmet = pytest_advice.unmet(report, asked)
        if unmet:
            pytest.fail("\n".join(unmet))
        return report

    return advise_on


@pytest.fixture
def _advisor_analyze() -> Callable[[Job, Options], Analysis]:
    """What measures; a test of tests may put another one in its place."""
    from ..pipeline import analysis

    return analysis.analyze


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The review, and a line for each function advised on; nothing where there was none."""
    reviewed = config.stash.get(_REVIEW, None)
    if reviewed is not None:
        terminalreporter.section("advisor review")
        terminalreporter.write(reviewed)
    lines = dict.fromkeys(
        f"{report.nodeid}: {value}"
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY
    )
    if lines:
        terminalreporter.section("advisor")
        for line in lines:
            terminalreporter.line(line)


def _marked(node: pytest.Item) -> dict[str, Any]:
    """The words of the marker; what stands nearer to the test comes first."""
    words: dict[str, Any] = {}
    for marker in node.iter_markers("advisor"):
        if marker.args:
            raise pytest.UsageError(f"{node.nodeid}: the marker advisor takes words only, such as budget=10.")
        words = {**marker.kwargs, **words}
    return words


@contextlib.contextmanager
def _alone(folders: pytest.TempPathFactory) -> Iterator[None]:
    """One analysis at a time among the workers of xdist: two would measure each other."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    from filelock import FileLock

    with FileLock(folders.getbasetemp().parent / "advisor.lock"):
        yield
