"""That the live tests' own guard sees what a test leaves behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.live import commands

SLEEP = "import time; print('awake', flush=True); time.sleep(600)"
# It hears the child first: in the moment of its exec a process has no environment to be known by.
START_ONE_AND_END = (
    "import subprocess, sys; "
    f"child = subprocess.Popen([sys.executable, '-c', {SLEEP!r}], stdout=subprocess.PIPE); "
    "child.stdout.readline(); print(child.pid)"
)


def test_an_orphan_is_seen_and_ended(no_process_left: str, tmp_path: Path) -> None:
    output = tmp_path / "pid"
    with output.open("w") as file:
        subprocess.run([sys.executable, "-c", START_ONE_AND_END], stdout=file, check=True)
    left = commands.wait_until_gone(no_process_left, seconds=0.1)
    assert [process.pid for process in left] == [int(output.read_text())]
    (words,) = commands.end(left)
    assert SLEEP in words
    assert commands.wait_until_gone(no_process_left) == []


def test_what_ends_by_itself_in_time_is_not_accused(no_process_left: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.3)"]):
        assert commands.wait_until_gone(no_process_left) == []


def test_processes_of_others_are_not_seen(no_process_left: str) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP], env=commands.clean_environment()) as process:
        assert commands.marked_processes(no_process_left) == []
        process.kill()
