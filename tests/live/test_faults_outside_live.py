"""Faults from outside the function: a disk that is full, a folder that goes, a second run; and the calls counted."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from advisor.inputs import saved_report
from advisor.reports import files
from tests.live.commands import Installed
from tests.live.running import Ended, Start
from tests.reports.sample_reports import threading_report

AT_ONCE = 4
"""They mostly wait."""
QUICK = ("--budget", "4", "--timeout", "2", "--no-progress")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and mounts are POSIX")

COUNTING = """
import os, time

def f(item):
    log = os.open("calls", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(log, b".")
    os.close(log)
    time.sleep(0.005)
    return item

async def g(item):
    return f(item)
"""


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with an older report in it and room for nothing else."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only the superuser can mount, and not everywhere")
    try:
        files.write(threading_report(), [folder / "report.json"])
        with contextlib.suppress(OSError), (folder / "ballast").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_costs_the_files_and_not_the_verdict(full_disk: Path, start: Start, tmp_path: Path) -> None:
    ended = start(
        tmp_path / "run",
        "work:f",
        "--inputs-expr",
        "range(8)",
        *QUICK,
        "-o",
        str(full_disk / "report.json"),
        source=COUNTING,
    ).end()
    assert ended.status == 2
    assert "report.json: no space left on device" in ended.complaint()
    assert "work:f" in ended.printed
    assert saved_report.read(full_disk / "report.json") == threading_report()
    assert sorted(path.name for path in full_disk.iterdir()) == ["ballast", "report.json"]


def test_a_full_disk_for_temporary_files_is_told_or_worked_without(
    full_disk: Path, start: Start, tmp_path: Path
) -> None:
    ended = start(
        tmp_path / "run",
        "work:f",
        "--inputs-expr",
        "range(8)",
        *QUICK,
        source=COUNTING,
        environment={"TMPDIR": str(full_disk)},
    ).end()
    assert "Traceback" not in ended.said
    assert ended.status == 0, ended.said
    assert sorted(path.name for path in full_disk.iterdir()) == ["ballast", "report.json"]


def test_a_limit_on_the_size_of_files_costs_the_files_and_not_the_verdict(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    import resource

    (tmp_path / "work.py").write_text(COUNTING, encoding="utf-8")
    files.write(threading_report(), [tmp_path / "report.json"])
    done = subprocess.run(
        [installed.advisor, "analyze", "work:f", "--inputs-expr", "range(8)", *QUICK, "-o", "report.json"],
        cwd=tmp_path, env=advisor_environment, capture_output=True, text=True, check=False, timeout=90,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )  # fmt: skip
    assert done.returncode == 2
    assert "file too large" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "work:f" in done.stdout
    assert saved_report.read(tmp_path / "report.json") == threading_report()


VANISHES = {
    "the folder goes": ("shutil.rmtree(OUT)", 0),
    "a file takes the folder's place": ("shutil.rmtree(OUT)\n        OUT.touch()", 2),
    "the working directory goes": ("shutil.rmtree(OUT.parent)", 2),
}
VANISHING = """
import shutil, time
from pathlib import Path

OUT = Path({here!r}, "out")

def f(item):
    if OUT.is_dir():
        {act}
    time.sleep(0.02)
    return item
"""


@pytest.fixture(scope="module")
def vanished(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[Ended]]]:
    """A run for each way in which the folder goes, all begun together."""
    folder = tmp_path_factory.mktemp("vanished")
    with ThreadPoolExecutor(AT_ONCE) as executor:
        yield {
            name: executor.submit(_vanish, start, folder / str(number), act)
            for number, (name, (act, _)) in enumerate(VANISHES.items())
        }


def _vanish(start: Start, folder: Path, act: str) -> Ended:
    here, module = folder / "here", folder / "module"
    (here / "out").mkdir(parents=True)
    module.mkdir()
    (module / "gone.py").write_text(VANISHING.format(here=str(here), act=act), encoding="utf-8")
    words = ("--app-dir", str(module), "--inputs-expr", "range(8)", *QUICK, "--no-lines", "--models", "threading")
    return start(folder, "gone:f", *words, "-o", "out/report.json", source="").end()


@pytest.mark.parametrize("name", VANISHES)
def test_an_output_folder_that_vanishes_costs_no_verdict(name: str, vanished: Mapping[str, Future[Ended]]) -> None:
    ended = vanished[name].result()
    assert ended.status == VANISHES[name][1], ended.said
    assert "gone:f" in ended.printed
    assert (ended.processes_left, ended.files_left) == ((), ())
    if ended.status == 0:
        assert ended.said == ""
        assert saved_report.read(ended.here / "out" / "report.json").interrupted is None
    else:
        assert "out/report.json" in ended.complaint()


def test_two_analyses_of_one_target_at_once_leave_whole_files(start: Start, tmp_path: Path) -> None:
    here = tmp_path / "here"
    written = here / "reports" / "work.f"
    written.mkdir(parents=True)
    left = written / ".advisor-0a.tmp"
    left.touch()
    long_ago_seconds = time.time() - 3600
    os.utime(left, (long_ago_seconds, long_ago_seconds))
    words = ("work:f", "--inputs-expr", "range(8)", *QUICK, "--no-lines")
    both = [start(tmp_path / name, *words, source=COUNTING, here=here) for name in ("one", "two")]
    for ended in [started.end() for started in both]:
        assert (ended.status, ended.said) == (0, "")
        assert (ended.processes_left, ended.files_left) == ((), ())
    # What a program left that was killed in the middle of a write has gone, too.
    assert sorted(path.name for path in written.iterdir()) == ["report.html", "report.json", "trials.csv"]
    report = saved_report.read(written / "report.json")
    assert report.interrupted is None
    assert report.recommendation is not None
    rows = list(csv.DictReader((written / "trials.csv").read_text(encoding="utf-8").splitlines()))
    assert rows
    assert not any(None in row or None in row.values() for row in rows)
    assert (written / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")


COUNTS = {
    "as many as it likes": ("work:f",),
    "no more than 60": ("work:f", "--max-calls", "60"),
    "no more than 3": ("work:f", "--max-calls", "3"),
    "coroutines, no more than 50": ("work:g", "--max-calls", "50"),
    "hot lines too": ("work:f", "--max-calls", "400", "--lines", "--models", "threading"),
}


@pytest.fixture(scope="module")
def counted(start: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[Ended]]]:
    """A run for each bound on the calls, all begun together."""
    folder = tmp_path_factory.mktemp("counted")
    with ThreadPoolExecutor(AT_ONCE) as executor:
        yield {
            name: executor.submit(_count, start, folder / str(number), words)
            for number, (name, words) in enumerate(COUNTS.items())
        }


def _count(start: Start, folder: Path, words: tuple[str, ...]) -> Ended:
    return start(
        folder, words[0], "--inputs-expr", "range(12)", *QUICK, "--no-lines", "-o", "report.json", *words[1:],
        source=COUNTING,
    ).end()  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_the_calls_that_were_made_are_those_reported_and_within_the_bound(
    name: str, counted: Mapping[str, Future[Ended]]
) -> None:
    ended, words = counted[name].result(), COUNTS[name]
    assert ended.status == 0, ended.said
    made = (ended.here / "calls").stat().st_size
    cost = json.loads((ended.here / "report.json").read_text(encoding="utf-8"))["cost"]
    assert cost["calls_made"] == made
    assert made > 0
    if "--max-calls" in words:
        assert made <= int(words[words.index("--max-calls") + 1])
