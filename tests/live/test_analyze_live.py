"""The command as a user types it: every option does what the table says, on functions outside this repository."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.live.asking import other_interpreters
from tests.live.commands import Installed, RunAdvisor

WORK = """
import asyncio
import os
import time

NAPS = [0.01] * 30
READY = []


def nap(seconds):
    time.sleep(seconds)
    return seconds


def label(name, size):
    time.sleep(0.002)
    return f"{name}{size}"


def spin(rounds):
    total = 0
    for i in range(rounds):
        total += i * i
    return total


def needs_setup(item):
    return READY[0] + item


def set_up():
    READY.append(1)


def slow_start():
    time.sleep(0.005)


async def fetch(seconds):
    await asyncio.sleep(seconds)
    return seconds


def spread():
    return (0.005 for _ in range(20))


class Shop:
    @staticmethod
    def price(item):
        time.sleep(0.005)
        return item

    @classmethod
    def stock(cls, item):
        time.sleep(0.005)
        return cls.__name__


def own_pid(item):
    time.sleep(0.005)
    return os.getpid()
"""
QUICK = ("--budget", "4", "--no-lines", "--no-progress")


Analyze = Callable[..., dict[str, Any]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work.py").write_text(WORK, encoding="utf-8")
    return tmp_path


@pytest.fixture
def analyze(run_advisor: RunAdvisor, folder: Path) -> Analyze:
    """Analyse within a few seconds; gives the report as JSON."""

    def run(*words: str) -> dict[str, Any]:
        done = run_advisor("analyze", *words, *QUICK, "-o", "out.json")
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        report: dict[str, Any] = json.loads((folder / "out.json").read_text(encoding="utf-8"))
        return report

    return run


def another_interpreter() -> tuple[str, str]:
    """Version and path of an interpreter that is not this one and new enough."""
    for version, python in other_interpreters().items():
        if not version.endswith("t") and tuple(int(part) for part in version.split(".")) >= (3, 9):
            return version, python
    pytest.skip("no other interpreter on this machine")


def pools(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [trial for trial in report["trials"] if trial["model"] != "serial"]


def test_default_outputs_are_a_verdict_and_three_files(run_advisor: RunAdvisor, folder: Path) -> None:
    done = run_advisor("analyze", "work:nap", "--inputs-from", "work:NAPS", "--budget", "6")
    assert done.returncode == 0, done.stderr
    assert "Run work:nap under threading" in done.stdout
    assert len(done.stdout.splitlines()) <= 24
    assert "trial" in done.stderr
    written = {path.name for path in (folder / "reports" / "work.nap").iterdir()}
    assert written == {"report.html", "trials.csv", "report.json"}
    report = json.loads((folder / "reports/work.nap/report.json").read_text(encoding="utf-8"))
    assert report["schema_version"] == 1
    assert report["profile"]["classification"] == "io-bound"
    assert report["recommendation"]["speedup"] > 3
    rows = list(csv.DictReader((folder / "reports/work.nap/trials.csv").open(encoding="utf-8")))
    assert len(rows) == len(report["trials"])
    assert report["profile"]["hot_lines"][0]["source"].strip() == "time.sleep(seconds)"


def test_the_snippet_of_the_report_runs_as_printed(analyze: Analyze, folder: Path, installed: Installed) -> None:
    report = analyze("work:nap", "--inputs-from", "work:NAPS")
    (folder / "pasted.py").write_text(report["recommendation"]["snippet"], encoding="utf-8")
    done = subprocess.run([installed.python, "pasted.py"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "30 results\n")


@pytest.mark.parametrize(
    "words",
    [
        ("work:slow_start", "--calls", "20"),
        ("work.py:nap", "--inputs-expr", "[0.005] * 20"),
        ("work:nap", "--inputs-from", "work:spread"),
        ("work:Shop.price", "--inputs-expr", "range(20)"),
        ("work:Shop.stock", "--inputs-expr", "range(20)"),
        ("work:needs_setup", "--inputs-expr", "range(20)", "--setup", "work:set_up"),
        ("work:fetch", "--inputs-expr", "[0.005] * 20"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_targets_and_inputs_of_every_kind(analyze: Analyze, words: tuple[str, ...]) -> None:
    report = analyze(*words)
    assert report["target"]["calls"] == 20
    assert report["recommendation"] is not None
    assert not [trial for trial in report["trials"] if trial["failure"]]


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv", ".parquet"])
@pytest.mark.parametrize("unpack", ["kwargs", "args"])
def test_files_of_inputs(analyze: Analyze, folder: Path, suffix: str, unpack: str) -> None:
    rows: Any = [{"name": "n", "size": size} for size in range(30)]
    table = pd.DataFrame(rows)
    path = folder / f"rows{suffix}"
    if suffix == ".csv":
        table.to_csv(path, index=False)
    elif suffix == ".parquet":
        table.to_parquet(path)
    else:
        rows = [list(row.values()) for row in rows] if unpack == "args" else rows
        lines = [json.dumps(row) for row in rows]
        path.write_text("\n".join(lines) if suffix == ".jsonl" else f"[{','.join(lines)}]", encoding="utf-8")
    report = analyze("work:label", "--inputs", str(path), "--unpack", unpack)
    assert (report["target"]["items"], report["target"]["unpack"]) == (30, unpack)
    assert not [trial for trial in report["trials"] if trial["failure"]]


def test_models_and_workers_are_bounded_as_asked(analyze: Analyze) -> None:
    report = analyze("work:nap", "--inputs-from", "work:NAPS", "--models", "threading", "--max-workers", "3")
    assert {trial["model"] for trial in pools(report)} == {"threading"}
    assert max(trial["threads"] for trial in pools(report)) <= 3
    assert report["recommendation"]["threads"] <= 3


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_the_start_method_asked_for_is_used(analyze: Analyze, method: str) -> None:
    words = ("work:nap", "--inputs-from", "work:NAPS", "--calls", "100", "--start-method", method)
    report = analyze(*words, "--models", "multiprocessing", "--max-workers", "4")
    assert {trial["start_method"] for trial in pools(report)} == {method}


def test_the_idiom_asked_for_is_used_and_printed(analyze: Analyze) -> None:
    report = analyze("work:nap", "--inputs-from", "work:NAPS", "--idiom", "thread")
    assert {trial["idiom"] for trial in pools(report)} == {"Thread"}
    assert "threading.Thread(" in report["recommendation"]["snippet"]


def test_results_wanted_as_they_come_get_an_idiom_that_streams(analyze: Analyze) -> None:
    report = analyze("work:nap", "--inputs-from", "work:NAPS", "--stream", "--models", "threading")
    assert report["recommendation"]["idiom"] == "ThreadPoolExecutor.submit + as_completed"
    assert "def stream(" in report["recommendation"]["snippet"]


def test_a_coroutine_function_gets_tasks(analyze: Analyze) -> None:
    report = analyze("work:fetch", "--inputs-expr", "[0.01] * 60", "--models", "asyncio")
    assert report["recommendation"]["model"] == "asyncio"
    assert report["recommendation"]["tasks"] > 4
    assert report["recommendation"]["speedup"] > 3


def test_min_speedup_keeps_serial(analyze: Analyze) -> None:
    report = analyze("work:nap", "--inputs-from", "work:NAPS", "--min-speedup", "500")
    assert report["recommendation"]["model"] == "serial"


def test_calls_scale_the_job(analyze: Analyze) -> None:
    report = analyze("work:nap", "--inputs-from", "work:NAPS", "--calls", "3000")
    assert report["recommendation"]["serial_job_seconds"] > 25
    assert max(trial["calls"] for trial in report["trials"] if trial["model"] == "serial") < 3000


def test_the_function_runs_in_the_interpreter_asked_for(analyze: Analyze) -> None:
    version, python = another_interpreter()
    report = analyze("work:nap", "--inputs-from", "work:NAPS", "--models", "threading", "--python", python)
    assert report["target"]["python_version"].startswith(version)
    assert report["recommendation"]["model"] == "threading"


def test_hot_lines_say_why_there_are_none_in_an_interpreter_without_scalene(
    run_advisor: RunAdvisor, folder: Path
) -> None:
    _, python = another_interpreter()
    words = ("analyze", "work:nap", "--inputs-from", "work:NAPS", "--python", python, "--budget", "5", "-o", "o.json")
    assert run_advisor(*words).returncode == 0
    profile = json.loads((folder / "o.json").read_text(encoding="utf-8"))["profile"]
    assert profile["hot_lines"] == []
    assert "Scalene" in profile["hot_lines_note"]


def test_quiet_prints_nothing_and_every_format_is_written(run_advisor: RunAdvisor, folder: Path) -> None:
    names = ("a.html", "a.csv", "a.json", "a.md", "a.sarif", "a.xml")
    outputs = [word for name in names for word in ("-o", name)]
    done = run_advisor("analyze", "work:slow_start", "--calls", "10", *QUICK, "-q", *outputs)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert all((folder / name).stat().st_size > 0 for name in names)


def test_show_renders_again_and_measures_nothing(run_advisor: RunAdvisor, analyze: Analyze, folder: Path) -> None:
    analyze("work:nap", "--inputs-from", "work:NAPS")
    (folder / "work.py").unlink()
    done = run_advisor("show", "out.json", "-o", "again.html")
    assert done.returncode == 0
    assert "work:nap" in done.stdout
    assert (folder / "again.html").exists()


def _trials_kept(path: Path) -> int:
    return len(json.loads(path.read_text(encoding="utf-8"))["trials"]) if path.exists() else 0


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_analysis_leaves_a_report_of_what_it_has(
    installed: Installed, advisor_environment: dict[str, str], folder: Path, number: signal.Signals
) -> None:
    words = ("analyze", "work:nap", "--inputs-from", "work:NAPS", "--calls", "5000", "--budget", "60", "-o", "o.json")
    process = subprocess.Popen(
        [installed.advisor, *words], cwd=folder, env=advisor_environment, stderr=subprocess.PIPE, text=True
    )
    while not _trials_kept(folder / "o.json") and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in said
    report = json.loads((folder / "o.json").read_text(encoding="utf-8"))
    assert report["interrupted"].startswith("after ")
    assert len(report["trials"]) >= 1


def test_trials_are_repeatable_from_the_library(installed: Installed, folder: Path) -> None:
    script = (
        "import advisor\n"
        "report = advisor.analyze('work:nap', inputs_from='work:NAPS', models=('threading',), budget=4, lines=False)\n"
        "print(report.recommendation.plan.model, len(report.to_frame()) == len(report.trials))\n"
        "report.save('saved.md')\n"
    )
    done = subprocess.run(
        [installed.python, "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr) == ("threading True\n", "")
    assert (folder / "saved.md").exists()


def test_the_costs_of_the_machine_are_listed_and_written(run_advisor: RunAdvisor, folder: Path) -> None:
    done = run_advisor("machine", "-q", "-o", "m.json", "-o", "m.csv", "-o", "m.md", "-o", "m.html", timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    rows = list(csv.DictReader((folder / "m.csv").open(encoding="utf-8")))
    assert {"start", "task", "data", "lock"} <= {row["group"] for row in rows}
    assert run_advisor("machine").stdout.count("\n") > 20
