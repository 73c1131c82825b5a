"""How the gallery is made without naming the machine it was made on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.records import Report
from advisor.reports.report_json import report_to_dict
from benchmarks import samples
from tests.reports.sample_reports import every_report, threading_report

REPORTS = every_report()


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_nothing_is_left_of_the_machine_and_all_else_is_as_it_was(report: Report) -> None:
    words = {"/home/ann/shop/": "", "/home/ann/shop": "."}
    neutral = samples.neutral(report, words)
    assert "/home/ann" not in str(report_to_dict(neutral))
    assert neutral.profile.timing == report.profile.timing
    assert [trial.speedup for trial in neutral.trials] == [trial.speedup for trial in report.trials]


def test_the_longest_word_is_replaced_first_and_the_kernel_is_not_named() -> None:
    words = list(samples.machine_words())
    assert words == sorted(words, key=len, reverse=True)
    machine = replace(threading_report().machine, platform="Linux-6.12.3-cloud7-amd-x86_64-with-glibc2.36")
    report = samples.neutral(replace(threading_report(), machine=machine), {})
    assert report.machine.platform == "Linux-6.12-x86_64-with-glibc2.36"


def test_every_kind_of_outcome_is_a_sample() -> None:
    assert set(samples.SAMPLES) == {
        *("threading", "multiprocessing", "hybrid", "asyncio", "serial", "unsafe", "failed"),
    }


def test_the_index_has_a_row_for_each_report_and_the_words_of_the_failure() -> None:
    reports = {name: threading_report() for name in samples.SAMPLES}
    text = samples.index(reports, "advisor: it raised.")
    for name in samples.SAMPLES:
        assert f"[report.html]({name}/report.html)" in text
    assert "\nadvisor: it raised.\n" in text
    assert samples.BROKEN.command() in text
    assert "speed-up against workers" in text
    assert "(unsafe/report.html)" not in samples.index({"threading": threading_report()}, "")
