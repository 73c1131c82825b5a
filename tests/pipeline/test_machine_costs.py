from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from advisor.child.interpreter import ChildFailedError, ChildLimits, Event
from advisor.errors import UnusableError
from advisor.pipeline import machine_costs
from advisor.records import CostRow, Failure
from tests.pipeline.sample_costs import FULL, GB, PYTHON, QUICK, FakeClock, a_system, put, row


class FakeProbe:
    """Answers like a probe, from a table, and counts how often it was asked for what."""

    def __init__(self, version: str = "3.11.7", error: Exception | None = None) -> None:
        self.version = version
        self.error = error
        self.asked: list[str] = []
        self.requests: list[Mapping[str, Any]] = []

    def __call__(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: ChildLimits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        if self.error is not None:
            raise self.error
        self.requests.append(request)
        if request.get("identify"):
            self.asked.append("identify")
            return {"implementation": "CPython", "python_version": self.version, "gil_enabled": True}
        self.asked.append("quick" if request["quick"] else "full")
        on_event({"event": "measuring", "what": "Thread"})
        rows = QUICK if request["quick"] else FULL
        return {"event": "costs", "rows": [vars(one) for one in rows]}


def test_costs_come_from_the_rows_that_name_them(tmp_path: Path) -> None:
    found = machine_costs.machine_of(FULL, PYTHON, a_system(tmp_path))
    assert (found.usable_cores, found.physical_cores) == (2, None)
    assert found.memory_limit_bytes == 16 * GB
    assert found.costs.thread_start_seconds == 1e-4
    assert found.costs.process_start_seconds == (("fork", 3e-3), ("forkserver", 2e-2), ("spawn", 8e-2))
    assert found.costs.process_task_seconds == 6e-5
    assert found.costs.asyncio_task_seconds == 3e-7
    assert found.costs.pipe_bytes_per_second == pytest.approx(1e9)


def test_a_quick_table_gives_the_same_fields_as_a_full_one(tmp_path: Path) -> None:
    found = machine_costs.machine_of(QUICK, PYTHON, a_system(tmp_path)).costs
    assert found.thread_task_seconds == 2e-5
    assert replace(found, thread_task_seconds=1e-5) == machine_costs.machine_of(FULL, PYTHON).costs


def test_without_pools_a_pipe_to_each_process_stands_in(tmp_path: Path) -> None:
    rows = [one for one in QUICK if one.operation != "Pool.map"]
    rows += [row("task", "Pool.map", None, note="no semaphores"), row("task", "Process + Pipe", 9e-5)]
    assert machine_costs.machine_of(rows, PYTHON, a_system(tmp_path)).costs.process_task_seconds == 9e-5


def test_a_start_method_that_failed_is_left_out(tmp_path: Path) -> None:
    rows = [replace(one, seconds=None) if one.start_method == "spawn" else one for one in QUICK]
    found = machine_costs.machine_of(rows, PYTHON, a_system(tmp_path))
    assert dict(found.costs.process_start_seconds).keys() == {"fork", "forkserver"}


def _beside_other_work(one: CostRow) -> CostRow:
    if one.operation != "Thread" or one.seconds is None:
        return one
    return replace(one, low_seconds=one.seconds, high_seconds=90 * one.seconds, seconds=60 * one.seconds)


def test_a_middle_far_above_the_lower_quartile_was_measured_beside_other_work(tmp_path: Path) -> None:
    found = machine_costs.machine_of([_beside_other_work(one) for one in QUICK], PYTHON, a_system(tmp_path))
    quiet = machine_costs.machine_of(QUICK, PYTHON, a_system(tmp_path)).costs.thread_start_seconds
    assert found.costs.thread_start_seconds == machine_costs.DISTURBED_RATIO * quiet


def test_a_table_measured_beside_other_work_is_not_kept(tmp_path: Path) -> None:
    class Disturbed(FakeProbe):
        def __call__(self, *args: Any, **named: Any) -> Event:
            answer = super().__call__(*args, **named)
            if "rows" in answer:
                answer["rows"] = [vars(_beside_other_work(one)) for one in QUICK]
            return answer

    probe = Disturbed()
    for _ in range(2):
        machine_costs.measure_machine(probe, PYTHON, cache_folder=tmp_path / "cache", system=a_system(tmp_path))
    assert probe.asked.count("quick") == 2


@pytest.mark.parametrize("lost", ["Thread", "ThreadPoolExecutor.map", "Pool.map", "asyncio tasks", "Pipe"])
def test_a_cost_that_nothing_stands_in_for_is_an_error_with_its_reason(lost: str, tmp_path: Path) -> None:
    rows = [replace(one, seconds=None, note="no such thing") if one.operation == lost else one for one in QUICK]
    with pytest.raises(UnusableError, match=rf"{re.escape(lost)} costs cannot be measured: no such thing"):
        machine_costs.machine_of(rows, PYTHON, a_system(tmp_path))


def test_costs_are_measured_once(tmp_path: Path) -> None:
    probe, system = FakeProbe(), a_system(tmp_path)
    first = machine_costs.measure_machine(probe, PYTHON, cache_folder=tmp_path / "kept", system=system)
    again = machine_costs.measure_machine(probe, PYTHON, cache_folder=tmp_path / "kept", system=system)
    assert probe.asked == ["identify", "quick", "identify"]
    assert again == first


def test_a_full_table_serves_the_quick_costs_but_not_the_other_way_round(tmp_path: Path) -> None:
    probe, system = FakeProbe(), a_system(tmp_path)
    machine_costs.measure_machine(probe, PYTHON, cache_folder=tmp_path, system=system)
    rows = machine_costs.measure_rows(probe, PYTHON, cache_folder=tmp_path, system=system)
    found = machine_costs.measure_machine(probe, PYTHON, cache_folder=tmp_path, system=system)
    assert [what for what in probe.asked if what != "identify"] == ["quick", "full"]
    assert rows == FULL
    assert found == machine_costs.machine_of(rows, PYTHON, system)


def test_a_machine_can_ask_for_the_full_table(tmp_path: Path) -> None:
    probe = FakeProbe()
    machine_costs.measure_machine(probe, PYTHON, quick_only=False, cache_folder=tmp_path, system=a_system(tmp_path))
    assert probe.asked == ["identify", "full"]


def test_the_probe_is_told_what_memory_it_may_use(tmp_path: Path) -> None:
    probe = FakeProbe()
    machine_costs.measure_rows(probe, PYTHON, cache_folder=tmp_path, system=a_system(tmp_path))
    assert probe.requests[-1] == {"task": "costs", "quick": False, "free_bytes": 12 * GB}


def test_refresh_measures_again_and_keeps_that(tmp_path: Path) -> None:
    probe, system = FakeProbe(), a_system(tmp_path)
    for refresh in (False, True, False):
        machine_costs.measure_rows(probe, PYTHON, cache_folder=tmp_path, refresh=refresh, system=system)
    assert probe.asked.count("full") == 2


@pytest.mark.parametrize("age_seconds", [31 * 86400.0, -60.0])
def test_an_old_table_or_one_of_the_future_is_not_used(age_seconds: float, tmp_path: Path) -> None:
    probe, clock = FakeProbe(), FakeClock()
    for _ in range(2):
        machine_costs.measure_machine(probe, PYTHON, cache_folder=tmp_path, system=a_system(tmp_path, clock))
        clock.now += age_seconds
    assert probe.asked.count("quick") == 2


def test_another_version_at_the_same_path_is_measured_anew(tmp_path: Path) -> None:
    for version in ("3.11.7", "3.12.1"):
        probe = FakeProbe(version)
        machine_costs.measure_machine(probe, PYTHON, cache_folder=tmp_path, system=a_system(tmp_path))
        assert probe.asked == ["identify", "quick"]


def test_an_interpreter_that_changed_on_disk_is_measured_anew(tmp_path: Path) -> None:
    python = put(tmp_path, python="1") / "python"
    probe = FakeProbe()
    for changed in (1, 2):
        os.utime(python, (changed, changed))
        machine_costs.measure_machine(probe, str(python), cache_folder=tmp_path / "kept", system=a_system(tmp_path))
    assert probe.asked.count("quick") == 2


def test_other_cores_or_another_processor_are_measured_anew(tmp_path: Path) -> None:
    probe = FakeProbe()
    other = put(tmp_path / "other", proc__cpuinfo="processor : 0\nmodel name : Abacus 9000\n")
    systems = (a_system(tmp_path), a_system(tmp_path, cores=4), a_system(other))
    for system in systems:
        machine_costs.measure_machine(probe, PYTHON, cache_folder=tmp_path / "kept", system=system)
    assert probe.asked.count("quick") == 3
    assert systems[2].processor() == "Abacus 9000"


def test_the_environment_names_the_folder(tmp_path: Path) -> None:
    system = a_system(tmp_path, environment={"ADVISOR_CACHE_DIR": str(tmp_path / "here")})
    machine_costs.measure_machine(FakeProbe(), PYTHON, system=system)
    assert [path.suffix for path in (tmp_path / "here").iterdir()] == [".json"]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    file = put(tmp_path, taken="not a folder") / "taken"
    probe = FakeProbe()
    for _ in range(2):
        machine_costs.measure_machine(probe, PYTHON, cache_folder=file, system=a_system(tmp_path))
    assert probe.asked.count("quick") == 2
    assert file.read_text() == "not a folder"


@pytest.mark.parametrize(
    "error",
    [
        ChildFailedError(Failure(kind="crashed", message="the interpreter crashed: SIGSEGV."), unusable=True),
        FileNotFoundError(2, "No such file or directory"),
    ],
)
def test_an_interpreter_that_gives_no_answer_is_unusable(error: Exception, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match=f"{PYTHON}: what threads and processes cost") as caught:
        machine_costs.measure_machine(FakeProbe(error=error), PYTHON, cache_folder=tmp_path)
    assert "\n" not in str(caught.value)


def test_progress_is_heard(tmp_path: Path) -> None:
    heard: list[Event] = []
    machine_costs.measure_rows(
        FakeProbe(), PYTHON, cache_folder=tmp_path, on_event=heard.append, system=a_system(tmp_path)
    )
    assert heard == [{"event": "measuring", "what": "Thread"}]
