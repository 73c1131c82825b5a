from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workloads.programs.suite import CASES, TRAPS, ProgramCase

SMALL = "9"


def printed(path: Path) -> str:
    done = subprocess.run([sys.executable, path, SMALL], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.mark.parametrize("case", CASES, ids=lambda each: each.name)
def test_the_experts_program_prints_the_same(case: ProgramCase) -> None:
    assert printed(case.before) == printed(case.expert) != ""


@pytest.mark.parametrize("case", [case for case in TRAPS if case.name != "nested_pools"], ids=lambda each: each.name)
def test_a_trap_runs_and_prints_the_same_each_time(case: ProgramCase) -> None:
    assert printed(case.trap) == printed(case.trap) != ""
