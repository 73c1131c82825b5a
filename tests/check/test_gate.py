from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from advisor import __version__
from advisor.check import environment, gate, source_files
from advisor.check.gate import CheckOptions
from advisor.check.targets import Unusable
from advisor.check.targets_run import Task
from advisor.errors import UnusableError
from advisor.records import Job, Target
from tests.check.gate_fakes import figures, gate_target


def task_in(folder: Path, words: CheckOptions, changed: frozenset[Path] | None = None, saved: bool = True) -> Task:
    """The task of a target in a folder, with a baseline of the same source, class of machine and Python."""
    (folder / "jobs.py").write_text("import helping\n")
    (folder / "helping.py").write_text("")
    target = replace(
        gate_target(), job=Job(target=Target(text="jobs:f", module="jobs", qualname="f", import_roots=(str(folder),)))
    )
    files = source_files.files_of(target)
    assert files is not None
    entry = replace(
        figures(),
        unchanged_hash=source_files.digest(target, files, folder, __version__),
        machine=environment.machine(),
        python=environment.python(target.options.python),
    )
    return gate._task(target, words, folder, changed, entry if saved else None)


def test_what_is_the_same_is_skipped_only_where_that_is_trusted(tmp_path: Path) -> None:
    trusting = CheckOptions(trust_unchanged=True)
    assert task_in(tmp_path, trusting).skip_because is not None
    assert task_in(tmp_path, CheckOptions()).skip_because is None
    assert task_in(tmp_path, trusting, saved=False).skip_because is None


def test_another_class_of_machine_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_same_place", lambda _entry, _target: False)
    assert task_in(tmp_path, CheckOptions(trust_unchanged=True)).skip_because is None


@pytest.mark.parametrize(("changed", "skipped"), [("helping.py", False), ("jobs.py", False), ("other.py", True)])
def test_only_what_a_target_is_made_of_counts_as_its_change(changed: str, skipped: bool, tmp_path: Path) -> None:
    task = task_in(tmp_path, CheckOptions(changed_since="main"), frozenset({tmp_path / changed}))
    assert (task.skip_because is not None) == skipped


def test_a_deleted_import_is_a_change_too(tmp_path: Path) -> None:
    read = gate._reader(frozenset({tmp_path / "gone.py"}))
    assert (read(tmp_path / "gone.py"), read(tmp_path / "never.py")) == (b"", None)


def test_nothing_is_compared_while_a_baseline_is_saved(tmp_path: Path) -> None:
    assert task_in(tmp_path, CheckOptions()).earlier is not None
    assert task_in(tmp_path, CheckOptions(save_baseline=True)).earlier is None


def test_what_cannot_be_asked_for_stays_so(tmp_path: Path) -> None:
    assert gate._task(Unusable(name="a:", reason="no"), CheckOptions(), tmp_path, None, None).skip_because is None


def test_a_baseline_names_no_folder_of_this_machine(tmp_path: Path) -> None:
    assert gate._key(f"{tmp_path}/shop/web.py:fetch", tmp_path) == "shop/web.py:fetch"
    assert gate._key("shop.web:fetch", tmp_path) == "shop.web:fetch"


def test_a_baseline_that_a_merge_broke_can_be_saved_anew_as_its_complaint_says(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text("<<<<<<< HEAD\n")
    assert gate._saved(path, anew=True) is None
    with pytest.raises(UnusableError, match="--save-baseline"):
        gate._saved(path, anew=False)
