"""Signals to the program at any moment: it ends, with all that it started, and what was measured is kept."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from advisor.inputs import saved_report
from tests.live.asking import wait_until
from tests.live.commands import Installed
from tests.live.running import Ended, Start

SEED = 4
MOST_DELAY_SECONDS = 0.3
AT_ONCE = 4
"""They mostly wait."""
SIGNALS = ("SIGINT", "SIGTERM", "SIGKILL")
MOMENTS = ("start", "import", "profile", "inspection", "trial", "shared memory", "hot lines")
MEASURED = ("trial", "shared memory", "hot lines")
"""From here on there is a report."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are POSIX")

SHARED_MEMORY = Path("/dev/shm")

WORK = """
import multiprocessing, sys, time, uuid
from multiprocessing import shared_memory
from pathlib import Path

HERE = Path(__file__).parent
SHARES = HERE.joinpath("shares").read_text() if HERE.joinpath("shares").exists() else None


def reach(moment):
    (HERE / moment).touch()


def f(item):
    reach("called")
    if multiprocessing.parent_process() is not None:
        reach("trial")
    if "scalene" in sys.modules:
        reach("hot lines")
    if SHARES is not None:
        block = shared_memory.SharedMemory(SHARES + uuid.uuid4().hex, create=True, size=64)
    time.sleep(0.02)
    if SHARES is not None:
        block.close()
        block.unlink()
    return item


if HERE.joinpath("slow").exists():
    reach("import")
    time.sleep(0.5)
"""


@pytest.fixture(scope="module")
def stopped(
    start: Start, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[tuple[str, str], Future[Ended]]]:
    """A run stopped at each moment by each signal, all begun together; each test waits for its own."""
    folder = tmp_path_factory.mktemp("stopped")
    # The costs of the machine are measured once, with nothing else running.
    start(folder / "first", "work:f", "--inputs-expr", "range(8)", "--budget", "4", source=WORK).end()
    delays = random.Random(SEED)
    with ThreadPoolExecutor(AT_ONCE) as executor:
        yield {
            (moment, name): executor.submit(
                _stop, start, folder / f"{moment} {name}", moment, name, delays.uniform(0, MOST_DELAY_SECONDS)
            )
            for moment in MOMENTS
            for name in SIGNALS
        }
        executor.shutdown(cancel_futures=True)


def _stop(start: Start, folder: Path, moment: str, name: str, delay_seconds: float) -> Ended:
    here = folder / "here"
    here.mkdir(parents=True)
    if moment == "import":
        (here / "slow").touch()
    # A trial of processes has to be worth its while; hot lines are soon looked for in a small budget.
    words = ["--inputs-expr", "range(40)", "--models", "multiprocessing", "--budget", "5"]
    if moment == "shared memory":
        (here / "shares").write_text(_segments(name), encoding="utf-8")
    if moment in ("trial", "shared memory"):
        words = ["--inputs-expr", "range(150)", "--models", "multiprocessing", "--budget", "25", "--no-lines"]
    started = start(folder, "work:f", *words, source=WORK)
    reached = {
        "start": lambda: any(started.temporary.iterdir()),
        "profile": (here / "called").exists,
        "shared memory": (here / "trial").exists,
        "inspection": lambda: "watching what the calls share" in started.said(),
    }.get(moment, (here / moment).exists)
    assert wait_until(reached)
    time.sleep(delay_seconds)
    started.process.send_signal(getattr(signal, name))
    return started.end()


def _segments(name: str) -> str:
    """What the names of the shared memory begin with in the run that this signal stops."""
    return f"stopped_{os.getpid()}_{name}_"


@pytest.mark.skipif(not SHARED_MEMORY.exists(), reason="this system does not list its shared memory")
@pytest.mark.parametrize("name", SIGNALS)
def test_shared_memory_of_the_calls_goes_with_them(name: str, stopped: Mapping[tuple[str, str], Future[Ended]]) -> None:
    stopped["shared memory", name].result()
    assert wait_until(lambda: not list(SHARED_MEMORY.glob(f"{_segments(name)}*")))


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_program_that_is_stopped_leaves_nothing_but_its_report(
    moment: str, name: str, stopped: Mapping[tuple[str, str], Future[Ended]]
) -> None:
    ended = stopped[moment, name].result()
    assert ended.status == (-signal.SIGKILL if name == "SIGKILL" else 130), ended.said
    assert "Traceback" not in ended.said
    assert ended.processes_left == ()
    assert ended.files_left == ()
    # The verdict is told before the hot lines are looked for.
    assert ended.printed.startswith("Run work:f ") if moment == "hot lines" else ended.printed == ""
    path = next(ended.here.glob("reports/*/report.json"), None)
    if path is None:
        assert moment not in MEASURED
    else:
        assert saved_report.read(path).interrupted is not None
    if name != "SIGKILL":
        last = ended.said.splitlines()[-1]
        assert last.startswith("advisor: interrupted ")
        assert (str(path.relative_to(ended.here)) in last) if path else ("there is no report" in last)


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_a_partial_report_is_shown_and_says_where_it_stopped(
    name: str, stopped: Mapping[tuple[str, str], Future[Ended]], installed: Installed
) -> None:
    (path,) = stopped["hot lines", name].result().here.glob("reports/*/report.json")
    shown = subprocess.run([installed.advisor, "show", path], capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Interrupted after " in shown.stdout
