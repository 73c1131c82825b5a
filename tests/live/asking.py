"""What live tests of the probe ask of it: a job in a folder of its own, tried by a real interpreter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import advisor
from advisor.child.interpreter import ChildLimits, Children, Event
from advisor.inputs.checked_options import make_job, make_options
from advisor.pipeline.trials import probe_request
from advisor.records import Job, Plan
from advisor.snippets import engine_sources

ROOT = Path(advisor.__file__).parents[1]
PATIENT = ChildLimits(silence_seconds=60, total_seconds=90, memory_bytes=2**34)
WAIT_SECONDS = 20.0
ENGINES = Path(advisor.__file__).parent / "probe" / "engines"


def ask_profile(children: Children, job: Job, limits: ChildLimits = PATIENT, **changes: Any) -> list[Event]:
    """Every event of a serial profile, the answer last."""
    python = changes.pop("python", sys.executable)
    asked = {
        **probe_request("profile", job, job.inputs, make_options(python=python)),
        "bare_seconds": 0.3,
        "gil_seconds": 0.2,
        **changes,
    }
    events: list[Event] = []
    events.append(children.ask(python, asked, limits, events.append))
    return events


def ask_trial(
    children: Children,
    job: Job,
    plan: Plan,
    calls: int,
    limits: ChildLimits = PATIENT,
    python: str = sys.executable,
    warm: bool = False,
) -> Event:
    """The answer to a trial of one plan over all calls of the job."""
    asked = {
        **probe_request("trial", job, job.inputs, make_options(python=python)),
        "idiom": plan.idiom,
        "parameters": engine_sources.parameters(plan),
        "sample_calls": calls,
        "warm": warm,
    }
    return children.ask(python, asked, limits)


def ask_inspection(
    children: Children, job: Job, wait_fraction: float = 0.0, python: str = sys.executable, **changes: Any
) -> Event:
    """What the probe saw the calls share."""
    asked = {
        **probe_request("inspect", job, job.inputs, make_options(python=python)),
        "wall_seconds": 0.002,
        "wait_fraction": wait_fraction,
        "seconds": 0.6,
        **changes,
    }
    return children.ask(python, asked, PATIENT)


def write_job(folder: Path, source: str, function: str = "f", inputs: str | None = "range(10)", **more: Any) -> Job:
    """A job on a function of ``work.py`` in the folder."""
    (folder / "work.py").write_text(source, encoding="utf-8")
    return make_job(f"work:{function}", folder, inputs_expr=inputs, **more)


def wait_until(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold in reasonable time."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def environment_with_advisor() -> dict[str, str]:
    """This process's environment, in which any interpreter of this environment finds this advisor."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


PYTHONS_VARIABLE = "ADVISOR_TEST_PYTHONS"
"""Paths of further interpreters to test under, separated as in PATH."""
WHICH_VERSION = """
import sys, sysconfig
print("%d.%d" % sys.version_info[:2] + "t" * bool(sysconfig.get_config_var("Py_GIL_DISABLED")))
"""


def other_interpreters() -> dict[str, str]:
    """Paths of CPythons on this machine by version, "3.13t" for a free-threaded one; this one's left out."""
    given = [path for path in os.environ.get(PYTHONS_VARIABLE, "").split(os.pathsep) if path]
    names = [f"python3.{minor}" for minor in range(6, 16)] + [f"python3.{minor}t" for minor in range(13, 16)]
    named = [path for name in names if (path := shutil.which(name))]
    installed = sorted((Path.home() / ".pyenv" / "versions").glob("*/bin/python"))
    found: dict[str, str] = {}
    for path in [*given, *named, *map(str, installed)]:
        done = subprocess.run([path, "-c", WHICH_VERSION], capture_output=True, text=True, check=False)
        version = done.stdout.strip()
        if done.returncode == 0 and version != f"3.{sys.version_info.minor}":
            found.setdefault(version, path)
    return found


OTHERS = other_interpreters()
