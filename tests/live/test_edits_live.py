from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from advisor.probe.program.sites import find_sites
from advisor.program.edit.editing import WantedEdit, edit_source
from tests.edit_examples import EDITED, Example


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
