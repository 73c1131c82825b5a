from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.check import confirming, targets_run
from advisor.check.targets import Requirements, Unusable
from advisor.check.targets_run import Task
from advisor.cli import exit_statuses, main
from advisor.errors import DEFECT, FunctionFailedError, UnusableError
from advisor.records.checked import EXIT_STATUSES, CheckReport, Status, TargetCheck
from advisor.reports.check import plain_text
from tests.check.gate_fakes import ROOT, FakeMeasure, figures, gate_target, holding_report, waiting_report
from tests.check.sample_checks import failed_check

FORBIDDING = Requirements(max_gil_held_fraction=0.5)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def spend(self, seconds: float) -> None:
        self.now += seconds


def check(measure: FakeMeasure, *tasks: Task, total_seconds: float | None = None) -> tuple[TargetCheck, ...]:
    return targets_run.check_tasks(tasks, measure, ROOT, total_seconds, clock=Clock())


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (waiting_report(), "passed"),
        (UnusableError("There is no module 'shop'."), "unusable"),
        (FunctionFailedError("Item 3 raised."), "function-failed"),
        (KeyError("a defect"), "crashed"),
    ],
)
def test_what_cannot_be_checked_keeps_no_other_target_from_it(outcome: Exception, status: Status) -> None:
    done = check(
        FakeMeasure(outcome, waiting_report()), Task(target=gate_target("a:f")), Task(target=gate_target("b:f"))
    )
    assert [target.status for target in done] == [status, "passed"]
    assert (done[0].reason is None) == (status == "passed")


def test_a_target_that_cannot_even_be_asked_for_is_unusable() -> None:
    (done,) = check(FakeMeasure(waiting_report()), Task(target=Unusable(name="a:", reason="'a:' names no function.")))
    assert (done.status, done.reason) == ("unusable", "'a:' names no function.")


def test_a_bound_that_is_broken_fails_the_target_on_the_line_that_holds_the_gil() -> None:
    measure = FakeMeasure(holding_report())
    (done,) = check(measure, Task(target=gate_target(requirements=FORBIDDING)))
    (finding,) = done.findings
    assert (done.status, finding.code, finding.level) == ("failed", "gil-held-limit", "error")
    assert (finding.file, finding.line) == ("shop/web.py", 14)
    assert "state * 31" in finding.message
    assert [what for what, _ in measure.asked] == ["analyse", "profile", "profile", "line"]


def test_what_a_repetition_does_not_confirm_is_not_said() -> None:
    measure = FakeMeasure(holding_report(), again=[holding_report(), waiting_report()])
    (done,) = check(measure, Task(target=gate_target(requirements=FORBIDDING)))
    assert (done.status, done.findings) == ("passed", ())


def test_what_follows_from_the_code_alone_is_said_without_a_repetition() -> None:
    measure = FakeMeasure(waiting_report())
    (done,) = check(measure, Task(target=gate_target(requirements=Requirements(max_result_bytes=1))))
    assert [finding.code for finding in done.findings] == ["result-bytes-limit"]
    assert measure.asked == [("analyse", None)]


def test_changed_targets_run_first_and_are_reported_in_their_place() -> None:
    begun: list[str] = []
    tasks = (
        Task(target=gate_target("a:f"), skip_because="unchanged"),
        Task(target=gate_target("b:f"), changed=False),
        Task(target=gate_target("c:f"), changed=True),
    )
    done = targets_run.check_tasks(
        tasks, FakeMeasure(waiting_report()), ROOT, None, lambda _n, task: begun.append(task.target.name), clock=Clock()
    )
    assert begun == ["c:f", "b:f", "a:f"]
    assert [target.target for target in done] == ["a:f", "b:f", "c:f"]
    assert [target.status for target in done] == ["skipped", "passed", "passed"]


def test_the_budget_is_shared_and_a_slow_target_takes_from_the_others() -> None:
    clock, given = Clock(), []
    measure = FakeMeasure(waiting_report())

    def spend(seconds: float) -> None:
        given.append(round(seconds / confirming.ANALYSIS_FRACTION, 3))
        clock.spend(14.0 if len(given) == 1 else 4.0)

    measure.spend = spend
    tasks = [Task(target=gate_target(f"{name}:f")) for name in "abcd"]
    targets_run.check_tasks(tasks, measure, ROOT, None, clock=clock)
    assert given == [8.0, 6.0, 7.0, 8.0]


def test_a_budget_for_all_cuts_each_ones_share_but_never_to_nothing() -> None:
    given: list[float] = []
    measure = FakeMeasure(waiting_report())
    measure.spend = lambda seconds: given.append(seconds / confirming.ANALYSIS_FRACTION)
    tasks = [Task(target=gate_target(f"{name}:f")) for name in "abcdefgh"]
    targets_run.check_tasks(tasks, measure, ROOT, 8.0, clock=Clock())
    assert given[0] == pytest.approx(targets_run.LEAST_SECONDS)


def test_a_kept_outcome_is_what_is_reported() -> None:
    done = targets_run.check_tasks(
        [Task(target=gate_target())], FakeMeasure(waiting_report()), ROOT,
        keep=lambda check: replace(check, report_file="r.html"), clock=Clock(),
    )  # fmt: skip
    assert done[0].report_file == "r.html"


def test_compared_with_a_baseline_of_its_own_a_report_says_nothing() -> None:
    (done,) = check(FakeMeasure(waiting_report()), Task(target=gate_target(), earlier=figures()))
    assert (done.status, done.findings) == ("passed", ())


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["passed", "skipped"], 0),
        (["passed", "failed"], 1),
        (["failed", "function-failed"], 3),
        (["failed", "function-failed", "unusable"], 2),
        (["crashed", "unusable"], 70),
        ([], 0),
    ],
)
def test_what_kept_the_gate_from_answering_outranks_the_answer(statuses: list[Status], expected: int) -> None:
    checks = tuple(
        TargetCheck(target="a:f", status=status, report=None, findings=(), elapsed_seconds=0.0) for status in statuses
    )
    assert CheckReport(targets=checks, baseline_note=None, elapsed_seconds=0.0).exit_status == expected


@pytest.mark.parametrize("status", EXIT_STATUSES)
def test_only_a_gate_that_failed_ends_with_1(status: Status) -> None:
    done = CheckReport(
        targets=(TargetCheck(target="a:f", status=status, report=None, findings=(), elapsed_seconds=0.0),),
        baseline_note=None,
        elapsed_seconds=0.0,
    )
    assert (done.exit_status == 1) == (status == "failed")


def test_the_text_names_each_target_its_findings_and_their_values() -> None:
    text = plain_text.render(failed_check())
    assert "FAILED  shop.sums:total  shop/sums.py:17" in text
    assert "error: gil-held-up: A call holds the GIL for a larger share of its time." in text
    assert "was 2 %, is 97 %, limit at most 32 %" in text
    assert "shop/sums.py:21" in text
    assert text.endswith("5 targets in 13.5 s: 1 passed, 1 failed, 1 skipped, 1 unusable, 1 function failed.\n")


def test_a_defect_of_the_program_never_ends_like_a_gate_that_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_words: object) -> None:
        raise KeyError("no such thing")

    monkeypatch.setattr(main.cli, "main", broken)
    assert exit_statuses._status() == DEFECT
    assert "defect of advisor" in capsys.readouterr().err
