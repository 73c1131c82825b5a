"""The supervisor and the guard, written so that they hold on every system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

import advisor
from advisor.child import guard, process_tree
from tests.live.asking import OTHERS, wait_until

PROBE = Path(advisor.__file__).parent / "probe"
SUPERVISED = """
import os, sys
sys.path.insert(0, {probe!r})
import supervisor
supervisor.supervise(anew=True)
print(os.getpid(), os.getppid(), supervisor.STARTED_ANEW in os.environ, *sys.argv[1:], flush=True)
sys.exit(7)
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="Windows has no supervisor")
@pytest.mark.parametrize("version", ["", *[v for v in OTHERS if int(v.rstrip("t").split(".")[1]) >= 9]])
def test_a_child_may_be_a_fresh_interpreter_in_place_of_a_fork(
    version: str, tmp_path: Path, no_process_left: str
) -> None:
    script = tmp_path / "start.py"
    script.write_text(SUPERVISED.format(probe=str(PROBE)), encoding="utf-8")
    command = [OTHERS.get(version, sys.executable), "-B", str(script), "12", "13"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said, _ = process.communicate(timeout=60)
    pid, parent, marked, *words = said.split()
    assert (parent, marked, words) == (str(process.pid), "False", ["12", "13"])
    assert pid != parent
    assert process.returncode == 7


def test_the_guard_ends_a_process_and_what_it_started(no_process_left: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, **process_tree.own_group()
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        guard.kill_groups({parent.pid})
        assert parent.wait(30) != 0
        assert wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
