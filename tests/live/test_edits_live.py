from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from advisor.probe.program.sites import find_sites
from advisor.program.edit.editing import WantedEdit, edit_source
from advisor.reports.program.json_text import program_to_dict
from tests.edit_examples import EDITED, THREADS, Example
from tests.live.commands import RunAdvisor
from tests.program_reports import report_of


def run(path: Path) -> tuple[int, bytes]:
    done = subprocess.run([sys.executable, path], capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, done.stdout


@pytest.mark.parametrize("example", EDITED, ids=lambda each: each.name)
def test_edited_program_prints_what_it_printed(example: Example, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(example.source)
    before = run(path)
    assert before[1]
    site = next(site for site in find_sites(example.source, "program.py") if site.code.startswith(example.at))
    for plan in example.plans:
        wanted = [WantedEdit(site_id=site.id, plan=plan)]
        path.write_bytes(edit_source(example.source.encode(), "program.py", wanted))
        assert run(path) == before


SLOW = """import time


def work(x):
    time.sleep(0.02)
    return x * x


def main(xs):
    rows = []
    for x in xs:
        rows.append(work(x))
    print(rows)


main(range(30))
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "program.py").write_text(SLOW)
    report = report_of(SLOW, folder=str(tmp_path), plan=THREADS)
    path = tmp_path / "program.json"
    path.write_text(json.dumps(program_to_dict(report)))
    return path


def test_apply_prints_verifies_writes_and_takes_back(run_advisor: RunAdvisor, program: Path) -> None:
    source = program.with_name("program.py")
    shown = run_advisor("apply", program)
    assert shown.returncode == 0
    assert shown.stdout.startswith("--- a/program.py\n+++ b/program.py\n")
    assert source.read_text() == SLOW

    written = run_advisor("apply", program, "--write", "--verify")
    assert written.returncode == 0, written.stderr
    assert "Verified" in written.stderr
    edited = source.read_text()
    assert "ThreadPoolExecutor(max_workers=4)" in edited

    again = run_advisor("apply", program, "--write")
    assert (again.returncode, again.stdout) == (0, "")
    assert source.read_text() == edited

    undone = run_advisor("apply", program, "--undo")
    assert undone.returncode == 0
    assert source.read_text() == SLOW


def test_apply_refuses_what_was_not_measured(run_advisor: RunAdvisor, program: Path) -> None:
    program.with_name("program.py").write_text(SLOW + "# more\n")
    done = run_advisor("apply", program, "--write")
    assert done.returncode == 2
    assert "no longer what was measured" in done.stderr
    assert program.with_name("program.py").read_text() == SLOW + "# more\n"


def test_apply_does_not_write_what_is_no_faster(run_advisor: RunAdvisor, program: Path) -> None:
    source = SLOW.replace("    time.sleep(0.02)\n", "").replace("range(30)", "range(20_000)")
    program.with_name("program.py").write_text(source)
    program.write_text(json.dumps(program_to_dict(report_of(source, folder=str(program.parent), plan=THREADS))))
    done = run_advisor("apply", program, "--write", "--verify")
    assert done.returncode == 2
    assert "no faster" in done.stderr
    assert program.with_name("program.py").read_text() == source


def test_a_program_that_needs_its_place_is_not_verified(run_advisor: RunAdvisor, program: Path) -> None:
    source = SLOW.replace("import time\n", "import sys\nimport time\n") + "sys.exit(0 if sys.stdin.read() else 4)\n"
    program.with_name("program.py").write_text(source)
    program.write_text(json.dumps(program_to_dict(report_of(source, folder=str(program.parent), plan=THREADS))))
    done = run_advisor("apply", program, "--write", "--verify")
    assert done.returncode == 2
    assert "exit status 4" in done.stderr
    assert program.with_name("program.py").read_text() == source


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"kind": "program"}'])
def test_apply_says_what_is_no_report(run_advisor: RunAdvisor, tmp_path: Path, content: str) -> None:
    (tmp_path / "other.json").write_text(content)
    done = run_advisor("apply", "other.json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert run_advisor("apply", "missing.json").returncode == 2
