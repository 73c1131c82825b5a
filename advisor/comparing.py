"""Whether two trials gave the same results, as far as their digests tell; pure."""

from __future__ import annotations

from collections.abc import Sequence

from .records import ResultDigest, Trial


def differ(a: Trial, b: Trial) -> bool:
    """Whether the same calls on the same items gave different results; False where that cannot be told."""
    theirs = {digest.calls: digest for digest in b.result_digests}
    return any(_differ(mine, theirs.get(mine.calls)) for mine in a.result_digests)


def results_in_doubt(trials: Sequence[Trial]) -> bool:
    """Whether some trial differs from the first serial one; a second serial run must say what that means."""
    serial = next((trial for trial in trials if trial.plan.model == "serial"), None)
    return serial is not None and any(differ(serial, trial) for trial in trials)


def _differ(mine: ResultDigest, theirs: ResultDigest | None) -> bool:
    return theirs is not None and mine.items == theirs.items and mine.results != theirs.results
