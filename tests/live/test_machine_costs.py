"""What the machine costs, measured for real in the interpreter that the wheel is installed in."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from advisor.pipeline.machine_costs import machine_of
from advisor.probe.costs.passing import SIZES_BYTES, WAYS
from advisor.probe.engines import ENGINES
from advisor.records import CostRow
from tests.live import commands
from tests.live.commands import Installed, RunAdvisor

PROBE_FILE = "import advisor.child.interpreter; print(advisor.child.interpreter.PROBE)"
ENDING_SECONDS = 5.0
FULL_REQUEST = {"task": "costs", "quick": False, "free_bytes": None}
QUICK_REQUEST = {"task": "costs", "quick": True}
METHODS = multiprocessing.get_all_start_methods()

pytestmark = pytest.mark.timeout(300)
needs_process_groups = pytest.mark.skipif(sys.platform == "win32", reason="there are no process groups")


@dataclass(frozen=True)
class Answer:
    """All that the probe said, and whether any of its processes was there after it had ended by itself."""

    events: list[dict[str, Any]]
    left_some_process: bool

    @property
    def rows(self) -> list[CostRow]:
        return [CostRow(**row) for row in self.events[-1]["rows"]]


def ask_probe(installed: Installed, request: Mapping[str, Any], **environment: str) -> Answer:
    """Run the installed probe as the program does, but kill nothing."""
    probe = subprocess.run([installed.python, "-c", PROBE_FILE], capture_output=True, text=True, check=True)
    (request_read, request_write), (answer_read, answer_write) = os.pipe(), os.pipe()
    process = subprocess.Popen(
        [installed.python, probe.stdout.strip(), str(request_read), str(answer_write)],
        stdin=subprocess.DEVNULL,
        pass_fds=(request_read, answer_write),
        start_new_session=True,
        env={**commands.clean_environment(), **environment},
    )
    os.close(request_read)
    os.close(answer_write)
    with os.fdopen(request_write, "w") as pipe:
        json.dump(request, pipe)
    with os.fdopen(answer_read) as pipe:
        events = [json.loads(line) for line in pipe if line.strip()]
    assert process.wait() == 0, events
    return Answer(events, _outlived(process.pid))


def _outlived(group: int) -> bool:
    """Whether a process of the group lives on; what has been told to end gets a moment."""
    deadline = time.monotonic() + ENDING_SECONDS
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(scope="module")
def full(installed: Installed) -> Answer:
    """The whole table, measured once."""
    return ask_probe(installed, FULL_REQUEST)


@needs_process_groups
def test_every_row_has_its_figures(full: Answer) -> None:
    for row in full.rows:
        if (row.note or "").startswith("needs "):
            continue  # A container may have 64 MB of shared memory.
        assert row.note is None, row
        assert row.seconds is not None
        assert row.low_seconds is not None
        assert row.high_seconds is not None
        assert 0 < row.low_seconds <= row.seconds <= row.high_seconds
        assert row.samples >= 1


@needs_process_groups
def test_every_start_is_there(full: Answer) -> None:
    found = {(row.operation, row.start_method) for row in full.rows if row.group == "start"}
    every = {(name, method) for name in ("Process", "Process to its end", "Pool of 2") for method in METHODS}
    server = {("fork server and Process", "forkserver")} if "forkserver" in METHODS else set()
    assert found == every | server | {("Thread", None)}


@needs_process_groups
def test_every_idiom_is_there_under_the_default_start_method(full: Answer) -> None:
    found = {row.operation: row.start_method for row in full.rows if row.group == "task"}
    assert found.keys() == ENGINES.keys()
    for idiom, method in found.items():
        starts_processes = ENGINES[idiom][0] in ("multiprocessing", "hybrid")
        assert method == (multiprocessing.get_start_method() if starts_processes else None)


@needs_process_groups
def test_every_way_of_passing_data_is_there_in_every_size(full: Answer) -> None:
    found = {(row.operation, row.size_bytes) for row in full.rows if row.group == "data"}
    assert found == {(way, size) for way in WAYS for size in SIZES_BYTES}


@needs_process_groups
def test_every_lock_is_there(full: Answer) -> None:
    found = [row.operation for row in full.rows if row.group == "lock"]
    assert found == [
        f"{name}{how}"
        for name in ("threading.Lock", "multiprocessing.Lock")
        for how in ("", ", contended", ", handed over")
    ]


@needs_process_groups
def test_larger_data_take_longer(full: Answer) -> None:
    # A hundred thousand times the bytes: the order holds however busy the machine is.
    seconds = {(row.operation, row.size_bytes): row.seconds for row in full.rows}
    for way in WAYS:
        small, large = seconds[way, min(SIZES_BYTES)], seconds[way, max(SIZES_BYTES)]
        assert small is not None
        assert large is None or small < large


@needs_process_groups
def test_the_costs_of_the_model_can_be_read_from_it(full: Answer) -> None:
    costs = machine_of(full.rows, sys.executable).costs
    assert {method for method, _ in costs.process_start_seconds} == set(METHODS)
    assert costs.pipe_bytes_per_second > 0


@needs_process_groups
def test_each_row_is_announced_and_no_process_is_left(full: Answer) -> None:
    told = [event for event in full.events if event["event"] == "measuring"]
    assert len(told) == len(full.rows)
    assert not full.left_some_process


def with_default(method: str) -> str:
    return f"import multiprocessing\nmultiprocessing.set_start_method({method!r})\n"


NO_SEMAPHORES = "import _multiprocessing\ndel _multiprocessing.SemLock\n"


@needs_process_groups
@pytest.mark.parametrize("method", METHODS)
def test_the_quick_costs_under_every_default_start_method(method: str, installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(with_default(method))
    answer = ask_probe(installed, QUICK_REQUEST, PYTHONPATH=str(tmp_path))
    assert [row.start_method for row in answer.rows if row.operation == "Pool.map"] == [method]
    costs = machine_of(answer.rows, sys.executable).costs
    assert costs.process_task_seconds > 0
    assert {name for name, _ in costs.process_start_seconds} == set(METHODS)
    assert {event["event"] for event in answer.events} <= {"alive", "costs"}
    assert not answer.left_some_process


@needs_process_groups
def test_a_system_without_semaphores_still_has_quick_costs(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_SEMAPHORES)
    answer = ask_probe(installed, QUICK_REQUEST, PYTHONPATH=str(tmp_path))
    assert [row.note is None for row in answer.rows if row.operation == "Pool.map"] == [False]
    assert machine_of(answer.rows, sys.executable).costs.process_task_seconds > 0
    assert not answer.left_some_process


def test_the_command_writes_every_format_and_measures_once(run_advisor: RunAdvisor, tmp_path: Path) -> None:
    outputs = [word for name in ("json", "csv", "md", "html") for word in ("-o", f"costs.{name}")]
    done = run_advisor("machine", *outputs, timeout=240)
    assert done.returncode == 0, done.stderr
    first = json.loads((tmp_path / "costs.json").read_text())
    for row in first["rows"]:
        assert row["operation"] in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert len(pd.read_csv(tmp_path / "costs.csv")) == len(first["rows"])
    for name in ("costs.md", "costs.html"):
        assert "asyncio tasks" in (tmp_path / name).read_text(encoding="utf-8")
    again = run_advisor("machine", "-q", "-o", "again.json")
    assert (again.returncode, again.stdout) == (0, "")
    assert json.loads((tmp_path / "again.json").read_text())["rows"] == first["rows"]
