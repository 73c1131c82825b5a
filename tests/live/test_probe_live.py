from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.child.interpreter import ChildFailedError, Children, Event
from advisor.records import idioms
from tests.jobs import make_plan
from tests.live.asking import OTHERS, ask_profile, ask_trial, write_job

ATTEMPTS = 4
"""Whoever else uses the machine can make the heartbeat late; one undisturbed run of these is enough."""
SUPPORTED = [version for version in OTHERS if int(version.rstrip("t").split(".")[1]) >= 9]
TOO_OLD = [version for version in OTHERS if version not in SUPPORTED]
ISOLATED = '#!/bin/sh\nexec {python} -I -S "$@"\n'

SLEEPING = "import time\ndef f(item):\n    time.sleep(0.005)\n"
COUNTING = "def f(item):\n    return sum(n * n for n in range(60_000))\n"
COMPRESSING = """
import random, zlib
BLOCK = random.Random(0).randbytes(200_000)
def f(item):
    return len(zlib.compress(BLOCK, 6))
"""
STARTING = """
import subprocess, sys
def f(item):
    subprocess.run([sys.executable, "-I", "-S", "-c", "sum(range(3_000_000))"], check=True)
"""
COUNTED = """
import os, pathlib, time
pathlib.Path({folder!r}, "imported-%d" % os.getpid()).touch()
def f(item):
    time.sleep(0.1)
    return item
"""
TWICE = "def f(item):\n    return item * 2\nasync def twice_later(item):\n    return f(item)\n"
AWAITING = "import asyncio\nasync def f(item):\n    await asyncio.sleep(0.005)\n    return item\n"


@pytest.fixture
def children(no_process_left: str) -> Iterator[Children]:
    with Children(0) as started:
        yield started


def profile(children: Children, folder: Path, source: str) -> Event:
    return ask_profile(children, write_job(folder, source, calls=10_000))[-1]


def test_a_function_that_sleeps_waits(children: Children, tmp_path: Path) -> None:
    timing = profile(children, tmp_path, SLEEPING)
    assert timing["wall_seconds_per_call"] >= 0.005
    assert timing["cpu_seconds_per_call"] < 0.3 * timing["wall_seconds_per_call"]
    assert timing["wall_seconds_low"] <= timing["wall_seconds_high"]
    assert timing["calls_made"] >= timing["calls"] >= 3
    if sys.platform == "linux":
        assert timing["sleeps_per_call"] >= 1


def test_pure_python_computes_and_holds_the_gil(children: Children, tmp_path: Path) -> None:
    timings = [profile(children, tmp_path, COUNTING) for _ in range(2)]
    best = max(timings, key=lambda timing: timing["cpu_seconds_per_call"] / timing["wall_seconds_per_call"])
    unqueued = best["wall_seconds_per_call"] - best["queued_seconds_per_call"]
    assert best["main_cpu_seconds_per_call"] > 0.7 * unqueued
    assert max(timing["gil_held_fraction"] for timing in timings) > 0.8
    assert all(timing["gil_samples"] > 10 for timing in timings)


def test_zlib_computes_without_the_gil(children: Children, tmp_path: Path) -> None:
    fractions: list[float] = []
    while len(fractions) < ATTEMPTS and min(fractions, default=1.0) > 0.2:
        timing = profile(children, tmp_path, COMPRESSING)
        assert timing["main_cpu_seconds_per_call"] > 0.3 * timing["wall_seconds_per_call"]
        fractions.append(timing["gil_held_fraction"])
    # Pure Python shows 0.8 and more however busy the machine is.
    assert min(fractions) <= 0.6


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process its children's time")
def test_the_time_of_child_processes_is_counted_as_theirs(children: Children, tmp_path: Path) -> None:
    timing = profile(children, tmp_path, STARTING)
    assert timing["children_cpu_seconds_per_call"] > 2 * timing["main_cpu_seconds_per_call"]
    assert timing["cpu_seconds_per_call"] >= timing["children_cpu_seconds_per_call"]


def test_a_coroutine_function_is_known_and_awaited(children: Children, tmp_path: Path) -> None:
    facts, *_, timing = ask_profile(children, write_job(tmp_path, AWAITING, calls=10_000))
    assert facts["is_coroutine"]
    assert timing["wall_seconds_per_call"] >= 0.005
    assert timing["cpu_seconds_per_call"] < 0.5 * timing["wall_seconds_per_call"]
    assert timing["result_obstacle"] is None


def test_sizes_of_arguments_and_results_are_measured(children: Children, tmp_path: Path) -> None:
    source = "def f(item):\n    return bytes(1_000_000)\n"
    timing = ask_profile(children, write_job(tmp_path, source, inputs="[bytes(100_000)] * 5"))[-1]
    assert 100_000 <= timing["argument_bytes"] < 101_000
    assert 1_000_000 <= timing["result_bytes"] < 1_001_000
    assert timing["pickle_seconds_per_call"] > 0
    assert timing["peak_rss_bytes"] > 1_000_000


def test_what_stands_in_the_way_of_processes_is_told(children: Children, tmp_path: Path) -> None:
    source = "import threading\nLOCK = threading.Lock()\ndef f(item):\n    return LOCK\n"
    facts, *_, timing = ask_profile(children, write_job(tmp_path, source, inputs="[1, 2, LOCK]"))
    assert facts["shipping_obstacle"].startswith("item 3, <unlocked _thread.lock")
    assert timing["result_obstacle"].startswith("a result cannot be pickled: TypeError: cannot pickle")
    assert (timing["argument_bytes"], timing["pickle_seconds_per_call"]) == (None, None)


def test_threads_that_the_module_starts_are_counted(children: Children, tmp_path: Path) -> None:
    source = f"import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n{SLEEPING}"
    facts, *_ = ask_profile(children, write_job(tmp_path, source))
    assert facts["threads_after_import"] == 2


def test_every_idiom_gives_the_results_of_the_serial_run(children: Children, tmp_path: Path) -> None:
    pairs = "[(n,) for n in range(40)]"
    job = write_job(tmp_path, TWICE, "f", pairs, unpack="args")
    awaited = write_job(tmp_path, TWICE, "twice_later", pairs, unpack="args")
    for asked, skipped in ((job, set(idioms.AWAITING)), (awaited, {"loop"})):
        digests = {
            idiom: ask_trial(children, asked, make_plan(idiom), 40)["result_digests"]
            for idiom in idioms.IDIOMS
            if idiom not in skipped
        }
        serial = digests["await loop" if asked is awaited else "loop"]
        assert [digest[0] for digest in serial] == [1, 4, 16, 40]
        assert all(found == serial for found in digests.values())


@pytest.mark.parametrize("version", SUPPORTED or [pytest.param("", marks=pytest.mark.skip("no other CPython found"))])
def test_the_probe_runs_in_another_interpreter_with_nothing_installed(
    version: str, children: Children, tmp_path: Path
) -> None:
    python = isolated(OTHERS[version], tmp_path)
    job = write_job(tmp_path, TWICE)
    facts, *_, timing = ask_profile(children, job, python=python)
    assert facts["python_version"].startswith(f"{version.rstrip('t')}.")
    assert facts["gil_enabled"] == (not version.endswith("t"))
    assert timing["wall_seconds_per_call"] > 0
    serial = ask_trial(children, job, make_plan("loop"), 10, python=python)["result_digests"]
    for idiom in idioms.IDIOMS:
        if idiom not in (*idioms.AWAITING, "Pool.starmap"):
            assert ask_trial(children, job, make_plan(idiom), 10, python=python)["result_digests"] == serial
    for plan in (make_plan("Pool.map", "spawn"), make_plan("Process + Thread", "forkserver")):
        assert ask_trial(children, job, plan, 10, python=python)["result_digests"] == serial
    awaited = write_job(tmp_path, TWICE, "twice_later")
    assert ask_trial(children, awaited, make_plan("asyncio tasks"), 10, python=python)["result_digests"] == serial


@pytest.mark.parametrize("version", ["", *SUPPORTED])
@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="there is no fork server here")
def test_where_a_fork_servers_workers_get_the_module_is_told(version: str, children: Children, tmp_path: Path) -> None:
    python = OTHERS.get(version, sys.executable)
    facts, *_ = ask_profile(children, write_job(tmp_path, TWICE), python=python, describe_only=True)
    plan = replace(make_plan("Process + Thread", "forkserver"), processes=2)
    job = write_job(tmp_path, COUNTED.format(folder=str(tmp_path)), inputs="range(4)")
    assert ask_trial(children, job, plan, 4, python=python)["calls"] == 4
    importers = list(tmp_path.glob("imported-*"))
    # The probe's own import; then one by the server or one by each worker, both when the calls and when nothing is run.
    assert len(importers) == 1 + 2 * (1 if facts["forkserver_imports_main"] else 2)


@pytest.mark.parametrize("version", TOO_OLD or [pytest.param("", marks=pytest.mark.skip("no older Python found"))])
def test_an_interpreter_that_is_too_old_is_told_so(version: str, children: Children, tmp_path: Path) -> None:
    with pytest.raises(ChildFailedError) as failed:
        ask_profile(children, write_job(tmp_path, SLEEPING), python=OTHERS[version])
    assert failed.value.unusable
    assert f"Python {version} is too old: CPython 3.9 or newer is needed" in str(failed.value)


def isolated(python: str, folder: Path) -> str:
    """The interpreter without its site-packages, the user's folders and variables."""
    wrapper = folder / "python"
    wrapper.write_text(ISOLATED.format(python=python))
    wrapper.chmod(0o755)
    return str(wrapper)
