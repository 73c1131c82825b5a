"""The stress run planned, made and compared with the serial calls."""

from __future__ import annotations

import copy

from ..timing import os_counters
from . import service_limit, state, stress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .inspection import Inspection
    from .serial_calls import SerialCalls
    from .source_facts import Facts
    from .state import Fingerprint
    from .stress import Outcome

MOST_THREADS = 8
FEWEST_THREADS = 2
MOST_TASKS = 16
STRESS_SHARE = 0.5
ROUNDING = 1e-9
LEAST_PATIENCE_SECONDS = 0.005
"""How long a thread waits for another at a store, besides the time of calls."""


def stress_calls(inspection: Inspection, serial: SerialCalls, source: Facts) -> Outcome | None:
    """The same calls by many at once; differences from the serial ones are races, or a limit of what they ask."""
    workers, seconds = _stress_plan(inspection, serial)
    if workers == 0:
        return None
    before = state.snapshot(inspection.function, inspection.module_name)
    outcome = _call_at_once(inspection, serial, source, workers, seconds)
    if not service_limit.is_limit(
        inspection,
        serial,
        source,
        outcome,
        lambda fewer: _call_at_once(inspection, serial, source, fewer, seconds / 2),
    ):
        _compare_stress(inspection, serial, source, outcome, before)
    return outcome if outcome.ended and not outcome.errors else None


def _call_at_once(inspection: Inspection, serial: SerialCalls, source: Facts, workers: int, seconds: float) -> Outcome:
    for container in serial.refill:
        container.clear()
    if inspection.loop is not None:
        outcome = stress.in_tasks(inspection.call, serial.items, workers, inspection.loop)
    else:
        patience = min(seconds / 2, LEAST_PATIENCE_SECONDS + 2 * workers * serial.seconds_per_call)
        prepare = copy.deepcopy if inspection.changes_items else lambda items: items
        # Without a GIL threads meet at a store by themselves, and several builds crash under a trace function.
        writers = source.writers if inspection.traces_stores and os_counters.gil_enabled() else {}
        outcome = stress.in_threads(inspection.call, serial.items, workers, seconds, writers, prepare, patience)
    inspection.calls_made += len(outcome.results) + len(outcome.errors)
    return outcome


def _stress_plan(inspection: Inspection, serial: SerialCalls) -> tuple[int, float]:
    """(Workers, seconds); no workers where the calls are too slow."""
    call, rounds = serial.seconds_per_call, len(serial.items)
    seconds = STRESS_SHARE * inspection.seconds
    if inspection.is_coroutine:
        a_round = call * rounds * max(1 - inspection.wait_fraction, 1e-6)
        tasks = min(MOST_TASKS // rounds, int(2 * seconds / max(a_round, 1e-9))) * rounds
        possible = tasks >= FEWEST_THREADS and call < 2 * seconds and inspection.may_make(tasks)
        return (tasks if possible else 0), seconds
    for workers in (MOST_THREADS, 4, FEWEST_THREADS):
        if workers > inspection.most_threads:
            continue
        expected = rounds * call * (inspection.wait_fraction + workers * (1 - inspection.wait_fraction))
        if expected <= 2 * seconds and inspection.may_make(stress.MOST_ROUNDS * workers * rounds):
            return workers, seconds
    return 0, seconds


def _compare_stress(
    inspection: Inspection, serial: SerialCalls, source: Facts, outcome: Outcome, before: Fingerprint
) -> None:
    who = "%d %s" % (outcome.workers, "tasks" if inspection.is_coroutine else "threads")
    for error in outcome.errors:
        if not stress.is_refusal(error):
            inspection.observe("race", "an exception", "With %s at once: %s." % (who, stress.describe(error)))
    if serial.differs is False:
        wrong = service_limit.wrong_results(serial, outcome)
        if wrong:
            place = next(("; %s: %s" % (w.place, w.source) for w in source.writes if not w.locked), "")
            text = "%d of %d calls by %s gave another result than alone%s."
            inspection.observe("race", "the results", text % (wrong, len(outcome.results), who, place))
    if not outcome.errors and outcome.ended:
        after = state.snapshot(inspection.function, inspection.module_name)
        for path, steps in serial.steady.items():
            if path in before and path in after and len(after[path].amount) == len(steps):
                expected = [
                    now if step is None else was + outcome.rounds * step
                    for was, step, now in zip(before[path].amount, steps, after[path].amount)
                ]
                _compare_amounts(inspection, source, path, expected, after[path].amount, outcome, who)


def _compare_amounts(
    inspection: Inspection,
    source: Facts,
    path: str,
    expected: Sequence[float],
    found: Sequence[float],
    outcome: Outcome,
    who: str,
) -> None:
    if all(abs(e - f) <= ROUNDING * abs(e) for e, f in zip(expected, found)):
        return
    place = source.place_of(state.last_name(path))
    text = "%d calls by %s should have left %s at %s and left it at %s%s."
    wanted, got = next((e, f) for e, f in zip(reversed(expected), reversed(found)) if e != f)
    where = "; " + place if place else ""
    inspection.observe("race", path, text % (len(outcome.results), who, path, "%.6g" % wanted, "%.6g" % got, where))
