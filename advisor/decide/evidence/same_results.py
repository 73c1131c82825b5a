"""Whether two trials gave the same results, as far as their digests tell; pure."""

from __future__ import annotations

from collections.abc import Sequence

from ...records import ResultDigest, Trial


def differ(a: Trial, b: Trial) -> bool:
    """Whether the same calls on the same items gave different results; False where that cannot be told."""
    theirs = {digest.calls: digest for digest in b.result_digests}
    return any(_differ(mine, theirs.get(mine.calls)) for mine in a.result_digests)


def results_in_doubt(trials: Sequence[Trial]) -> bool:
    """Whether some trial differs from the first serial one; a second serial run must say what that means."""
    serial = next((trial for trial in trials if trial.plan.model == "serial"), None)
    return serial is not None and any(differ(serial, trial) for trial in trials)


def _differ(mine: ResultDigest, theirs: ResultDigest | None) -> bool:
    if theirs is None or mine.items != theirs.items or mine.results == theirs.results:
        return False
    return not _alike(mine, theirs)


def _alike(mine: ResultDigest, theirs: ResultDigest) -> bool:
    """Whether they differ by the last digits of floats alone, within the tolerance of ``probe.safety.fingerprint``."""
    if mine.structure is None or mine.structure != theirs.structure or len(mine.sums) != len(theirs.sums):
        return False
    allowed = max(mine.allowed, theirs.allowed)
    return all(abs(a - b) <= allowed for a, b in zip(mine.sums, theirs.sums, strict=True))
