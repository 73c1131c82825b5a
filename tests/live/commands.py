"""What live tests run: the program as its wheel installs it, and the processes that one test has started."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

PROJECT = Path(__file__).parents[2]
MARKER = "ADVISOR_TEST_RUN"
"""In the environment of every process that a live test starts, and so of all that those start."""
GRACE_SECONDS = 5.0
"""How long a process may take to end by itself after the test; the guard outlives the program by a moment."""
_NOT_WHEEL = (".*", "__pycache__", "*.egg-info", "build", "dist", "samples")


@dataclass(frozen=True)
class Installed:
    """An environment of its own that holds the wheel."""

    python: Path
    advisor: Path


class RunAdvisor(Protocol):
    """Runs the installed command to its end; ``env`` is added to the environment."""

    def __call__(
        self,
        *args: str | Path,
        cwd: Path | None = None,
        timeout: float = 90,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]: ...


def build_wheel(folder: Path) -> Path:
    """Build the wheel from a copy of the tree, where no older build has left anything."""
    source = folder / "source"
    shutil.copytree(PROJECT, source, ignore=shutil.ignore_patterns(*_NOT_WHEEL))
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install_wheel(wheel: Path, folder: Path) -> Installed:
    """Install into a new environment, which finds the dependencies where the tests have theirs."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / Path(sys.executable).name
    # Before the tests' own packages are in sight, or pip would take their copy of the package for this one's.
    _pip("--python", python, "install", "--no-deps", "--no-index", wheel)
    (site_packages,) = [Path(line) for line in _output(python, _SITE).splitlines()]
    dependencies = _output(Path(sys.executable), _SITE)
    # A folder that a .pth file names is searched, but its own .pth files (an editable install) are not run.
    (site_packages / "dependencies.pth").write_text(dependencies, encoding="utf-8")
    return Installed(python, scripts / f"advisor{'.exe' if sys.platform == 'win32' else ''}")


_SITE = "import sysconfig; print(sysconfig.get_path('purelib'))"


def clean_environment() -> dict[str, str]:
    """The environment without what would make the program behave other than in a user's shell."""
    kept = dict(os.environ)
    for name in os.environ:
        if name.startswith(("ADVISOR_", "MAKE", "PYTEST_")) or name in {"PYTHONPATH", "COLUMNS", "NO_COLOR"}:
            del kept[name]
    return kept


def marked_processes(run: str) -> list[psutil.Process]:
    """Every living process, but this one, whose environment holds the marker of one test."""
    return [process for process in psutil.process_iter() if _is_marked(process, run)]


def wait_until_gone(run: str, seconds: float = GRACE_SECONDS) -> list[psutil.Process]:
    """Wait for the marked processes to end; return those that did not."""
    deadline = time.monotonic() + seconds
    while (left := marked_processes(run)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def end(processes: list[psutil.Process]) -> list[str]:
    """Kill what a test left behind; return what it was."""
    words = []
    for process in processes:
        with contextlib.suppress(psutil.Error):
            words.append(f"{process.pid} ({process.status()}): {' '.join(process.cmdline())[:200]}")
            process.kill()
    return words


def files_of(folder: Path) -> Iterator[Path]:
    """The files in a folder that belong to the package, relative to it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder)


def _is_marked(process: psutil.Process, run: str) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(MARKER) == run and not _is_helper(process)
    except (psutil.Error, OSError):
        # Gone, a zombie, or another user's.
        return False


def _is_helper(process: psutil.Process) -> bool:
    """Whether it is one of multiprocessing's own, which serve this process to its end."""
    ours = process.ppid() == os.getpid()
    words = " ".join(process.cmdline())
    return ours and any(name in words for name in ("multiprocessing.resource_tracker", "multiprocessing.forkserver"))


def _pip(*words: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"pip {words[0]} failed:\n{done.stdout}{done.stderr}")


def _output(python: Path, code: str) -> str:
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout
