from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.errors import UnusableError
from advisor.program import applying
from advisor.program.patching import chosen_sites, digest, make_patches, unified_diff
from advisor.records.program import ProgramReport
from tests.edit_examples import EDITED
from tests.program_reports import report_of

SOURCE = EDITED[0].source


@pytest.fixture
def place(tmp_path: Path) -> applying.Place:
    (tmp_path / "program.py").write_text(SOURCE)
    (tmp_path / "out").mkdir()
    return applying.Place(report=tmp_path / "out" / "program.json", folder=tmp_path)


def source_of(place: applying.Place) -> str:
    return (place.folder / "program.py").read_text()


def patches(place: applying.Place, report: ProgramReport, ids: Sequence[str] = ()) -> tuple[object, ...]:
    return applying.patches_of(report, ids, place)


def test_written_and_taken_back(place: applying.Place) -> None:
    report = report_of(SOURCE)
    found = applying.patches_of(report, (), place)
    applying.write(found, place)
    assert "executor.map(work, xs" in source_of(place)
    assert applying.undo(place) == ("program.py",)
    assert source_of(place) == SOURCE
    assert list((place.folder / "out").iterdir()) == []


def test_a_second_application_is_none(place: applying.Place) -> None:
    report = report_of(SOURCE)
    applying.write(applying.patches_of(report, (), place), place)
    edited = source_of(place)
    assert applying.patches_of(report, (), place) == ()
    assert source_of(place) == edited


def test_a_changed_source_is_refused(place: applying.Place) -> None:
    (place.folder / "program.py").write_text(SOURCE + "\n")
    with pytest.raises(UnusableError, match="no longer what was measured"):
        applying.patches_of(report_of(SOURCE), (), place)


def test_a_source_changed_after_the_edit_is_not_taken_back(place: applying.Place) -> None:
    applying.write(applying.patches_of(report_of(SOURCE), (), place), place)
    changed = source_of(place) + "# mine\n"
    (place.folder / "program.py").write_text(changed)
    with pytest.raises(UnusableError, match="by hand"):
        applying.undo(place)
    assert source_of(place) == changed


def test_nothing_written_nothing_to_take_back(place: applying.Place) -> None:
    with pytest.raises(UnusableError, match="none to take back"):
        applying.undo(place)


def test_a_damaged_record_is_said(place: applying.Place) -> None:
    place.record.write_text("{}")
    with pytest.raises(UnusableError, match="damaged"):
        applying.undo(place)


def test_a_file_that_cannot_be_written_leaves_all_as_it_was(place: applying.Place) -> None:
    def put(path: Path, data: bytes) -> None:
        if path.suffix == ".py":
            raise OSError(28, "No space left on device", str(path))
        path.write_bytes(data)

    with pytest.raises(UnusableError, match="No space"):
        applying.write(applying.patches_of(report_of(SOURCE), (), place), place, put)
    assert source_of(place) == SOURCE
    assert not place.record.exists()


def test_mode_and_link_stay(place: applying.Place) -> None:
    real = place.folder / "real.py"
    (place.folder / "program.py").rename(real)
    real.chmod(0o755)
    (place.folder / "program.py").symlink_to(real)
    applying.write(applying.patches_of(report_of(SOURCE), (), place), place)
    assert (place.folder / "program.py").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o755
    assert real.read_text() != SOURCE


def test_unknown_and_refused_sites() -> None:
    report = report_of(SOURCE)
    with pytest.raises(UnusableError, match="no site other"):
        chosen_sites(report, ["other"])
    refused = replace(report.sites[0], applies=False, why_not="It stops early.")
    with pytest.raises(UnusableError, match="It stops early"):
        chosen_sites(replace(report, sites=(refused,)), [refused.id])


def test_the_diff_is_one_that_patch_takes() -> None:
    report = report_of(SOURCE)
    text = unified_diff(make_patches(report, report.sites, lambda _: SOURCE.encode()))
    assert text.startswith("--- a/program.py\n+++ b/program.py\n@@ ")
    assert json.dumps(text)
    assert report.sources[0].sha256 == digest(SOURCE.encode())
