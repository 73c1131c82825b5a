"""What the gate's tests share: a target, reports of it, and a fake that measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from advisor.check.deciding_figures import Figures, figures_of
from advisor.check.targets import GateTarget, Requirements
from advisor.records import Classification, Finding, HotLine, Inputs, Job, Model, Options, Report, Target
from tests.reports.sample_reports import threading_report

ROOT = "/home/ann/shop"


def gate_target(name: str = "shop.web:fetch", requirements: Requirements | None = None, **options: Any) -> GateTarget:
    module, _, function = name.partition(":")
    job = Job(
        target=Target(text=name, module=module, qualname=function, import_roots=(ROOT,)),
        inputs=Inputs(kind="object", source=f"{module}:items"),
    )
    return GateTarget(
        name=name,
        job=job,
        options=Options(python="/usr/bin/python3", budget_seconds=8.0, **options),
        requirements=requirements or Requirements(),
    )


def with_timing(report: Report, **fields: Any) -> Report:
    timing = replace(report.profile.timing, **fields)
    return replace(report, profile=replace(report.profile, timing=timing))


def with_call(report: Report, held: float, free: float, waiting: float) -> Report:
    """The report of a function whose call is split like that, in seconds, with the shares to match."""
    wall = held + free + waiting
    report = with_timing(
        report, wall_seconds_per_call=wall, queued_seconds_per_call=0.0, cpu_seconds_per_call=held + free,
        main_cpu_seconds_per_call=held + free, gil_held_fraction=held / wall, gil_samples=400,
    )  # fmt: skip
    share = (held + free) / wall
    kind: Classification = "cpu-bound" if share >= 0.75 else "io-bound" if share <= 0.25 else "mixed"
    profile = replace(
        report.profile,
        gil_held_seconds_per_call=held, gil_held_low_seconds_per_call=max(0.0, held - 0.05 * wall),
        gil_free_seconds_per_call=free, wait_seconds_per_call=waiting, cpu_fraction=share, classification=kind,
    )  # fmt: skip
    return replace(report, profile=profile)


def waiting_report() -> Report:
    """Threads are right: 5 of 25 ms hold the GIL."""
    return with_call(threading_report(), 0.005, 0.0, 0.020)


def holding_report() -> Report:
    """The same function, holding the GIL all the time."""
    return with_call(threading_report(), 0.025, 0.0, 0.0)


def with_finding(report: Report, code: str, message: str = "It does.", evidence: str = "", **words: Any) -> Report:
    return replace(
        report,
        findings=(
            *report.findings,
            Finding(code=code, severity="warning", message=message, evidence=evidence, **words),
        ),
    )


def figures(report: Report | None = None) -> Figures:
    return figures_of(report or waiting_report(), ROOT)


class FakeMeasure:
    """Gives reports in turn, the last one for ever; notes what it was asked for."""

    def __init__(self, *reports: Report | Exception, again: Sequence[Report] = ()) -> None:
        self._reports = list(reports)
        self._again = list(again)
        self.asked: list[tuple[str, object]] = []
        self.spend: Callable[[float], None] = lambda _seconds: None

    def analyse(self, target: GateTarget, budget_seconds: float, models: tuple[Model, ...] | None = None) -> Report:
        self.asked.append(("analyse", models))
        self.spend(budget_seconds)
        return self._next(self._reports)

    def profile_again(self, target: GateTarget, report: Report) -> Report:
        self.asked.append(("profile", None))
        return self._next(self._again) if self._again else report

    def hot_line(self, target: GateTarget, report: Report) -> HotLine | None:
        self.asked.append(("line", None))
        return HotLine(
            file=f"{ROOT}/shop/web.py",
            line=14,
            source="    state = state * 31 + byte",
            python_fraction=0.9,
            native_fraction=0.05,
            system_fraction=0.0,
        )

    @staticmethod
    def _next(reports: list[Any]) -> Report:
        found = reports.pop(0) if len(reports) > 1 else reports[0]
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[no-any-return]
