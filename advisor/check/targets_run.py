"""Many targets, one after another, in a shared budget. What measures, the clock and the files are passed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..errors import AdvisorError, FunctionFailedError, UnusableError, defect
from ..records.checked import Status, TargetCheck
from . import confirming
from .deciding_figures import Figures
from .measuring import Measure
from .targets import GateTarget, Unusable

LEAST_SECONDS = 3.0
"""Less than this tells nothing of a target."""

Clock = Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A target with all that is known of it before it runs."""

    target: GateTarget | Unusable
    earlier: Figures | None = None
    """To compare with; ``None`` where there is nothing."""
    unchanged_hash: str | None = None
    changed: bool = True
    """Whether it is another than the baseline's, as far as its sources tell: such targets go first."""
    skip_because: str | None = None

    @property
    def seconds(self) -> float:
        """What it may take by itself."""
        if isinstance(self.target, Unusable) or self.skip_because is not None:
            return 0.0
        return self.target.options.budget_seconds


def check_tasks(
    tasks: Sequence[Task],
    measure: Measure,
    root: str | None,
    total_seconds: float | None = None,
    on_start: Callable[[int, Task], None] = lambda _number, _task: None,
    keep: Callable[[TargetCheck], TargetCheck] = lambda check: check,
    clock: Clock = time.monotonic,
) -> tuple[TargetCheck, ...]:
    """Check each, those that changed first; one that cannot be checked does not keep the others from it.

    Args:
        tasks: In the order in which they are reported.
        measure: What measures.
        root: Files below it are named from there.
        total_seconds: What all may take; by default what each may, together.
        on_start: Is told of each that begins, with its number from 1.
        keep: Is given each outcome at once, to write it down.
        clock: Seconds that only ever grow.
    """
    ends = clock() + (total_seconds if total_seconds is not None else sum(task.seconds for task in tasks))
    order = sorted(
        range(len(tasks)), key=lambda index: (tasks[index].skip_because is not None, not tasks[index].changed)
    )
    checks: dict[int, TargetCheck] = {}
    for number, index in enumerate(order, 1):
        on_start(number, tasks[index])
        wanted = sum(tasks[later].seconds for later in order[number - 1 :])
        seconds = _share(tasks[index].seconds, wanted, ends - clock())
        checks[index] = keep(_check(tasks[index], measure, root, seconds, clock))
    return tuple(checks[index] for index in range(len(tasks)))


def _share(own_seconds: float, wanted_seconds: float, left_seconds: float) -> float:
    """A target's part of what is left, and no more than it asks for."""
    if not own_seconds:
        return 0.0
    return max(min(LEAST_SECONDS, own_seconds), min(own_seconds, left_seconds * own_seconds / wanted_seconds))


def _check(task: Task, measure: Measure, root: str | None, seconds: float, clock: Clock) -> TargetCheck:
    started = clock()
    target = task.target

    def ended(status: Status, reason: str) -> TargetCheck:
        return TargetCheck(
            target=target.name,
            status=status,
            report=None,
            findings=(),
            elapsed_seconds=clock() - started,
            reason=reason,
        )

    if isinstance(target, Unusable):
        return ended("unusable", target.reason)
    if task.skip_because is not None:
        return ended("skipped", task.skip_because)
    try:
        verdict = confirming.judge(target, task.earlier, task.unchanged_hash, root, seconds, measure, clock)
    except UnusableError as error:
        return ended("unusable", str(error))
    except FunctionFailedError as error:
        return ended("function-failed", str(error))
    except AdvisorError as error:
        return ended("crashed", str(error))
    except Exception as error:  # whatever it is, it is no finding, and the other targets are still to be checked
        return ended("crashed", defect(error))
    status: Status = "failed" if any(finding.level == "error" for finding in verdict.findings) else "passed"
    facts = verdict.report.target
    file = confirming.relative_file(facts.file, root)
    return TargetCheck(
        target=target.name,
        status=status,
        report=verdict.report,
        findings=verdict.findings,
        elapsed_seconds=clock() - started,
        file=file,
        line=facts.line,
    )
