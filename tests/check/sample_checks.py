"""Checks as ``advisor check`` makes them, for tests."""

from __future__ import annotations

from advisor.records.checked import CheckReport, GateFinding, TargetCheck
from tests.reports.sample_reports import multiprocessing_report, threading_report

ROOT = "/home/ann/shop"


def failed_check() -> CheckReport:
    """A target that passed, one that failed, one of each that could not be checked."""
    return CheckReport(
        targets=(
            TargetCheck(
                target="shop.web:fetch",
                status="passed",
                report=threading_report(),
                findings=(),
                elapsed_seconds=5.2,
                file="shop/web.py",
                line=11,
            ),
            TargetCheck(
                target="shop.sums:total",
                status="failed",
                report=multiprocessing_report(),
                findings=(
                    GateFinding(
                        code="gil-held-up",
                        level="error",
                        message="A call holds the GIL for a larger share of its time.",
                        old="2 %",
                        new="97 %",
                        threshold="at most 32 %",
                        line=17,
                        file="shop/sums.py",
                        target="shop.sums:total",
                    ),
                    GateFinding(
                        code="writes-global",
                        level="warning",
                        message="total writes the global `cache`.",
                        old=None,
                        new="shop.sums.cache",
                        threshold=None,
                        line=21,
                        file="shop/sums.py",
                        target="shop.sums:total",
                    ),
                ),
                elapsed_seconds=7.1,
                file="shop/sums.py",
                line=17,
            ),
            TargetCheck(
                target="shop.old:same",
                status="skipped",
                report=None,
                findings=(),
                elapsed_seconds=0.0,
                reason="unchanged: same source, same inputs, same machine class",
            ),
            TargetCheck(
                target="shop.gone:lost",
                status="unusable",
                report=None,
                findings=(),
                elapsed_seconds=0.3,
                reason="There is no module 'shop.gone'.",
            ),
            TargetCheck(
                target="shop.web:broken",
                status="function-failed",
                report=None,
                findings=(),
                elapsed_seconds=0.9,
                reason="Item 3 raised ValueError: no.",
            ),
        ),
        baseline_note="Compared with the baseline of CPython 3.11 on Linux x86_64, 2 cores.",
        elapsed_seconds=13.5,
        root=ROOT,
    )


def passed_check() -> CheckReport:
    """Nothing to complain of, and no baseline."""
    return CheckReport(
        targets=failed_check().targets[:1], baseline_note="There is no baseline yet.", elapsed_seconds=5.2, root=ROOT
    )
