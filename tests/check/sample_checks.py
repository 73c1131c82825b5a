"""Checks as ``advisor check`` makes them, for tests."""

from __future__ import annotations

from advisor.records.checked import CheckReport, GateFinding, TargetCheck
from tests.reports.sample_reports import multiprocessing_report, threading_report

ROOT = "/home/ann/shop"


def failed_check() -> CheckReport:
    """A target that passed, one that failed, one of each that could not be checked."""
    return CheckReport(
        targets=(
            TargetCheck("shop.web:fetch", "passed", threading_report(), (), 5.2, "shop/web.py", 11),
            TargetCheck(
                "shop.sums:total", "failed", multiprocessing_report(),
                (
                    GateFinding(
                        "gil-held-up", "error", "A call holds the GIL for a larger share of its time.",
                        "2 %", "97 %", "at most 32 %", 17, "shop/sums.py", "shop.sums:total",
                    ),
                    GateFinding(
                        "writes-global", "warning", "total writes the global `cache`.", None, "shop.sums.cache", None,
                        21, "shop/sums.py", "shop.sums:total",
                    ),
                ),
                7.1, "shop/sums.py", 17,
            ),
            TargetCheck(
                "shop.old:same", "skipped", None, (), 0.0,
                reason="unchanged: same source, same inputs, same machine class",
            ),
            TargetCheck(
                "shop.gone:lost", "unusable", None, (), 0.3, reason="There is no module 'shop.gone'."
            ),
            TargetCheck(
                "shop.web:broken", "function-failed", None, (), 0.9, reason="Item 3 raised ValueError: no."
            ),
        ),
        baseline_note="Compared with the baseline of CPython 3.11 on Linux x86_64, 2 cores.",
        elapsed_seconds=13.5,
        root=ROOT,
    )  # fmt: skip


def passed_check() -> CheckReport:
    """Nothing to complain of, and no baseline."""
    return CheckReport(failed_check().targets[:1], "There is no baseline yet.", 5.2, ROOT)
