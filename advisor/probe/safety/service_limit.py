"""Tells a limit of what the calls ask, such as a server that answers 429 above four at once, from a race."""

from __future__ import annotations

from time import perf_counter

from . import fingerprint, stress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .inspection import Inspection
    from .serial_calls import SerialCalls
    from .source_facts import Facts
    from .stress import Outcome

COMPARING_SECONDS = 0.15
WAITING_SHARE = 0.3
"""Of a call: less, and what it asks for cannot be what tells calls apart."""
ACCIDENT_SHARE = 0.05
"""Of all calls at once: so few failures come by chance, whatever the number at once."""


def is_limit(
    inspection: Inspection,
    serial: SerialCalls,
    source: Facts,
    outcome: Outcome,
    call_at_once: Callable[[int], Outcome],
) -> bool:
    """Whether a stress run failed because of how many calls were in flight, or by chance; notes it where so.

    Only calls that wait and that change no state of the process are asked again with fewer at once: where those
    are answered as alone, the difference lies outside the process.
    """
    if not outcome.ended or _went_well(serial, outcome) or not _asks_outside(inspection, source, outcome):
        return False
    if _is_accident(serial, outcome):
        error = outcome.errors[0]
        text = "%d of %d calls failed with %d at once: %s."
        evidence = text % (len(outcome.errors), _calls(outcome), outcome.workers, stress.describe(error))
        inspection.observe("occasional-failure", type(error).__name__, evidence)
        return True
    step = len(serial.items) if inspection.is_coroutine else 1
    fewer = outcome.workers // 2
    while fewer >= max(2, step) and inspection.may_make(stress.MOST_ROUNDS * fewer * len(serial.items)):
        if _went_well(serial, call_at_once(fewer)):
            _note_limit(inspection, serial, outcome, fewer)
            return True
        fewer //= 2
    return False


def wrong_results(serial: SerialCalls, outcome: Outcome) -> int:
    """How many results are not those of the serial calls; not all are compared where that takes long."""
    if serial.differs is not False:
        return 0
    wrong = 0
    ends = perf_counter() + COMPARING_SECONDS
    for number, result in outcome.results:
        wrong += fingerprint.compare([serial.results[1][number]], [result]) is True
        if perf_counter() > ends:
            break
    return wrong


def _went_well(serial: SerialCalls, outcome: Outcome) -> bool:
    return outcome.ended and not outcome.errors and not wrong_results(serial, outcome)


def _asks_outside(inspection: Inspection, source: Facts, outcome: Outcome) -> bool:
    if outcome.errors and all(stress.is_refusal(error) for error in outcome.errors):
        return True
    writes = any(str(seen["code"]).startswith("writes-") for seen in inspection.observations)
    unlocked = any(not write.locked for write in source.writes)
    return inspection.wait_fraction >= WAITING_SHARE and not writes and not unlocked


def _is_accident(serial: SerialCalls, outcome: Outcome) -> bool:
    failed = len(outcome.errors)
    return 0 < failed <= max(1, ACCIDENT_SHARE * _calls(outcome)) and not wrong_results(serial, outcome)


def _calls(outcome: Outcome) -> int:
    return len(outcome.results) + len(outcome.errors)


def _note_limit(inspection: Inspection, serial: SerialCalls, outcome: Outcome, most: int) -> None:
    what = "%d of %d calls" % (len(outcome.errors) or wrong_results(serial, outcome), _calls(outcome))
    how = "gave another result than alone"
    if outcome.errors:
        how = "failed (%s)" % stress.describe(outcome.errors[0])
    text = "With %d at once %s %s; with %d at once all were as alone."
    inspection.observe("concurrency-limit", "most at once", text % (outcome.workers, what, how, most), str(most))
    inspection.most_at_once = most
