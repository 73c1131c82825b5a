from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from advisor.child.interpreter import ChildFailedError, ChildLimits, Children
from advisor.child.warm_interpreter import WarmInterpreter
from advisor.inputs.checked_options import make_job, make_options
from advisor.pipeline.trials import probe_request

LIMITS = ChildLimits(silence_seconds=30, total_seconds=60, memory_bytes=4 * 10**9)
COUNTED = """
import os
with open(os.path.join(os.path.dirname(__file__), "imports"), "a") as file:
    file.write("x")
"""
PLAIN = f"{COUNTED}\ndef f(item):\n    return item * 2\n"


class Asking:
    """Asks one interpreter about one module."""

    def __init__(self, folder: Path, warm: WarmInterpreter, source: str, setup: str | None = None) -> None:
        (folder / "work.py").write_text(source, encoding="utf-8")
        job = make_job("work:f", app_dir=folder, inputs_expr="range(6)", setup=setup)
        self._options = make_options()
        self._request = probe_request("trial", job, job.inputs, self._options)
        self._warm = warm
        self._imports = folder / "imports"

    def trial(self, environment: Mapping[str, str] | None = None, **parameters: int) -> dict[str, Any]:
        request = {
            **self._request, "idiom": "ThreadPoolExecutor.map" if parameters else "loop", "parameters": parameters,
            "sample_calls": 6, "warm": False, "environment": environment or {},
        }  # fmt: skip
        return self._warm.ask(self._options.python, request, LIMITS)

    def imports(self) -> int:
        return len(self._imports.read_text(encoding="utf-8"))


@pytest.fixture
def warm() -> Iterator[WarmInterpreter]:
    with Children(0) as children, WarmInterpreter(children) as interpreter:
        yield interpreter


def test_one_import_serves_many_trials(tmp_path: Path, warm: WarmInterpreter) -> None:
    asking = Asking(tmp_path, warm, PLAIN)
    digests = [
        asking.trial()["result_digests"],
        asking.trial(threads=2)["result_digests"],
        asking.trial()["result_digests"],
    ]
    assert digests[0] == digests[1] == digests[2]
    assert (warm.obstacle, asking.imports()) == (None, 1)


def test_what_native_libraries_read_as_they_load_gets_an_interpreter_of_its_own(
    tmp_path: Path, warm: WarmInterpreter
) -> None:
    asking = Asking(tmp_path, warm, PLAIN)
    asking.trial()
    asking.trial({"OMP_NUM_THREADS": "1"}, threads=2)
    assert asking.imports() == 2


def test_a_trial_finds_nothing_of_the_one_before(tmp_path: Path, warm: WarmInterpreter) -> None:
    asking = Asking(
        tmp_path, warm, f"{COUNTED}\nSEEN = []\ndef f(item):\n    SEEN.append(item)\n    return len(SEEN)\n"
    )
    assert asking.trial()["result_digests"] == asking.trial()["result_digests"]
    assert asking.imports() == 1


@pytest.mark.parametrize(
    ("held", "obstacle"),
    [
        ("FILE = open(__file__)", "left"),
        ("import socket\nSOCKET = socket.socket()", "left"),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "threads"),
        ("import random\nrandom.seed(1)", "random"),
        ("import random\nSTREAM = random.Random(1)", "STREAM"),
        ("import numpy\nnumpy.random.seed(1)", "numpy.random"),
        ("import numpy\nRNG = numpy.random.default_rng()", "RNG"),
    ],
)
def test_what_must_not_be_forked_is_imported_anew(
    held: str, obstacle: str, tmp_path: Path, warm: WarmInterpreter
) -> None:
    asking = Asking(tmp_path, warm, f"{PLAIN}\n{held}\n")
    for _ in range(2):
        asking.trial()
    assert obstacle in (warm.obstacle or "")
    assert asking.imports() == 2


@pytest.mark.parametrize("stream", ["import random\ndraw = random.random", "import numpy\ndraw = numpy.random.random"])
def test_random_numbers_differ_from_fork_to_fork_as_they_do_between_interpreters(
    stream: str, tmp_path: Path, warm: WarmInterpreter
) -> None:
    asking = Asking(tmp_path, warm, f"{COUNTED}\n{stream}\ndef f(item):\n    return float(draw())\n")
    assert asking.trial()["result_digests"] != asking.trial()["result_digests"]
    assert asking.imports() == 1


def test_set_up_runs_once_where_it_may_be_forked_and_in_every_trial_where_not(tmp_path: Path) -> None:
    noted = "import os\ndef note(name):\n    open(os.path.join(os.path.dirname(__file__), name), 'a').write('x')\n"
    for name, held, runs in (("closed", "", 1), ("open", "    global FILE\n    FILE = open(__file__)\n", 3)):
        folder = tmp_path / name
        folder.mkdir()
        source = f"{PLAIN}\n{noted}\ndef set_up():\n    note('set-ups')\n{held}"
        with Children(0) as children, WarmInterpreter(children) as warm:
            asking = Asking(folder, warm, source, setup="work:set_up")
            for _ in range(2):
                asking.trial()
            assert (warm.obstacle, asking.imports()) == (None, 1)
        # Where it must not be forked, it has run once to find that out.
        assert len((folder / "set-ups").read_text(encoding="utf-8")) == runs


@pytest.mark.parametrize(
    ("act", "kind"),
    [("os._exit(3)", "exited"), ("os.kill(os.getpid(), 11)", "crashed"), ("raise ValueError(3)", "raised")],
)
def test_a_trial_that_dies_takes_no_other_with_it(act: str, kind: str, tmp_path: Path, warm: WarmInterpreter) -> None:
    dying = f"    if os.path.exists(__file__ + '.die'):\n        {act}\n"
    source = f"{COUNTED}\nimport os\ndef f(item):\n{dying}    return item\n"
    asking = Asking(tmp_path, warm, source)
    first = asking.trial()
    (tmp_path / "work.py.die").touch()
    with pytest.raises(ChildFailedError) as failed:
        asking.trial()
    assert failed.value.failure.kind == kind
    (tmp_path / "work.py.die").unlink()
    assert asking.trial()["result_digests"] == first["result_digests"]
    assert asking.imports() == 1


def test_a_trial_that_hangs_is_ended_alone(tmp_path: Path, warm: WarmInterpreter) -> None:
    source = f"{COUNTED}\nimport os, time\ndef f(item):\n    time.sleep(600 * os.path.exists(__file__ + '.hang'))\n"
    asking = Asking(tmp_path, warm, source)
    asking.trial()
    (tmp_path / "work.py.hang").touch()
    request = {
        **asking._request,
        "idiom": "loop",
        "parameters": {},
        "sample_calls": 6,
        "warm": False,
        "environment": {},
    }
    with pytest.raises(ChildFailedError, match="took longer"):
        warm.ask(asking._options.python, request, ChildLimits(silence_seconds=1, total_seconds=2, memory_bytes=10**9))
    (tmp_path / "work.py.hang").unlink()
    asking.trial()
    assert asking.imports() == 1
