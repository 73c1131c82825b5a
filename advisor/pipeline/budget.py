"""What one analysis may take: an end in time, and how many calls of the function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .. import formatting as fmt
from ..child.interpreter import Ask, ChildFailedError, ChildLimits, Event
from ..decide.search.next_trial import Step
from ..records import Finding, Options, Recommendation, Trial

OVERTIME_SECONDS = 5.0
"""Beyond budget and one call's timeout: what is under way then is given up."""
LEAST_SECONDS = 0.2
"""No request is given less, so that it fails with a word of its own."""
LEAST_PROFILE_CALLS = 2
SAFE_SHARE = 0.7
"""Of the time left: what the first trial may expect to take."""
TRIAL_SHARE = 3
"""Of the calls that are left a trial takes about this part."""
CALLS_A_WORKER = 2
"""Fewer in a trial say nothing of a pool."""
SHARE_BEFORE_TRIALS = 4
"""What comes before the trials takes at most this part of the calls left, but always what it cannot do without."""


class AnalysisBudget:
    """Keeps count over every request of an analysis; ``around`` holds requests to what is left.

    A request that makes calls reads ``most_calls`` and answers with ``calls_made``.
    """

    def __init__(self, clock: Callable[[], float], ends_seconds: float, most_calls: int | None = None) -> None:
        self._clock = clock
        self._ends_seconds = ends_seconds
        self._most_calls = most_calls
        self.calls_made = 0
        """So far; a request that failed counts as all the calls that it was to make."""

    def seconds_left(self) -> float:
        """Until whatever is under way is given up."""
        return self._ends_seconds - self._clock()

    def calls_left(self) -> int | None:
        """How many calls may still be made; ``None`` where there is no bound."""
        return None if self._most_calls is None else max(0, self._most_calls - self.calls_made)

    def count(self, calls: int) -> None:
        """Calls were made, or may have been."""
        self.calls_made += calls

    def fitting(self, step: Step, first: bool) -> Step | None:
        """The step as it fits into what is left; ``None`` where it does not.

        Where calls are few a trial takes a share of them, though never so few that its workers idle. The first
        trial, which all others are measured against, is cut short rather than left out.
        """
        calls_left, most = self.calls_left(), step.calls
        if calls_left is not None:
            needed = 1 if first else CALLS_A_WORKER * step.plan.workers
            if needed > calls_left:
                return None
            most = min(most, max(needed, calls_left // TRIAL_SHARE))
        if first and step.expected_seconds > 0:
            in_time = step.calls * SAFE_SHARE * self.seconds_left() / step.expected_seconds
            most = min(most, max(1, int(min(in_time, step.calls))))
        return replace(step, calls=most, expected_seconds=step.expected_seconds * most / step.calls)

    def workers(self, options: Options) -> Options:
        """The options with no more workers than the calls there may be can keep busy."""
        if self._most_calls is None:
            return options
        most = max(2, self._most_calls // (2 * TRIAL_SHARE * CALLS_A_WORKER))
        return replace(options, max_workers=min(most, options.max_workers or most))

    def qualified(self, advice: Recommendation | None, trials: Sequence[Trial]) -> Recommendation | None:
        """The advice, with no more confidence than the calls there were allow."""
        only_serial = all(trial.plan.model == "serial" for trial in trials)
        if advice is None or self._most_calls is None or not only_serial:
            return advice
        why = f"--max-calls {self._most_calls} left too few calls to try anything but serial."
        return replace(advice, confidence="low", reasons=(*advice.reasons[:1], why))

    def findings(self, wanted: Step | None) -> tuple[Finding, ...]:
        """What there is to say of a step that did not fit."""
        if wanted is None or self._most_calls is None:
            return ()
        return (
            Finding(
                code="max-calls",
                severity="note",
                message=f"The trials ended at --max-calls {self._most_calls}: more calls might "
                "have changed the advice.",
                evidence=f"{fmt.count(self.calls_made, 'call')} made; the next trial was to "
                f"make {fmt.count(wanted.calls)}.",
            ),
        )

    def around(self, ask: Ask) -> Ask:
        """The same, within these bounds."""

        def bounded(
            python: str,
            request: Mapping[str, Any],
            limits: ChildLimits,
            on_event: Callable[[Event], None] = lambda _event: None,
        ) -> Event:
            left = max(LEAST_SECONDS, self.seconds_left())
            most = self._most_calls_of(request)
            tight = replace(limits, total_seconds=min(limits.total_seconds, left))
            made = [0]

            def listen(event: Event) -> None:
                made.append(int(event.get("calls_made", 0)))
                on_event(event)

            try:
                answer = ask(python, {**request, "most_calls": most}, tight, listen)
            except ChildFailedError:
                self.count(max(_planned_calls(request, most), *made))
                raise
            self.count(int(answer.get("calls_made", 0)))
            return answer

        return bounded

    def _most_calls_of(self, request: Mapping[str, Any]) -> int | None:
        left = self.calls_left()
        if left is None or "sample_calls" in request:
            return left
        least = LEAST_PROFILE_CALLS if request.get("task") == "profile" else 0
        return min(left, max(least, left // SHARE_BEFORE_TRIALS))


def _planned_calls(request: Mapping[str, Any], most: int | None) -> int:
    if "sample_calls" not in request:
        return most or 0
    planned = int(request["sample_calls"]) + 1
    return planned if most is None else min(planned, most)
