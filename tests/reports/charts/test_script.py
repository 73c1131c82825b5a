from __future__ import annotations

from pathlib import Path

import pytest

from advisor.reports.charts import script


class Builder:
    """Builds scripts, and counts them."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self, lines: str) -> str:
        self.built += 1
        return f"var é = 1;\n{lines}"


def test_a_script_is_built_once_for_the_same_lines(tmp_path: Path) -> None:
    build = Builder()
    scripts = [script.kept("draw()", tmp_path / "new", build) for _ in range(3)]
    assert scripts == ["var é = 1;\ndraw()"] * 3
    assert build.built == 1


def test_other_lines_and_other_versions_are_built_anew_and_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = Builder()
    script.kept("draw()", tmp_path, build)
    assert script.kept("paint()", tmp_path, build).endswith("paint()")
    monkeypatch.setattr("importlib.metadata.version", lambda _name: "another")
    script.kept("paint()", tmp_path, build)
    assert build.built == 3
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"\n", b"alert(1)", b"\xff\n\xfe"])
def test_a_damaged_script_is_built_again(tmp_path: Path, damage: bytes) -> None:
    build = Builder()
    script.kept("draw()", tmp_path, build)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for content in (damage, whole[:-1], whole + b" "):
        file.write_bytes(content)
        assert script.kept("draw()", tmp_path, build).endswith("draw()")
        assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_one_costs_no_more_than_the_building(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("")
    build = Builder()
    assert [script.kept("draw()", folder, build) for _ in range(2)] == ["var é = 1;\ndraw()"] * 2
    assert build.built == 2


def test_a_script_that_cannot_be_replaced_leaves_no_litter(tmp_path: Path) -> None:
    script.kept("draw()", tmp_path, Builder())
    (file,) = tmp_path.iterdir()
    file.unlink()
    file.mkdir()
    assert script.kept("draw()", tmp_path, Builder()).endswith("draw()")
    assert list(tmp_path.iterdir()) == [file]
