from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.live.asking import environment_with_advisor

WORK = """
import itertools, os, sys, time

ITEMS = [1, 2, 3, 4]
EMPTY = []
NUMBER = 5

def plain(item):
    return item

def no_items():
    return 1

def two(a, b):
    return a, b

def numbers(item):
    yield item

class Shop:
    def sell(self, item):
        return item

def fails_on_three(item):
    if item == 3:
        raise ValueError("no three\\nand a second line")
    return item

def always_fails():
    raise OSError(28, "No space left on device")

def exits(item):
    sys.exit(3)

def dies(item):
    os._exit(9)

def hangs(item):
    time.sleep(600)

def eats(item):
    raise MemoryError

def endless():
    return itertools.count()

def broken():
    yield 1
    raise OSError("disk gone")

def unready():
    raise RuntimeError("not ready\\nat all")
"""
MODULES = {
    "work.py": WORK,
    "raises.py": "raise RuntimeError('first\\nsecond')",
    "exits.py": "import sys\nsys.exit('usage: exits.py FILE')",
    "dies.py": "import os\nos._exit(0)",
    "needs.py": "import no_such_package_here",
    "broken.py": "def f(:\n",
    "my-script.py": "def f(item):\n    return item\n",
    "notes.txt": "f",
    "list.json": "[1, 2, 3]",
    "malformed.json": "[1,",
    "object.json": '{"a": 1}',
    "empty.json": "[]",
    "malformed.jsonl": "1\n{\n",
    "ragged.csv": "a,b\n1,2\n1,2,3,4\n",
    "no-rows.csv": "a,b\n",
    "columns.csv": "a,c\n1,2\n",
    "malformed.parquet": "PAR1",
    "binary.json": "\udcff",
}
Analyze = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def analyze(tmp_path: Path, no_process_left: str) -> Analyze:
    """``advisor analyze`` in a folder with these files."""
    for name, text in MODULES.items():
        (tmp_path / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    pd.DataFrame({"a": [], "b": []}).to_parquet(tmp_path / "no-rows.parquet")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "plain-file").touch()
    (tmp_path / "no-program").write_bytes(b"\x00\x01")
    (tmp_path / "no-program").chmod(stat.S_IRWXU)
    (tmp_path / "not-python").write_text("#!/bin/sh\necho no interpreter >&2\nexit 1\n")
    (tmp_path / "not-python").chmod(stat.S_IRWXU)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "advisor", "analyze", "--no-progress", *words],
            cwd=tmp_path, env=environment_with_advisor(), capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip

    return run


def complaint(done: subprocess.CompletedProcess[str], status: int, folder: Path) -> str:
    """What the program complains of, once it is seen that it complains as it should."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("advisor: ")
    assert 1 <= len(done.stderr.splitlines()) <= 2
    assert "Traceback" not in done.stderr
    assert not (folder / "reports").exists()
    return done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("missing:f", "there is no module missing to import"),
        ("work.inner:f", "there is no module work.inner"),
        ("work:plian --inputs-from work:ITEMS", "Did you mean plain?"),
        ("missing.py:f", "there is no file"),
        ("notes.txt:f", "is no module name|names no function|no module"),
        ("./notes.txt:f", "notes.txt is no Python file"),
        ("work", "names no function"),
        ("work:", "names no function"),
        ("my-script:f", "is no module name"),
        ("work:NUMBER", "is not callable: it is an int"),
        ("work:Shop.sell --inputs-from work:ITEMS", "is an instance method"),
        ("work:numbers --inputs-from work:ITEMS", "is a generator function"),
        ("raises:f", "raises cannot be imported: RuntimeError: first"),
        ("exits:f", "it called sys.exit"),
        ("dies:f", "ended by itself with status 0"),
        ("needs:f", "it needs no_such_package_here"),
        ("broken:f", "SyntaxError"),
        ("work:plain --app-dir missing", "there is no such folder"),
    ],
)
def test_a_target_that_cannot_be_used_is_refused(words: str, said: str, analyze: Analyze, tmp_path: Path) -> None:
    found = complaint(analyze(*words.split()), 2, tmp_path)
    assert any(option in found for option in said.split("|"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("work:plain", "work:plain needs arguments (item): give items with --inputs-from"),
        ("work:two --inputs-from work:ITEMS", "cannot be called as f(item) with item 1: missing a required"),
        ("work:no_items --inputs-from work:ITEMS", "cannot be called as f(item)"),
        ("work:two --inputs-from work:ITEMS --unpack args", "--unpack args needs tuples or lists"),
        ("work:two --inputs-from work:ITEMS --unpack kwargs", "--unpack kwargs needs dictionaries"),
        ("work:two --inputs columns.csv", "an unexpected keyword argument 'c'|missing a required argument: 'b'"),
        ("work:plain --inputs-from work:EMPTY", "the inputs are empty"),
        ("work:plain --inputs-from work:endless", "have not ended"),
        ("work:plain --inputs-from work:broken", "the inputs failed after 1 items: OSError: disk gone"),
        ("work:plain --inputs-from work:unready", "the inputs could not be made: RuntimeError: not ready"),
        ("work:plain --inputs-from work:NUMBER", "'int' object is not iterable"),
        ("work:plain --inputs-from work:missing", "module work has no attribute missing"),
        ("work:plain --inputs-from missing:ITEMS", "there is no module missing"),
        ("work:plain --inputs-from ITEMS", "write it as module:name"),
        ("work:plain --inputs-expr range(", "--inputs-expr is not an expression"),
        ("work:plain --inputs-expr NOTHING", "name 'NOTHING' is not defined"),
        ("work:plain --inputs-expr range(10**10)", "there are 10000000000 inputs, too many to keep"),
        ("work:plain --inputs-from work:ITEMS --inputs-expr ITEMS", "not several"),
        ("work:plain --inputs-from work:ITEMS --inputs list.json", "not several"),
        ("work:plain --inputs missing.json", "there is no such file"),
        ("work:plain --inputs folder.json", "that is not a regular file"),
        ("work:plain --inputs notes.txt", "the suffix must be one of"),
        ("work:plain --inputs malformed.json", "it cannot be read: JSONDecodeError"),
        ("work:plain --inputs binary.json", "it cannot be read: UnicodeDecodeError"),
        ("work:plain --inputs object.json", "the file must hold a JSON list"),
        ("work:plain --inputs empty.json", "it holds no items"),
        ("work:plain --inputs malformed.jsonl", "it cannot be read"),
        ("work:two --inputs ragged.csv", "it cannot be read: ParserError"),
        ("work:two --inputs no-rows.csv", "it holds no items"),
        ("work:two --inputs no-rows.parquet", "it holds no items"),
        ("work:two --inputs malformed.parquet", "it cannot be read"),
        ("work:plain --inputs-from work:ITEMS --setup work:unready", "--setup work:unready raised RuntimeError"),
        ("work:plain --inputs-from work:ITEMS --setup work", "write it as module:name"),
    ],
)
def test_items_that_cannot_be_used_are_refused(words: str, said: str, analyze: Analyze, tmp_path: Path) -> None:
    found = complaint(analyze(*words.split()), 2, tmp_path)
    assert any(option in found for option in said.split("|"))


@pytest.mark.parametrize(
    "option",
    [
        "--calls 0", "--calls -1", "--calls many", "--budget 0", "--budget nan", "--budget inf", "--timeout -1",
        "--max-workers 0", "--max-workers 1e3", "--min-speedup 0", "--start-method threads", "--models threads",
        "--models ,", "--idiom nonsense", "--unpack all", "--seed x", "--seed " + "9" * 30, "--no-such-option",
        "--python", "-o", "extra", "--inputs", f"--calls {'9' * 5000}",
    ],
)  # fmt: skip
def test_nonsense_among_the_options_is_refused(option: str, analyze: Analyze, tmp_path: Path) -> None:
    found = complaint(analyze("work:no_items", *option.split()), 2, tmp_path)
    assert option.split(maxsplit=1)[0] in found


def test_no_target_at_all_is_refused(analyze: Analyze, tmp_path: Path) -> None:
    assert "TARGET" in complaint(analyze(), 2, tmp_path)


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("no-such-python", "there is no such interpreter"),
        ("./plain-file", "there is no such interpreter"),
        (".", "there is no such interpreter"),
        ("./no-program", "cannot be started"),
        ("./not-python", "ended by itself with status 1. Its last words: no interpreter"),
    ],
)
def test_an_interpreter_that_is_none_is_refused(python: str, said: str, analyze: Analyze, tmp_path: Path) -> None:
    assert said in complaint(analyze("work:no_items", "--python", python), 2, tmp_path)


@pytest.mark.parametrize(
    ("idiom", "target"),
    [("asyncio tasks", "work:no_items"), ("Pool.starmap", "work:plain"), ("await loop", "work:no_items")],
)
def test_an_idiom_that_cannot_make_the_calls_is_refused(
    idiom: str, target: str, analyze: Analyze, tmp_path: Path
) -> None:
    given = ("--inputs-from", "work:ITEMS") if target == "work:plain" else ()
    assert f"--idiom {idiom}" in complaint(analyze(target, *given, "--idiom", idiom), 2, tmp_path)


@pytest.mark.parametrize(
    "output", ["report.txt", "report", "plain-file/report.json", "folder.json", "x" * 300 + ".json"]
)
def test_an_output_that_cannot_be_written_is_refused(output: str, analyze: Analyze, tmp_path: Path) -> None:
    assert f"-o {output}" in complaint(analyze("work:no_items", "-o", output), 2, tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_an_output_in_a_folder_that_is_write_protected_is_refused(analyze: Analyze, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    complaint(analyze("work:no_items", "-o", "locked/report.json"), 2, tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("work:fails_on_three", ["ValueError: no three", "item 3 of 4, 3", "(work.py, line 26)"]),
        ("work:always_fails", ["OSError: [Errno 28] No space left on device (work.py"]),
        ("work:exits", ["sys.exit(3)", "item "]),
        ("work:dies", ["ended by itself with status 9"]),
        ("work:hangs --timeout 0.5", ["a call took longer than", "--timeout"]),
        ("work:eats", ["ran out of memory on item"]),
    ],
)
def test_a_function_that_fails_is_status_3_and_told_with_the_item(
    words: str, said: list[str], analyze: Analyze, tmp_path: Path
) -> None:
    target, *options = words.split()
    given = () if target == "work:always_fails" else ("--inputs-from", "work:ITEMS")
    found = complaint(analyze(target, *given, *options), 3, tmp_path)
    for part in said:
        assert part.lower() in found.lower()
