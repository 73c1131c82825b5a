"""Fixtures of the tests that run the program for real: always the built wheel, never this tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.live import commands
from tests.live.commands import MARKER, Installed, RunAdvisor
from tests.live.running import Start, Started

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("live")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree once a session."""
    return commands.build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An environment that holds the wheel, once a session."""
    return commands.install_wheel(wheel, tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this session's measured costs are kept, apart from the user's."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def no_process_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Fails the test if a process that it started outlives it. Gives the marker's value."""
    run = uuid.uuid4().hex
    monkeypatch.setenv(MARKER, run)
    yield run
    left = commands.end(commands.wait_until_gone(run))
    if left:
        pytest.fail("processes outlived the test:\n" + "\n".join(left))


@pytest.fixture
def advisor_environment(no_process_left: str, cache_folder: Path) -> dict[str, str]:
    """The environment for what a test starts itself: ``subprocess.Popen(..., env=advisor_environment)``."""
    return {**commands.clean_environment(), MARKER: no_process_left, "ADVISOR_CACHE_DIR": str(cache_folder)}


@pytest.fixture
def run_advisor(installed: Installed, advisor_environment: dict[str, str], tmp_path: Path) -> RunAdvisor:
    """The installed command, run to its end in ``tmp_path`` unless told otherwise."""

    def run(
        *args: str | Path,
        cwd: Path | None = None,
        timeout: float = 90,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [installed.advisor, *args],
            cwd=cwd or tmp_path,
            env={**advisor_environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="backslashreplace",
            timeout=timeout,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def start(installed: Installed, cache_folder: Path) -> Start:
    """Starts the installed ``advisor analyze`` in a folder of its own, and leaves it to the test to stop it."""

    def begin(folder: Path, *words: str, environment: Mapping[str, str] | None = None, **more: Any) -> Started:
        surroundings = {"ADVISOR_CACHE_DIR": str(cache_folder), **(environment or {})}
        return Started(installed.advisor, folder, *words, environment=surroundings, **more)

    return begin


@pytest.fixture(scope="session")
def browser() -> str:
    """The path of a Chromium; the test is skipped where there is none."""
    names = (os.environ.get("BROWSER_FOR_TESTS", ""), *BROWSERS)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on the path")
    return found
