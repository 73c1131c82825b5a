from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
import pytest

from advisor.child.interpreter import MARKER, ChildFailedError, ChildLimits, Children
from advisor.probe.engines import ENGINES
from advisor.records import START_METHODS, StartMethod, idioms
from advisor.snippets import engine_sources
from tests.jobs import idioms_of, make_plan, takes_start_method
from tests.live.asking import ENGINES as FOLDER
from tests.live.asking import ask_trial, write_job

HANG_SECONDS = 60
WAYS = [
    (idiom, method) for idiom in idioms.IDIOMS for method in (START_METHODS if takes_start_method(idiom) else (None,))
]
BY_PROCESSES = [(idiom, method) for idiom, method in WAYS if method is not None]
SEE_A_DEAD_WORKER = ["Process + Queue", "Process + Pipe", "Process + Thread", "ProcessPoolExecutor.map"]
"""multiprocessing.Pool waits for ever for what a dead worker had taken: a known behaviour of CPython's."""
ENDS_AT_THE_FIRST_ERROR = "Pool.imap_unordered"
"""While other workers go on: a Pool that ends one in the midst of sending a result waits for ever for the lock that it
held (python/cpython#96995)."""

FUNCTIONS = """
import os, threading, time

def double(item):
    time.sleep(0.001 * (item % 3))  # so that later items overtake earlier ones
    return 2 * item

async def double_later(item):
    return double(item)

def fail_on_three(item):
    if item == 3:
        raise ValueError("no three")
    return item

async def fail_on_three_later(item):
    return fail_on_three(item)

def unpicklable(item):
    return lambda: item

def exit_on_three(item):
    if item == 3:
        os._exit(1)
    return item

def exit_quietly_on_three(item):
    if item == 3:
        os._exit(0)
    return item

def leave_on_three(item):
    if item == 3:
        raise SystemExit(0)
    return item
"""

DRIVER = """
import importlib, json, sys

sys.path[:0] = sys.argv[1:2]

import functions

def outcome(run, function, items, figures):
    try:
        return {"results": [r if isinstance(r, int) else None for r in run(function, items, **figures)]}
    except BaseException as error:
        return {"error": str(error) or type(error).__name__}

if __name__ == "__main__":
    engine, cases = sys.argv[2], json.loads(sys.argv[3])
    run = importlib.import_module(engine).run
    for name, items, figures in cases:
        items = [tuple(item) if isinstance(item, list) else item for item in items]
        items = [sys.stdout if item == "unpicklable" else item for item in items]
        print(json.dumps(outcome(run, getattr(functions, name), items, figures)), flush=True)
"""


@pytest.fixture(autouse=True)
def nothing_outlives_a_test(no_process_left: str) -> None:
    """Each test is followed by a look for processes that it left."""


def run_cases(idiom: str, method: StartMethod | None, cases: list[tuple[str, list[Any], int]]) -> list[Any]:
    """Run (function, items, chunk size) with an engine, one after another in one interpreter."""
    asked = []
    for name, items, chunk_size in cases:
        plan = make_plan(idiom, method or "fork", chunk_size=chunk_size)
        given = [[item] for item in items] if idiom == "Pool.starmap" else items
        asked.append((name, given, engine_sources.parameters(plan)))
    with tempfile.TemporaryDirectory() as folder:
        driver = Path(folder) / "driver.py"
        driver.write_text(DRIVER)
        (Path(folder) / "functions.py").write_text(FUNCTIONS)
        done = subprocess.run(
            [sys.executable, driver, FOLDER, ENGINES[idiom][1], json.dumps(asked)],
            capture_output=True, text=True, timeout=HANG_SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def named(name: str, idiom: str) -> str:
    return f"{name}_later" if idiom in idioms.AWAITING else name


@pytest.mark.parametrize(("idiom", "method"), WAYS)
def test_results_are_right_and_in_order_and_an_exception_comes_out(idiom: str, method: StartMethod | None) -> None:
    sizes = [(count, chunk_size) for count in (0, 1, 37) for chunk_size in (1, 5)]
    cases = [(named("double", idiom), list(range(count)), chunk_size) for count, chunk_size in sizes]
    failing = (named("fail_on_three", idiom), list(range(37)), 5)
    *answers, failed = run_cases(idiom, method, [*cases, failing])
    assert answers == [{"results": [2 * item for item in range(count)]} for count, _ in sizes]
    assert "no three" in failed["error"]


@pytest.mark.parametrize(("idiom", "method"), BY_PROCESSES)
def test_what_cannot_be_pickled_comes_out_as_an_error(idiom: str, method: StartMethod) -> None:
    item: list[Any] = [1, 2, "unpicklable", 4]
    # All in one chunk, so that one worker alone has work.
    chunk_size = len(item) if idiom == ENDS_AT_THE_FIRST_ERROR else 1
    for answer in run_cases(idiom, method, [("unpicklable", [1, 2, 3], chunk_size), ("double", item, chunk_size)]):
        assert "error" in answer


@pytest.mark.parametrize("method", START_METHODS)
@pytest.mark.parametrize("idiom", SEE_A_DEAD_WORKER)
def test_a_worker_that_dies_is_seen(idiom: str, method: StartMethod) -> None:
    names = ["exit_on_three", "exit_quietly_on_three"]
    for answer in run_cases(idiom, method, [(name, list(range(37)), 5) for name in names]):
        assert "a worker process died" in answer["error"] or "terminated abruptly" in answer["error"]


@pytest.mark.parametrize("idiom", [*SEE_A_DEAD_WORKER, *idioms_of("threading")])
def test_a_function_that_asks_to_exit_does_not_hang_the_run(idiom: str) -> None:
    (answer,) = run_cases(idiom, "fork", [("leave_on_three", list(range(37)), 5)])
    assert "error" in answer


def test_a_pool_that_hangs_on_a_dead_worker_is_ended_at_the_deadline(tmp_path: Path) -> None:
    job = write_job(tmp_path, f"{FUNCTIONS}\nf = exit_on_three\n", "exit_on_three")
    limits = ChildLimits(silence_seconds=3, total_seconds=3, memory_bytes=2**34)
    with Children(0) as children:
        with pytest.raises(ChildFailedError) as failed:
            ask_trial(children, job, make_plan("Pool.map", chunk_size=1), 10, limits)
        assert failed.value.failure.kind == "timeout"
        marker = children._marker
        assert not [p for p in psutil.process_iter() if marker_of(p) == marker]


def marker_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARKER)
    except (psutil.Error, OSError):
        return None


@functools.cache
def sleeping_seconds(idiom: str) -> float:
    """Wall time of 48 calls that sleep 10 ms each."""
    with tempfile.TemporaryDirectory() as folder, Children(0) as children:
        awaits = idiom in idioms.AWAITING
        source = (
            "import asyncio\nasync def f(item):\n    await asyncio.sleep(0.01)\n"
            if awaits
            else "import time\ndef f(item):\n    time.sleep(0.01)\n"
        )
        job = write_job(Path(folder), source, inputs="range(48)")
        seconds: float = ask_trial(children, job, make_plan(idiom, threads=8, tasks=8), 48)["wall_seconds"]
        return seconds


@pytest.mark.parametrize("idiom", idioms_of("threading", "asyncio"))
def test_eight_that_sleep_together_are_at_least_three_times_as_fast_as_one(idiom: str) -> None:
    serial = "await loop" if idiom in idioms.AWAITING else "loop"
    assert sleeping_seconds(serial) >= 3 * sleeping_seconds(idiom)
