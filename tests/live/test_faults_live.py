"""Every fault of the matrix: the program ends by itself, in time, with a plain word, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live import commands
from tests.live.asking import wait_until
from tests.live.commands import MARKER, Installed
from tests.live.faults import MATRIX, Fault
from tests.live.running import living_in

BUDGET_SECONDS, TIMEOUT_SECONDS, GRACE_SECONDS = 3, 1, 10
AT_ONCE = 4
"""Faults mostly wait."""
PICKLE_THAT_ACTS = b"cos\nsystem\n(S'touch loaded'\ntR."

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and forks are POSIX")


NO_FAULT = Fault("no fault", "profile", "def f(item):\n    return item\n", 0)


@dataclass(frozen=True)
class Outcome:
    """How the program ended, and what it left."""

    status: int
    seconds: float
    allowed_seconds: float
    printed: str
    said: str
    report: Mapping[str, Any] | None
    processes_left: tuple[str, ...]
    files_left: tuple[str, ...]


@pytest.fixture(scope="module")
def outcomes(
    installed: Installed, cache_folder: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Mapping[str, Future[Outcome]]]:
    """Every selected row, begun together; each test waits for its own."""
    folder = tmp_path_factory.mktemp("faults")
    # The costs of the machine are measured once, with nothing else running.
    _run(installed, NO_FAULT, folder / "first", cache_folder)
    with ThreadPoolExecutor(AT_ONCE) as executor:
        yield {
            fault.name: executor.submit(_run, installed, fault, folder / f"row-{number}", cache_folder)
            for number, fault in enumerate(MATRIX)
            if fault.name in _wanted(request.session.items)
        }
        executor.shutdown(cancel_futures=True)


def _wanted(items: Sequence[pytest.Item]) -> set[str]:
    return {item.callspec.params["fault"].name for item in items if "fault" in getattr(item, "fixturenames", ())}  # type: ignore[attr-defined]


def _run(installed: Installed, fault: Fault, folder: Path, cache_folder: Path) -> Outcome:
    run, temporary = uuid.uuid4().hex, folder / "tmp"
    temporary.mkdir(parents=True)
    (folder / "work.py").write_text(fault.source, encoding="utf-8")
    (folder / "items.pkl").write_bytes(PICKLE_THAT_ACTS)
    started = time.monotonic()
    done = subprocess.run(
        [installed.advisor, "analyze", "work:f", *fault.inputs, "--budget", str(BUDGET_SECONDS),
         "--timeout", str(TIMEOUT_SECONDS), "--no-progress", "--no-lines", "-o", "report.json", *fault.options],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="backslashreplace",
        timeout=100, check=False,
        env={**commands.clean_environment(), MARKER: run, "TMPDIR": str(temporary),
             "ADVISOR_CACHE_DIR": str(cache_folder), **dict(fault.environment)},
    )  # fmt: skip
    seconds = time.monotonic() - started
    commands.wait_until_gone(run)
    # What the guard ends may outlive the program by a moment, whatever its environment.
    wait_until(lambda: not any(living_in(folder)))
    report = folder / "report.json"
    return Outcome(
        status=done.returncode,
        seconds=seconds,
        allowed_seconds=GRACE_SECONDS
        + _option(fault, "--budget", BUDGET_SECONDS)
        + _option(fault, "--timeout", TIMEOUT_SECONDS),
        printed=done.stdout,
        said=done.stderr,
        report=json.loads(report.read_text(encoding="utf-8")) if report.exists() else None,
        processes_left=tuple(commands.end([*commands.marked_processes(run), *living_in(folder)])),
        files_left=tuple(
            str(path.relative_to(folder))
            for path in (*sorted(temporary.rglob("*")), *folder.rglob("*.tmp"), *folder.rglob("loaded"))
        ),
    )


def _option(fault: Fault, name: str, otherwise: float) -> float:
    options = fault.options
    return float(options[options.index(name) + 1]) if name in options else otherwise


@pytest.mark.parametrize("fault", MATRIX, ids=[fault.name for fault in MATRIX])
def test_a_fault_is_survived(fault: Fault, outcomes: Mapping[str, Future[Outcome]]) -> None:
    outcome = outcomes[fault.name].result()
    assert outcome.status == fault.status, outcome.said
    assert outcome.seconds < outcome.allowed_seconds
    assert "Traceback" not in outcome.said
    for words in fault.words:
        assert any(option.lower() in outcome.said.lower() for option in words.split("|")), outcome.said
    assert all(line.isprintable() for line in outcome.said.splitlines())
    assert outcome.processes_left == ()
    assert outcome.files_left == ()
    if fault.status == 0:
        assert outcome.report is not None
        assert outcome.report["recommendation"] is not None
        assert outcome.report["interrupted"] is None
        assert _is_told(fault.finding or "", outcome.report)
    else:
        assert outcome.printed == ""
        assert outcome.report is None or outcome.report["interrupted"] is not None
        assert outcome.said.startswith("advisor: ")
        assert 1 <= len(outcome.said.splitlines()) <= 2


def _is_told(finding: str, report: Mapping[str, Any]) -> bool:
    codes = [found["code"] for found in report["findings"]]
    reasons = [reason for verdict in report["certificate"] for reason in verdict["because"]]
    return (
        any(
            any(code.startswith(words) for code in codes) or any(words in reason for reason in reasons)
            for words in finding.split("|")
        )
        or not finding
    )


def test_the_matrix_is_wide_enough() -> None:
    assert len({fault.name for fault in MATRIX}) == len(MATRIX) >= 60
    assert {fault.stage for fault in MATRIX} == {"import", "items", "setup", "profile", "trial"}
