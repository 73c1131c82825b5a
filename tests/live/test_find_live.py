"""Real programs, run by `advisor find` as they always run, and judged."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.live.asking import wait_until
from tests.live.commands import Installed, RunAdvisor

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals and signals of this kind are POSIX")

WAITING = """
import sys
import time


def fetch(number):
    time.sleep(0.02)
    return number * 2


def main():
    results = []
    for number in range(40):
        results.append(fetch(number))
    print(sum(results), sys.argv[1:], sys.stdin.read().strip(), file=sys.stdout)


if __name__ == "__main__":
    main()
    sys.exit(7)
"""
COUNTING = """
import time
SEEN = 0


def step(number):
    global SEEN
    SEEN += 1
    time.sleep(0.01)
    return number


print(sum([step(number) for number in range(60)]), SEEN)
"""
SPAWNING = """
import atexit
import multiprocessing
import threading


class Point:
    def __init__(self, x):
        self.x = x


def make(x):
    return Point(x * x)


if __name__ == "__main__":
    atexit.register(print, "at exit")
    for method in ("spawn", "fork"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(method, [point.x for point in pool.map(make, range(4))], threading.active_count())
"""
RAISING = """
def inner():
    raise ValueError("as it always does")


inner()
"""
ENDLESS = """
import time

try:
    print("begun", flush=True)
    for number in range(100_000):
        time.sleep(0.01)
except KeyboardInterrupt:
    print("cleaned up", flush=True)
    raise
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


def report_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "reports" / "program.py" / "program.json").read_text())
    return found


def test_a_program_that_waits_one_by_one_is_found_and_judged(
    program: Path, installed: Installed, advisor_environment: dict[str, str]
) -> None:
    program.write_text(WAITING)
    run = subprocess.run(
        [installed.advisor, "find", "--no-progress", program.name, "-q", "--top", "3"],
        cwd=program.parent, env=advisor_environment, input="hello", capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[0] == "1560 ['-q', '--top', '3'] hello"
    assert run.stdout.count("1560") == 1
    report = report_of(program.parent)
    assert report["program"]["exit_status"] == 7
    site = report["sites"][0]
    assert (site["kind"], site["iterations"], site["items_kept"]) == ("for", 40, 40)
    assert site["recommendation"]["model"] == "threading"
    assert site["applies"]
    assert report["best"]["program_speedup"] > 1.5
    assert "ThreadPoolExecutor" in report["best"]["diff"]
    assert program.read_text() == WAITING
    assert (program.parent / "reports" / "program.py" / site["report"]).is_file()


def test_a_counter_in_a_global_is_seen_and_left_alone(program: Path, run_advisor: RunAdvisor) -> None:
    program.write_text(COUNTING)
    run = run_advisor("find", "--no-progress", program.name)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[0] == "1770 60"
    report = report_of(program.parent)
    assert not any(site["applies"] for site in report["sites"])
    assert report["best"]["sites"] == []


def test_child_processes_and_threads_are_as_without_it(program: Path, run_advisor: RunAdvisor) -> None:
    program.write_text(SPAWNING)
    bare = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    run = run_advisor("find", "-q", "--no-progress", program.name)
    assert (run.returncode, run.stdout) == (0, bare.stdout)


def test_a_program_that_fails_shows_its_own_traceback_alone(program: Path, run_advisor: RunAdvisor) -> None:
    program.write_text(RAISING)
    bare = subprocess.run(
        [sys.executable, program.name], cwd=program.parent, capture_output=True, text=True, check=False
    )
    run = run_advisor("find", "--no-progress", program.name)
    assert run.returncode == 3
    assert run.stderr.splitlines()[:-1] == bare.stderr.splitlines()
    assert run.stderr.splitlines()[-1].startswith("advisor: The program failed on its own: ValueError")


@pytest.mark.parametrize(
    "words", [("nothing.py",), ("-m", "no_such_module_here"), ("--top", "0", "x.py"), ()], ids=" ".join
)
def test_what_cannot_be_started_is_one_line(words: tuple[str, ...], run_advisor: RunAdvisor) -> None:
    run = run_advisor("find", "--no-progress", *words)
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1].startswith("advisor: ")


def test_ctrl_c_ends_the_program_and_what_was_seen_is_judged(
    program: Path, installed: Installed, advisor_environment: Mapping[str, str]
) -> None:
    program.write_text(ENDLESS)
    with subprocess.Popen(
        [installed.advisor, "find", "--no-progress", program.name], cwd=program.parent, env=advisor_environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=90)
    assert process.returncode == 0
    assert rest.startswith("cleaned up\n")
    assert [finding["code"] for finding in report_of(program.parent)["findings"]].count("interrupted-run") == 1


def test_a_terminal_is_the_programs_own_while_it_runs(
    program: Path, installed: Installed, advisor_environment: Mapping[str, str]
) -> None:
    program.write_text("import sys\nprint(sys.stdin.isatty(), sys.stdout.isatty(), input('? '))\n")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(program.parent)
        os.execve(
            installed.advisor,
            [str(installed.advisor), "find", "-q", "--no-progress", program.name],
            dict(advisor_environment),
        )
    said = b""

    def hear(words: bytes) -> bool:
        nonlocal said
        if select.select([terminal], [], [], 0.1)[0]:
            said += os.read(terminal, 1000)
        return words in said

    wait_until(lambda: hear(b"? "))
    os.write(terminal, b"answer\n")
    wait_until(lambda: hear(b"True True answer"))
    os.waitpid(pid, 0)
    os.close(terminal)


def test_the_library_finds_too(program: Path, installed: Installed, advisor_environment: dict[str, str]) -> None:
    program.write_text("for number in range(3):\n    print(number)\n")
    asking = "import advisor; found = advisor.find('program.py', top=1); print(repr(found)); found.save('found.json')"
    run = subprocess.run(
        [installed.python, "-c", asking], cwd=program.parent, env=advisor_environment, capture_output=True, text=True,
        timeout=90, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("0\n1\n2\n<ProgramReport: program.py took ")
    assert json.loads((program.parent / "found.json").read_text())["kind"] == "program"
