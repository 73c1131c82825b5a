from __future__ import annotations

from pathlib import Path

import pytest

from advisor.errors import UnusableError
from advisor.program import project
from advisor.records.program import ProgramCommand


def test_a_script_belongs_to_the_project_around_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "run.py").touch()
    folders = project.source_folders(ProgramCommand(script="scripts/run.py"), tmp_path)
    assert folders[0] == str(tmp_path)


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match=r"nothing\.py: there is no such file"):
        project.source_folders(ProgramCommand(script="nothing.py"), tmp_path)


def test_an_overlay_differs_in_one_file_alone(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "package").mkdir(parents=True)
    (root / "package" / "module.py").write_text("old")
    (root / "package" / "data.txt").write_text("data")
    (root / "other.py").write_text("other")
    file = project.overlay(root, root / "package" / "module.py", b"new", tmp_path / "overlay")
    assert file == tmp_path / "overlay" / "package" / "module.py"
    assert [file.read_text(), file.with_name("data.txt").read_text()] == ["new", "data"]
    assert (tmp_path / "overlay" / "other.py").read_text() == "other"
    assert (root / "package" / "module.py").read_text() == "old"
