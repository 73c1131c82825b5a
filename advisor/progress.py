"""What the user sees while the analysis runs: one line on standard error, or nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from .estimates import estimate_plans
from .formatting import count, ratio, workers
from .records import TargetFacts, Trial

if TYPE_CHECKING:
    from .child import Event
    from .search import Step


class Progress:
    """Silent; the base of those that speak."""

    def stage(self, what: str) -> None:
        """A stage begins."""

    def facts(self, facts: TargetFacts) -> None:
        """The target is known."""

    def trial(self, step: Step, trials: Sequence[Trial]) -> None:
        """A trial begins, after ``trials``."""

    def cost(self, event: Event) -> None:
        """The probe measures a cost of the machine."""

    def close(self) -> None:
        """Nothing more will come."""


class LineProgress(Progress):
    """Says each step in a line of its own, or over the last line where the stream is a terminal."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._overwrite = stream.isatty()

    def stage(self, what: str) -> None:
        """A stage begins."""
        self._say(f"{what} …")

    def facts(self, facts: TargetFacts) -> None:
        """The target is known."""
        self._say(f"{facts.name}: {count(facts.calls, 'call')} to make; timing it serially …")

    def trial(self, step: Step, trials: Sequence[Trial]) -> None:
        """A trial begins."""
        estimates = estimate_plans(trials)
        best = max(estimates, key=lambda estimate: estimate.speedup, default=None)
        so_far = ""
        if best is not None and best.plan.model != "serial":
            so_far = f" (best so far: {workers(best.plan)}, {ratio(best.speedup)})"
        self._say(f"trial {len(trials) + 1}: {step.plan.model}, {workers(step.plan)}{so_far} …")

    def cost(self, event: Event) -> None:
        """The probe measures a cost of the machine."""
        if "what" in event:
            self._say(f"measuring {event['what']} …")

    def close(self) -> None:
        """Leave a terminal's line empty."""
        if self._overwrite:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()

    def _say(self, text: str) -> None:
        self._stream.write(f"\r\x1b[2K{text[:100]}" if self._overwrite else f"{text}\n")
        self._stream.flush()
