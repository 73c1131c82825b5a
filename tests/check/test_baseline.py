from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.check import baseline
from advisor.check.deciding_figures import key_of, machine_class, settled
from advisor.errors import UnusableError
from advisor.records import Finding
from tests.check.gate_fakes import ROOT, figures, waiting_report, with_finding

ONE = settled(figures(), None)


def test_what_is_written_is_read_back() -> None:
    saved = {"shop.web:fetch": ONE, "a:f": replace(ONE, findings=("race: `n`",), result_bytes=None, model=None)}
    assert baseline.from_text(baseline.to_text(saved)) == saved


def test_the_text_is_the_same_whatever_the_order() -> None:
    assert baseline.to_text({"a:f": ONE, "b:f": ONE}) == baseline.to_text({"b:f": ONE, "a:f": ONE})


def test_adding_a_target_or_a_figure_touches_no_other_line() -> None:
    before = baseline.to_text({"a:f": ONE, "c:f": ONE}).splitlines()
    for name in ("0:f", "b:f", "z:f"):
        after = baseline.to_text({"a:f": ONE, "c:f": ONE, name: ONE}).splitlines()
        assert [line for line in before if line not in after] == []
        assert len(after) - len(before) == len(baseline.to_text({name: ONE}).splitlines()) - 3
    changed = baseline.to_text({"a:f": replace(ONE, result_bytes=1), "c:f": ONE}).splitlines()
    assert sum(old != new for old, new in zip(before, changed, strict=True)) == 1


def test_no_path_and_no_name_of_the_machine_is_in_it() -> None:
    report = with_finding(waiting_report(), "race", f"{ROOT}/shop/web.py writes /home/ann/other.py at 0x7f00.")
    text = baseline.to_text({"a:f": settled(figures(report), None)})
    assert "/home" not in text
    assert "race: shop/web.py writes other.py at #." in text
    assert machine_class("Linux-6.1.0-ann-laptop-x86_64-with-glibc2.36", 4) == "Linux x86_64, 4 cores"
    assert machine_class("macOS-14.5-arm64-arm-64bit", 1) == "macOS arm64, 1 core"


def test_what_moved_by_noise_is_saved_as_it_was() -> None:
    noisy = replace(figures(), import_seconds=ONE.import_seconds * 1.2, worker_bytes=int(ONE.worker_bytes * 0.9))
    assert settled(noisy, ONE) == ONE
    assert settled(replace(noisy, worker_bytes=ONE.worker_bytes * 2), ONE) != ONE
    elsewhere = replace(ONE, machine="Linux x86_64, 64 cores")
    assert settled(noisy, elsewhere).machine == ONE.machine
    assert settled(noisy, elsewhere).worker_bytes != ONE.worker_bytes


def test_what_was_not_checked_is_kept_unless_it_is_gone() -> None:
    assert set(baseline.updated({"a:f": ONE, "b:f": ONE}, {"c:f": ONE}, None)) == {"a:f", "b:f", "c:f"}
    assert set(baseline.updated({"a:f": ONE, "b:f": ONE}, {"c:f": ONE}, frozenset({"a:f", "c:f"}))) == {"a:f", "c:f"}


@pytest.mark.parametrize(
    "text",
    ["", "<<<<<<< HEAD\n{}", "[]", "{}", '{"schema_version": 2}', '{"a:f": {}, "schema_version": 1}',
     '{"a:f": 3, "schema_version": 1}'],
)  # fmt: skip
def test_a_file_that_is_no_baseline_is_unusable(text: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(UnusableError, match="--save-baseline"):
        baseline.read(path)


def test_no_file_is_no_baseline_and_fields_to_come_are_passed_over(tmp_path: Path) -> None:
    assert baseline.read(tmp_path / "none.json") is None
    document = json.loads(baseline.to_text({"a:f": ONE}))
    document["a:f"]["of_another_version"] = 1
    assert baseline.from_text(json.dumps(document)) == {"a:f": ONE}


def test_a_finding_is_known_again_though_its_figures_changed() -> None:
    first = Finding(
        code="race",
        severity="error",
        message="Calls change `count2` in line 12 of /home/ann/shop/web.py, 3.5 times.",
        evidence="",
    )
    second = replace(first, message="Calls change `count2` in line 40 of /home/ann/shop/web.py, 17 times.")
    other = replace(first, message="Calls change `count3` in line 12 of /home/ann/shop/web.py, 3.5 times.")
    assert key_of(first, ROOT) == key_of(second, ROOT)
    assert key_of(first, ROOT) != key_of(other, ROOT)
