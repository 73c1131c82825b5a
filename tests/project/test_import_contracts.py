"""Every contract of ``[tool.importlinter]`` notices a line in the wrong place."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRONG_LINES = {
    "layers": ("inputs/target.py", "from ..pipeline import analysis"),
    "decide-is-pure": ("decide/search/candidates.py", "import subprocess"),
    "decide-layers": ("decide/evidence/estimates.py", "from ..search import candidates"),
    "probe-stands-alone": ("probe/start.py", "from advisor import records"),
    "host-leaves-probe-alone": ("child/pipes.py", "from ..probe import start"),
    "reports-read-records": ("reports/markdown.py", "from ..decide import verdict"),
    "records-are-data": ("records/terms.py", "from .. import formatting"),
}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "advisor", tmp_path / "advisor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(folder: Path, contract: str) -> bool:
    command = ["from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    ran = subprocess.run(
        [sys.executable, "-c", *command, "--contract", contract],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    summary = [line for line in ran.stdout.splitlines() if line.startswith("Contracts: ")]
    assert len(summary) == 1, ran.stdout + ran.stderr
    assert ("1 broken" in summary[0]) == (ran.returncode == 1)
    return ran.returncode == 1


def test_each_contract_has_a_wrong_line_here() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert [contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]] == list(WRONG_LINES)


@pytest.mark.parametrize("contract", WRONG_LINES)
def test_a_line_in_the_wrong_place_breaks_its_contract(contract: str, copied: Path) -> None:
    assert not broken(copied, contract)
    file, line = WRONG_LINES[contract]
    path = copied / "advisor" / file
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", encoding="utf-8")
    assert broken(copied, contract)
