from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.errors import UnusableError
from advisor.inputs.saved_report import read
from advisor.reports import files
from advisor.reports.files import RENDERERS, Keeper, check_writable, default_paths, write
from tests.reports.sample_reports import every_report, hostile_report, partial_report, threading_report


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("zlib:compress", "zlib.compress"),
        ("shop.web:Client.get", "shop.web.Client.get"),
        ("src/my file.py:f", "src-my-file.py.f"),
        ("C:\\x\\y.py:f", "C.-x-y.py.f"),
        ("../../etc/passwd:f", "etc-passwd.f"),
        ("größe:f", "größe.f"),
        ("<>", "report"),
        ("", "report"),
    ],
)
def test_default_paths_are_in_a_safe_folder(name: str, folder: str) -> None:
    assert default_paths(name) == tuple(
        Path("reports", folder, file) for file in ("report.html", "trials.csv", "report.json")
    )


def test_long_names_stay_apart() -> None:
    one, two = (default_paths("a" * 300 + end)[0].parent.name for end in [":f", ":g"])
    assert one != two
    assert len(one) <= 60


@pytest.mark.parametrize("suffix", RENDERERS)
@pytest.mark.parametrize("name", every_report())
def test_every_report_is_written_in_every_format(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / "new" / f"report{suffix.upper()}"
    check_writable([path])
    assert not path.parent.exists()
    write(every_report()[name], [path])
    assert path.stat().st_size > 0
    assert names_in(path.parent) == [path.name]


def test_a_report_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    for report in every_report().values():
        write(report, [path])
        assert read(path) == report


def test_paths_that_are_no_text_are_written(tmp_path: Path) -> None:
    report = hostile_report("caf\udce9")
    paths = [tmp_path / f"r{suffix}" for suffix in RENDERERS]
    write(report, paths)
    assert read(tmp_path / "r.json") == report


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write(threading_report(), [tmp_path / "r.csv"])
    assert (tmp_path / "r.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    link, file = tmp_path / "latest.csv", tmp_path / "r.csv"
    link.symlink_to(file)
    write(threading_report(), [link])
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8").startswith("model,")


@pytest.mark.parametrize("name", ["report.txt", "report", "report.htm", ".json"])
def test_an_unknown_suffix_is_refused_with_those_allowed(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match=r"\.html \.csv \.json \.md \.sarif \.xml"):
        check_writable([tmp_path / name])
    with pytest.raises(UnusableError, match=r"\.html \.csv"):
        write(threading_report(), [tmp_path / name])


def test_places_that_cannot_hold_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.html").mkdir()
    for path in ("file/x/report.html", "folder.html", "a\0b.html", "x" * 300 + ".html"):
        with pytest.raises(UnusableError, match="cannot be written: ") as refused:
            check_writable([tmp_path / path])
        assert "\n" not in str(refused.value)
    assert names_in(tmp_path) == ["file", "folder.html"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_protected_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "kept.csv").touch(0o400)
    with pytest.raises(UnusableError, match="write-protected"):
        check_writable([tmp_path / "kept.csv"])
    tmp_path.chmod(0o500)
    with pytest.raises(UnusableError, match="permission denied"):
        check_writable([tmp_path / "new" / "r.csv"])


def test_what_can_be_written_is_written(tmp_path: Path) -> None:
    (tmp_path / "gone").touch()
    good, bad = tmp_path / "good.json", tmp_path / "gone" / "report.html"
    with pytest.raises(UnusableError, match=r"Could not write .*report\.html: .*; name another file with -o\."):
        write(threading_report(), [bad, good])
    assert read(good) == threading_report()


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    write(threading_report(), [path])
    monkeypatch.setattr(os, "fsync", _disk_full)
    with pytest.raises(UnusableError, match=r"report\.json: no space left on device"):
        write(partial_report(), [path])
    assert read(path) == threading_report()
    assert names_in(tmp_path) == ["report.json"]


def test_what_a_killed_program_left_in_the_middle_of_a_write_is_removed(tmp_path: Path) -> None:
    left, others, kept = tmp_path / ".advisor-0a.tmp", tmp_path / ".advisor-0b.tmp", tmp_path / "notes.tmp"
    for path in (left, others, kept):
        path.touch()
    now = others.stat().st_mtime
    for path in (left, kept):
        os.utime(path, (now - 120, now - 120))
    write(threading_report(), [tmp_path / "report.json"])
    # Another analysis may be in the middle of a write of its own.
    assert names_in(tmp_path) == [others.name, kept.name, "report.json"]


def test_files_that_fail_alike_share_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _disk_full)
    with pytest.raises(UnusableError) as refused:
        write(threading_report(), default_paths("m:f", tmp_path))
    assert str(refused.value).count("\n") == 0
    assert all(name in str(refused.value) for name in ("report.html", "trials.csv", "report.json"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "not a report of advisor"),
        (b'{"schema_version": 9}', "schema version 9"),
        (b'{"schema_version": 1}', "is missing"),
    ],
)
def test_what_is_no_report_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(UnusableError, match=words) as refused:
        read(path)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="cannot be read: no such file"):
        read(tmp_path / "report.json")
    with pytest.raises(UnusableError, match="cannot be read: is a directory"):
        read(tmp_path)


def test_the_keeper_has_every_finished_trial_on_disk(tmp_path: Path) -> None:
    paths = default_paths("m:f", tmp_path)
    keeper = Keeper(paths)
    keeper.finish()
    assert not paths[0].parent.exists()
    report = threading_report()
    for finished in (1, 2):
        so_far = replace(report, trials=report.trials[:finished], interrupted=f"after {finished} trials")
        keeper.keep(so_far)
        assert read(paths[2]) == so_far
    assert names_in(paths[0].parent) == ["report.json"]
    keeper.finish()
    assert all(path.exists() for path in paths)


def test_the_keeper_works_on_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper([tmp_path / "r.html"])
    monkeypatch.setattr(files, "_replace", _disk_full)
    keeper.keep(threading_report())
    with pytest.raises(UnusableError, match="no space left"):
        keeper.finish()


def test_the_json_file_is_written_before_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(files, "_replace", lambda path, content: order.append(path.name))
    write(threading_report(), default_paths("m:f", tmp_path))
    assert order[0] == "report.json"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _disk_full(*_arguments: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
