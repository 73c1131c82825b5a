from __future__ import annotations

import json
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from advisor.child.interpreter import Children
from advisor.inputs.checked_options import make_job, make_options
from advisor.inputs.item_files import read_rows, spool
from advisor.pipeline import serial_profile
from advisor.pipeline.trials import probe_request
from advisor.records import START_METHODS, Inputs, idioms
from advisor.snippets.snippet import make_snippet
from tests.jobs import make_plan
from tests.live.asking import PATIENT

WORK = """
import asyncio, os

SIZES = [3, 1, 2, 5, 4]
READY = []

def plain(item):
    return item * 10

def two(a, b=1):
    return a * 100 + b

async def later(item):
    await asyncio.sleep(0.001)
    return item * 10

async def two_later(a, b=1):
    return two(a, b)

def no_items():
    return 7

def call(item):
    return item * 10

def run(a, b):
    return two(a, b)

def prepare():
    READY.append(True)

def needs_set_up(item):
    return item * 10 if READY else None

def make_items():
    yield from SIZES

def pairs():
    return [(n, n + 1) for n in SIZES]

class Shop:
    prices = [2, 3]

    @staticmethod
    def sell(item):
        return item * 10

    @classmethod
    def weigh(cls, item):
        return item * 10
"""

RUN_IMPORTED = """
import json, sys
sys.path.insert(0, sys.argv[1])
import snippet

if __name__ == "__main__":
    print(json.dumps(snippet.run(json.loads(sys.argv[2]))))
"""


TELL_RESULTS = """
    import json
    print(json.dumps(results))
"""


@dataclass(frozen=True)
class Bench:
    """A folder with the user's files, one with the snippet, and interpreters to say what the target is."""

    work: Path
    printed: Path
    children: Children

    def check(self, target: str, idiom: str, method: Any, expected: list[Any], **given: Any) -> str:
        """Print the snippet and run it as printed. Returns its text."""
        job = make_job(target, self.work, **given)
        inputs = job.inputs
        if inputs.kind == "file":
            rows = read_rows(Path(inputs.source or ""), job.unpack or "none")
            inputs = Inputs(kind="file", source=spool(rows, self.children.folder))
        options = make_options()
        request = probe_request("profile", job, inputs, options)
        facts = serial_profile.read_facts(self.children.ask, request, options, PATIENT.memory_bytes)
        snippet = make_snippet(job, facts, make_plan(idiom, method or "fork", chunk_size=2))
        (self.printed / "snippet.py").write_text(snippet + TELL_RESULTS, encoding="utf-8")
        count, results = self.run("snippet.py").splitlines()
        assert count == f"{len(expected)} results"
        assert json.loads(results) == expected
        return snippet

    def run(self, *words: str) -> str:
        """Standard output of a Python file, run where nothing of the user's is."""
        done = subprocess.run(
            [sys.executable, *words], cwd=self.printed, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def bench(tmp_path: Path, no_process_left: str) -> Iterator[Bench]:
    work, printed = tmp_path / "it's work", tmp_path / "printed"
    work.mkdir()
    printed.mkdir()
    (work / "work.py").write_text(WORK)
    with Children(0) as children:
        yield Bench(work, printed, children)


WAYS = [(i, m) for i in idioms.IDIOMS for m in (START_METHODS if i in ("Pool.map", "Process + Thread") else (None,))]
TENFOLD = [0, 10, 20, 30, 40, 50, 60]


@pytest.mark.parametrize(("idiom", "method"), WAYS)
def test_the_snippet_of_every_idiom_runs_as_printed_and_imported(idiom: str, method: str | None, bench: Bench) -> None:
    name = "work:later" if idiom in idioms.AWAITING else "work:plain"
    given = {"inputs_expr": "[(1,)]", "unpack": "args"} if idiom == "Pool.starmap" else {"inputs_expr": "[1]"}
    bench.check(name, idiom, method, [10], **given)
    (bench.printed / "importing.py").write_text(RUN_IMPORTED)
    items = [[n] for n in range(7)] if idiom == "Pool.starmap" else list(range(7))
    assert json.loads(bench.run("importing.py", str(bench.printed), json.dumps(items))) == TENFOLD


@pytest.mark.parametrize("method", START_METHODS)
def test_a_set_up_runs_in_every_process_by_every_start_method(method: str, bench: Bench) -> None:
    bench.check("work:needs_set_up", "Pool.map", method, TENFOLD, inputs_expr="range(7)", setup="work:prepare")


@pytest.mark.parametrize("idiom", ["loop", "ThreadPoolExecutor.map", "Pool.map", "Process + Thread"])
@pytest.mark.parametrize(
    ("target", "expression", "unpack"),
    [
        ("work:two", "[(1, 2), (3, 4)]", "args"),
        ("work:run", "[(1, 2), (3, 4)]", "args"),
        ("work:two", "[{'a': 1, 'b': 2}, {'b': 4, 'a': 3}]", "kwargs"),
    ],
)
def test_items_become_arguments_as_they_were_timed(
    idiom: str, target: str, expression: str, unpack: str, bench: Bench
) -> None:
    bench.check(target, idiom, "spawn", [102, 304], inputs_expr=expression, unpack=unpack)


@pytest.mark.parametrize("idiom", ["await loop", "asyncio tasks", "ThreadPoolExecutor.map", "Pool.map", "Pool.starmap"])
def test_a_coroutine_function_runs_under_every_model(idiom: str, bench: Bench) -> None:
    bench.check("work:two_later", idiom, "spawn", [102, 304], inputs_expr="[(1, 2), (3, 4)]", unpack="args")


@pytest.mark.parametrize("idiom", ["loop", "Thread", "Pool.starmap", "Process + Queue"])
def test_a_function_without_parameters_is_called_as_often_as_asked(idiom: str, bench: Bench) -> None:
    bench.check("work:no_items", idiom, "forkserver", [7] * 4, calls=4)


@pytest.mark.parametrize("idiom", ["ThreadPoolExecutor.map", "Pool.map"])
@pytest.mark.parametrize("name", ["Shop.sell", "Shop.weigh", "call"])
def test_methods_and_functions_of_any_name_can_be_reached(idiom: str, name: str, bench: Bench) -> None:
    bench.check(f"work:{name}", idiom, "spawn", [30, 10, 20, 50, 40], inputs_from="work:SIZES")


@pytest.mark.parametrize(
    ("file", "method"),
    [
        ("my-script.py", "fork"),
        ("my-script.py", "forkserver"),
        ("my-script.py", "spawn"),
        ("queue.py", "spawn"),
        ("lambda.py", "forkserver"),
        ("2 fast.py", "fork"),
        ("top/inner/work.py", "spawn"),
    ],
)
def test_a_function_in_any_file_can_be_reached(file: str, method: str, bench: Bench) -> None:
    path = bench.work / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WORK)
    if path.parent != bench.work:
        for folder in (path.parent, path.parent.parent):
            (folder / "__init__.py").touch()
    bench.check(f"{file}:plain", "Pool.map", method, [30, 10, 20, 50, 40], inputs_expr="SIZES")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"inputs_from": "work:make_items"}, [30, 10, 20, 50, 40]),
        ({"inputs_from": "work:Shop.prices", "calls": 3}, [20, 30, 20]),
        ({"inputs_from": "work:make_items", "calls": 2}, [30, 10]),
        ({"inputs_expr": "[n for n in SIZES if n > 3]"}, [50, 40]),
        ({"inputs_expr": "itertools.count()", "calls": 3}, [0, 10, 20]),
        ({"inputs_expr": "[os.sep,\n 'a  b']"}, ["/" * 10, "a  b" * 10]),
        ({"inputs": "items.json"}, [10, 20, 30]),
        ({"inputs": "items.json", "calls": 2}, [10, 20]),
        ({"inputs": "items.jsonl", "calls": 4}, [10, 20, 30, 10]),
    ],
)
def test_items_are_loaded_from_wherever_they_were(given: dict[str, Any], expected: list[Any], bench: Bench) -> None:
    (bench.work / "items.json").write_text("[1, 2, 3]")
    (bench.work / "items.jsonl").write_text("1\n2\n\n3\n")
    if "inputs" in given:
        given = {**given, "inputs": bench.work / given["inputs"]}
    bench.check("work:plain", "ThreadPoolExecutor.map", None, expected, **given)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("unpack", [None, "args"])
def test_rows_of_a_table_are_calls(suffix: str, unpack: str | None, bench: Bench) -> None:
    path = bench.work / f"rows{suffix}"
    frame = pd.DataFrame({"a": [1, 3], "b": [2, 4]})
    frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path)
    bench.check("work:two", "Pool.starmap" if unpack else "Pool.map", "fork", [102, 304], inputs=path, unpack=unpack)


def test_a_function_of_the_library_needs_no_path(bench: Bench) -> None:
    given = {"inputs_expr": "[b'', b'a' * math.factorial(3)]"}
    snippet = bench.check("zlib:crc32", "ThreadPoolExecutor.map", None, [0, zlib.crc32(b"aaaaaa")], **given)
    assert "sys.path" not in snippet
