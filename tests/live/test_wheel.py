"""The built wheel: what it holds, and that what it installs runs."""

from __future__ import annotations

import email
import statistics
import subprocess
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import advisor
from tests.live.commands import PROJECT, Installed, RunAdvisor, files_of

DISTRIBUTION = "concurrency-advisor"
VERSION = "from importlib.metadata import version"
PAIRS = 15
COMMANDS = ("analyze", "compare", "show", "machine")


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_it_holds_the_package_and_its_metadata_alone(names: list[str]) -> None:
    assert {name.split("/")[0] for name in names} == {
        "advisor",
        f"concurrency_advisor-{advisor.__version__}.dist-info",
    }


def test_it_holds_every_file_of_the_package(names: list[str]) -> None:
    expected = {f"advisor/{path.as_posix()}" for path in files_of(PROJECT / "advisor")}
    assert {name for name in names if name.startswith("advisor/")} == expected


@pytest.mark.parametrize(
    "name",
    [
        "py.typed",
        "child/guard.py",
        "probe/start.py",
        "probe/engines/pool_map.py",
        "reports/templates/report.html.j2",
    ],
)
def test_it_holds_what_is_read_as_a_file(names: list[str], name: str) -> None:
    assert f"advisor/{name}" in names


def test_its_metadata_name_the_licence_the_versions_and_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        folder = f"concurrency_advisor-{advisor.__version__}.dist-info"
        metadata = email.message_from_bytes(archive.read(f"{folder}/METADATA"))
        entry_points = archive.read(f"{folder}/entry_points.txt").decode()
        assert f"{folder}/licenses/LICENSE" in archive.namelist()
    assert metadata["Name"] == DISTRIBUTION
    assert metadata["License-Expression"] == "MIT"
    assert set(metadata["Requires-Python"].split(",")) == {">=3.11", "!=3.11.0"}
    assert "advisor = advisor.__main__:main" in entry_points


def test_the_command_says_its_version(run_advisor: RunAdvisor) -> None:
    done = run_advisor("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert advisor.__version__ in done.stdout


def test_what_runs_is_the_wheel_and_not_this_tree(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    code = f"{VERSION}; import advisor; print(advisor.__file__); print(version('{DISTRIBUTION}'))"
    done = _run([installed.python, "-c", code], tmp_path, advisor_environment)
    file, version = done.stdout.splitlines()
    assert Path(file).is_relative_to(installed.python.parents[1])
    assert version == advisor.__version__


@pytest.mark.parametrize("as_module", [False, True], ids=["advisor", "python -m advisor"])
def test_help_names_the_commands(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path, as_module: bool
) -> None:
    command = [installed.python, "-m", "advisor"] if as_module else [installed.advisor]
    done = _run([*command, "--help"], tmp_path, advisor_environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(name in done.stdout for name in COMMANDS)


def test_help_is_nearly_as_quick_as_importing_click(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    pair: tuple[list[str | Path], ...] = (
        [installed.advisor, "--help"],
        [installed.python, "-c", "import click"],
    )
    for command in pair:
        _run(command, tmp_path, advisor_environment)
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(PAIRS):
        for command, samples in zip(pair, seconds, strict=True):
            started = time.perf_counter()
            _run(command, tmp_path, advisor_environment)
            samples.append(time.perf_counter() - started)
    help_seconds, click_seconds = (statistics.median(samples) for samples in seconds)
    assert help_seconds <= 1.6 * click_seconds


def _run(command: Sequence[str | Path], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
