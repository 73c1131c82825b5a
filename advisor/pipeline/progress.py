"""What the user sees while the analysis runs, on standard error: a few live lines on a terminal, else plain ones."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO

from ..decide.evidence.estimates import estimate_plans
from ..formatting import clip, count, one_line, ratio, seconds, workers
from ..records import TargetFacts, Trial

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..child.interpreter import Event
    from ..decide.search.first_opinion import Opinion
    from ..decide.search.next_trial import Step

_LONGEST_LINE = 200
_MINUTE_SECONDS = 60


class Progress:
    """Silent; the base of those that speak."""

    def stage(self, what: str) -> None:
        """A stage begins."""

    def facts(self, facts: TargetFacts) -> None:
        """The target is known."""

    def opinion(self, opinion: Opinion) -> None:
        """What the profile promises, before any trial."""

    def trial(self, step: Step, trials: Sequence[Trial]) -> None:
        """A trial begins, after ``trials``."""

    def cost(self, event: Event) -> None:
        """The probe measures a cost of the machine."""

    def pause(self) -> None:
        """Something else is written to the terminal now; the next stage goes on."""

    def close(self) -> None:
        """Nothing more will come."""


class Standing(Progress):
    """Where the analysis stands, as text; those that show it say how in ``_changed``.

    Args:
        budget_seconds: What the whole may take, from now on; ``None`` where there is no budget.
        clock: Seconds that only ever grow.
    """

    def __init__(self, budget_seconds: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget_seconds = budget_seconds
        self._clock = clock
        self._started_seconds = clock()
        self.job = ""
        """The target and how many calls it is about."""
        self.now = ""
        """What is being done."""
        self.best = ""
        """The best so far; empty while nothing beats serial."""

    def stage(self, what: str) -> None:
        """A stage begins."""
        self._say(what)

    def facts(self, facts: TargetFacts) -> None:
        """The target is known."""
        self.job = f"{one_line(facts.name)}: {count(facts.calls, 'call')} to make"
        self._changed()

    def opinion(self, opinion: Opinion) -> None:
        """What the profile promises, before any trial."""
        if opinion.plan.model == "serial":
            self._say("first opinion, from the profile alone: nothing would gain")
        else:
            gain = f"{opinion.plan.model}, {workers(opinion.plan)}, about {ratio(opinion.predicted_speedup)} as fast"
            self._say(f"first opinion, from the profile alone: {gain}")

    def trial(self, step: Step, trials: Sequence[Trial]) -> None:
        """A trial begins."""
        best = max(estimate_plans(trials), key=lambda estimate: estimate.speedup, default=None)
        self.best = ""
        if best is not None and best.plan.model != "serial":
            self.best = f"best so far {ratio(best.speedup)}: {best.plan.model}, {workers(best.plan)}"
        self._say(f"trial {len(trials) + 1}: {step.plan.model}, {workers(step.plan)}")

    def cost(self, event: Event) -> None:
        """The probe measures a cost of the machine."""
        if "what" in event:
            self._say(f"measuring {event['what']}")

    def spent_fraction(self) -> float | None:
        """Of the budget, from 0 to 1."""
        if self._budget_seconds is None:
            return None
        return min(1.0, (self._clock() - self._started_seconds) / self._budget_seconds)

    def time_left(self) -> str:
        """As text; empty where there is no budget."""
        if self._budget_seconds is None:
            return ""
        left = round(self._budget_seconds - (self._clock() - self._started_seconds))
        if left < 1:
            return "finishing"
        return f"{seconds(left) if left >= _MINUTE_SECONDS else f'{left} s'} left"

    def _say(self, what: str) -> None:
        self.now = one_line(what)
        self._changed()

    def _changed(self) -> None:
        """Show it."""


class LineProgress(Standing):
    """Each step in a line of its own, for a log or a pipe."""

    def __init__(
        self,
        stream: TextIO,
        budget_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(budget_seconds, clock)
        self._stream = stream
        self._job_said = False

    def _changed(self) -> None:
        aside = "; ".join(part for part in (self.best, self.time_left()) if part)
        line = f"{self.now} ({aside}) …" if aside else f"{self.now} …"
        if self.job and not self._job_said:
            self._job_said = True
            line = self.job
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        self._stream.write(clip(line, _LONGEST_LINE).encode(encoding, "replace").decode(encoding) + "\n")
        self._stream.flush()


class LiveProgress(Standing):
    """A few lines that stay in place and vanish at the end, with the time left running down."""

    def __init__(
        self,
        stream: TextIO,
        budget_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner

        super().__init__(budget_seconds, clock)
        self._spinner = Spinner("dots" if (stream.encoding or "").lower().startswith("utf") else "line")
        self._live = Live(
            get_renderable=self.page,
            console=Console(file=stream, highlight=False),
            refresh_per_second=8,
            transient=True,
            redirect_stdout=False,
        )
        self._live.start()

    def page(self) -> RenderableType:
        """What stands there now; no line is wrapped."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        def line(text: str, style: str = "") -> Text:
            return Text(text, style=style, no_wrap=True, overflow="ellipsis")

        doing = Table.grid(padding=(0, 1))
        doing.add_row(self._spinner, line(self.now))
        parts: list[RenderableType] = [line(self.job, "bold")] if self.job else []
        parts.append(doing)
        if self.best:
            parts.append(line(f"  {self.best}", "green"))
        fraction = self.spent_fraction()
        if fraction is not None:
            left = Table.grid(padding=(0, 1))
            left.add_row("", ProgressBar(total=1.0, completed=fraction, width=20), line(self.time_left()))
            parts.append(left)
        return Group(*parts)

    def pause(self) -> None:
        """Leave the terminal as it was; the next stage goes on."""
        self._live.stop()

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._live.stop()

    def _changed(self) -> None:
        if self._live.is_started:
            self._live.refresh()
        else:
            self._live.start(refresh=True)


def open_progress(silent: bool, budget_seconds: float | None = None, stream: TextIO | None = None) -> Progress:
    """The progress that fits the stream, which is standard error unless another is given."""
    stream = stream or sys.stderr
    if silent:
        return Progress()
    if stream.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}:
        return LiveProgress(stream, budget_seconds)
    return LineProgress(stream, budget_seconds)
