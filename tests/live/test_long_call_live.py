"""A call that outlasts the time it is given, seen in part by a real interpreter."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.child.interpreter import Children
from advisor.decide.model.classify import classify, split_call
from advisor.inputs.checked_options import make_options
from advisor.pipeline.long_call import measure_part
from advisor.pipeline.trials import probe_request
from advisor.records import LongCall
from tests.live.asking import write_job
from tests.problems import COSTS

PART_SECONDS = 1.5
ENDLESS = {
    "computes": "def f(item):\n    while True:\n        item += 1\n",
    "waits": "import time\ndef f(item):\n    time.sleep(600)\n",
    # One step of the interpreter's that takes minutes and never lets the GIL go.
    "holds the GIL": "def f(item):\n    return sum(range(10**12))\n",
    "has a child compute": (
        "import subprocess, sys\ndef f(item):\n"
        "    subprocess.run([sys.executable, '-I', '-S', '-c', 'while True: pass'], check=True)\n"
    ),
}


@pytest.fixture
def children(no_process_left: str) -> Iterator[Children]:
    with Children(0) as started:
        yield started


def part_of(children: Children, folder: Path, source: str) -> LongCall:
    job, options = write_job(folder, source), make_options(python=sys.executable)
    request = probe_request("profile", job, job.inputs, options)
    facts, seen = measure_part(children.ask, request, options, 2**33, PART_SECONDS)
    assert facts.calls == 10
    return seen


@pytest.mark.parametrize("what", ENDLESS)
def test_a_part_tells_what_the_call_does(what: str, children: Children, tmp_path: Path) -> None:
    seen = part_of(children, tmp_path, ENDLESS[what])
    timing = seen.timing
    assert not seen.ended
    assert timing.threads_after_calls == 1
    assert timing.wall_seconds_per_call >= PART_SECONDS
    held = timing.gil_held_fraction
    assert (held is None) == bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    computing = timing.main_cpu_seconds_per_call / (timing.wall_seconds_per_call - timing.queued_seconds_per_call)
    if what in ("computes", "holds the GIL"):
        assert held is None or held > 0.6
        assert computing > 0.6
    else:
        assert held is None or held < 0.5
        assert computing < 0.3
        # A child that computes may itself have to wait for a processor here.
        assert (classify(timing, split_call(timing), COSTS)[0] == "io-bound") == (what == "waits")
    if what == "has a child compute" and sys.platform == "linux":
        assert seen.children_running == 1
        assert timing.children_cpu_seconds_per_call > 2 * timing.main_cpu_seconds_per_call


def test_a_call_that_ends_in_time_is_measured_whole(children: Children, tmp_path: Path) -> None:
    seen = part_of(children, tmp_path, "import time\ndef f(item):\n    time.sleep(0.3)\n    return bytes(50_000)\n")
    assert seen.ended
    assert 0.3 <= seen.timing.wall_seconds_per_call < PART_SECONDS
    assert seen.timing.result_bytes is not None
    assert seen.timing.result_bytes > 50_000
