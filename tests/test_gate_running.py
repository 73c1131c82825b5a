from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from advisor.errors import FunctionFailedError, UnusableError
from advisor.gate import running
from advisor.gate.records import EXIT_STATUSES, CheckReport, GateFinding, Status, TargetCheck
from advisor.records import Report
from advisor.renderers import check_text
from tests.sample_checks import failed_check
from tests.sample_reports import threading_report

FINDING = GateFinding("gil-held-up", "error", "It holds the GIL.", "1 %", "90 %", "31 %", 3, "a.py", "a:f")


def analyse(target: str) -> Report:
    if target == "no:such":
        raise UnusableError("There is no module 'no'.")
    if target == "it:raises":
        raise FunctionFailedError("Item 3 raised.")
    return threading_report()


def judge(target: str, report: Report) -> tuple[GateFinding, ...]:
    return {"a:f": (FINDING,), "b:f": (replace(FINDING, level="warning"),)}.get(target, ())


def check(*targets: str) -> CheckReport:
    ticks = itertools.count()
    return running.check_targets(targets, analyse, judge, lambda: float(next(ticks)))


def test_what_cannot_be_checked_keeps_no_other_target_from_it() -> None:
    done = check("no:such", "it:raises", "a:f", "b:f", "c:f")
    assert [target.status for target in done.targets] == ["unusable", "function-failed", "failed", "passed", "passed"]
    assert done.findings == (FINDING, replace(FINDING, level="warning"))
    assert done.targets[0].reason == "There is no module 'no'."


@pytest.mark.parametrize(
    ("targets", "status"),
    [
        (("c:f",), 0),
        (("c:f", "a:f"), 1),
        (("a:f", "it:raises"), 3),
        (("a:f", "it:raises", "no:such"), 2),
        ((), 0),
    ],
)
def test_what_kept_the_gate_from_answering_outranks_the_answer(targets: tuple[str, ...], status: int) -> None:
    assert check(*targets).exit_status == status


@pytest.mark.parametrize("status", EXIT_STATUSES)
def test_only_a_gate_that_failed_ends_with_1(status: Status) -> None:
    done = CheckReport((TargetCheck("a:f", status, None, (), 0.0),), None, 0.0)
    assert (done.exit_status == 1) == (status == "failed")


def test_the_text_names_each_target_its_findings_and_their_values() -> None:
    text = check_text.render(failed_check())
    assert "FAILED  shop.sums:total  shop/sums.py:17" in text
    assert "error: gil-held-up: A call holds the GIL for a larger share of its time." in text
    assert "was 2 %, is 97 %, limit at most 32 %" in text
    assert "shop/sums.py:21" in text
    assert text.endswith("5 targets in 13.5 s: 1 passed, 1 failed, 1 skipped, 1 unusable, 1 function failed.\n")
