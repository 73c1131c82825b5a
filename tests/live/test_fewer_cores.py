"""Pinned to one core, or under a quota of one, the advice is right for what is left."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.commands import RunAdvisor

CODE = """
import time
import zlib

# Long enough a job that a stall of the machine, which looks like waiting, is lost in it.
BLOCK = bytes(range(256)) * 4_000


def squeeze(level):
    return len(zlib.compress(BLOCK, level))


def rest(seconds):
    time.sleep(seconds)
"""


@pytest.fixture
def one_core() -> Iterator[None]:
    """This process and all it starts, on the first of its cores."""
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system pins no processes")
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


def advice(run_advisor: RunAdvisor, folder: Path, target: str, items: str, env: dict[str, str]) -> dict[str, Any]:
    (folder / "work.py").write_text(CODE, encoding="utf-8")
    out = folder / "report.json"
    command = ("analyze", target, "--inputs-expr", items, "--budget", "8", "--no-lines", "-o", out)
    done = run_advisor(*command, cwd=folder, env=env)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return report


def check_both(run_advisor: RunAdvisor, folder: Path, env: dict[str, str]) -> None:
    computing = advice(run_advisor, folder, "work:squeeze", "[9] * 100", env)
    assert computing["machine"]["usable_cores"] == 1
    # Two workers on one core gain nothing, and the search knows it without a trial.
    assert computing["recommendation"]["model"] == "serial"
    assert {trial["model"] for trial in computing["trials"]} == {"serial"}
    waiting = advice(run_advisor, folder, "work:rest", "[0.02] * 40", env)
    assert waiting["recommendation"]["model"] == "threading"
    assert waiting["recommendation"]["threads"] >= 8
    assert waiting["recommendation"]["speedup"] > 4


@pytest.mark.usefixtures("one_core")
def test_pinned_to_one_core_computing_stays_serial_and_waiting_is_threaded(
    run_advisor: RunAdvisor, tmp_path: Path
) -> None:
    check_both(run_advisor, tmp_path, {})


def test_a_quota_of_one_core_bounds_computing_and_not_the_waits_in_flight(
    run_advisor: RunAdvisor, tmp_path: Path
) -> None:
    # Where loky reads the quota of a cgroup it reads this as well.
    check_both(run_advisor, tmp_path, {"LOKY_MAX_CPU_COUNT": "1"})
