from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from workloads.catalogue import CATALOGUE, Workload

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
POLL_SECONDS = 0.05
DEADLINE_SECONDS = 20

RUN_TWICE = """
import asyncio, functools, importlib, inspect, json, pickle, sys

def resolve(name):
    module, _, path = name.partition(":")
    return functools.reduce(getattr, path.split("."), importlib.import_module(module))

def run(function, unpack, item):
    if unpack == "args":
        result = function(*item)
    elif unpack == "kwargs":
        result = function(**item)
    else:
        result = function(item)
    return asyncio.run(result) if inspect.isawaitable(result) else result

target, inputs_from, unpack, setup = json.loads(sys.argv[1])
if setup:
    resolve(setup)()
function = resolve(target)
items = resolve(inputs_from)()[:3] if inputs_from else [()] * 3
first, second = ([pickle.dumps(run(function, unpack if inputs_from else "args", item)) for item in items] for _ in "12")
print(json.dumps({"same": first == second, "results": len(first)}))
"""

FETCH_IN_SPAWNED_WORKERS = """
import multiprocessing, os, sys
from workloads import web

def fetch(path):
    getattr(web, sys.argv[1])()
    return os.environ[sys.argv[3]], getattr(web, sys.argv[2])(path)

if __name__ == "__main__":
    getattr(web, sys.argv[1])()
    with multiprocessing.get_context(sys.argv[4]).Pool(2) as pool:
        answers = pool.map(fetch, ["/a", "/b", "/a"], chunksize=1)
    print({port for port, _ in answers} == {os.environ[sys.argv[3]]}, [number for _, number in answers])
"""

START_AND_WAIT = """
import os, sys, time
from workloads import web
web.start_slow_server()
web.start_limited_server()
if sys.argv[1] == "fork" and os.fork() == 0:
    time.sleep(60)
    os._exit(0)
print("ready", flush=True)
sys.stdin.read()
"""


def run_program(tmp_path: Path, program: str, *arguments: str) -> str:
    path = tmp_path / "program.py"
    path.write_text(program, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, path, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("workload", CATALOGUE, ids=lambda workload: workload.name)
def test_first_items_give_equal_results_twice(workload: Workload, tmp_path: Path) -> None:
    job = json.dumps([workload.target, workload.inputs_from, workload.unpack, workload.setup])
    answer: dict[str, Any] = json.loads(run_program(tmp_path, RUN_TWICE, job))
    assert answer == {"same": True, "results": 3}


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize(
    ("setup", "fetch", "variable"),
    [
        ("start_slow_server", "fetch_page", "WORKLOADS_SLOW_SERVER_PORT"),
        ("start_limited_server", "fetch_from_limited", "WORKLOADS_LIMITED_SERVER_PORT"),
    ],
)
def test_workers_reuse_the_running_server(setup: str, fetch: str, variable: str, method: str, tmp_path: Path) -> None:
    output = run_program(tmp_path, FETCH_IN_SPAWNED_WORKERS, setup, fetch, variable, method)
    same_server, numbers = output.split(" ", 1)
    assert same_server == "True"
    first, second, again = json.loads(numbers)
    assert first == again != second


def runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def still_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended by themselves after a generous while."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while any(map(runs, processes)) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return [process for process in processes if runs(process)]


def start_servers(how: str) -> tuple[subprocess.Popen[str], list[psutil.Process], list[psutil.Process]]:
    """The starter, its servers and its other children."""
    command = [sys.executable, "-c", START_AND_WAIT, how]
    starter = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    assert starter.stdout.readline() == "ready\n"
    children = psutil.Process(starter.pid).children()
    servers = [child for child in children if "loopback_server.py" in " ".join(child.cmdline())]
    return starter, servers, [child for child in children if child not in servers]


def test_servers_end_when_their_starter_is_killed() -> None:
    starter, servers, _ = start_servers("alone")
    with starter:
        starter.kill()
    assert len(servers) == 2
    assert still_running(servers) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_servers_end_although_a_forked_worker_lives_on() -> None:
    starter, servers, workers = start_servers("fork")
    try:
        with starter:
            starter.kill()
        assert len(servers) == 2
        assert still_running(servers) == []
        assert [runs(worker) for worker in workers] == [True]
    finally:
        for worker in workers:
            worker.kill()


def test_servers_end_with_their_starter() -> None:
    starter, servers, _ = start_servers("alone")
    with starter:
        pass  # leaving closes its standard input, for which it waits
    assert starter.returncode == 0
    assert len(servers) == 2
    assert still_running(servers) == []
