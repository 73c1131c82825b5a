"""A few serial calls, with a fingerprint of the process before and after: what they leave behind."""

from __future__ import annotations

import copy
from time import perf_counter

from ..timing import os_counters
from . import call_effects, fingerprint, state
from .observations import state_observations, surroundings_observations
from .value_marks import mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .call_effects import AuditRecorder
    from .inspection import Inspection
    from .source_facts import Facts

HELD_SHARE = 0.8
"""Of a call's time: a lock held for so long is held for the whole call."""


class SerialCalls:
    """What the serial calls gave."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = items
        self.results: list[list[Any]] = []
        self.differs: bool | None = None
        self.first_seconds = 0.0
        self.seconds_per_call = 0.0
        self.steady: dict[str, list[float | None]] = {}
        """What gathers by the same amount in each round: path to that amount."""
        self.refill: list[Any] = []
        """Caches that were empty at the start and may be emptied again."""


def run_serial_calls(inspection: Inspection, source: Facts) -> SerialCalls:
    """A first call, then two rounds over the same items, with a fingerprint before and after each."""
    count = inspection.affordable_items()
    first, items = inspection.items[0], (inspection.items[1 : count + 1] or inspection.items[:1])
    serial = SerialCalls(items)
    recorder = call_effects.AuditRecorder()
    children = os_counters.processes_started()
    with call_effects.TimedLocks(inspection.module_name) as locks:
        marks = [state.snapshot(inspection.function, inspection.module_name)]
        around = [state.surroundings()]
        streams = [call_effects.random_states(inspection.module_name)]
        seconds = []
        for chosen in ([first], items, items):
            held_before = locks.held()
            before = perf_counter()
            results = _call_each(inspection, chosen, recorder)
            seconds.append(perf_counter() - before)
            serial.results.append(results)
            marks.append(state.snapshot(inspection.function, inspection.module_name))
            around.append(state.surroundings())
            streams.append(call_effects.random_states(inspection.module_name))
        held = [(name, s - held_before.get(name, (0.0,))[0], place) for name, (s, place) in locks.held().items()]
    serial.seconds_per_call = max(seconds[1:]) / len(items)
    serial.differs = fingerprint.compare(serial.results[1], serial.results[2])
    serial.first_seconds = seconds[0]
    inspection.native_threads = os_counters.native_threads()
    state_observations(inspection, serial, source, marks)
    surroundings_observations(inspection, recorder, around, streams, serial)
    _locks(inspection, held, seconds[-1], recorder)
    if os_counters.processes_started() != children:
        _try_as_daemon(inspection, first)
    return serial


def _call_each(inspection: Inspection, items: Sequence[Any], recorder: AuditRecorder) -> list[Any]:
    results = []
    for place, item in enumerate(items):
        own = copy.deepcopy(item) if inspection.changes_items else item
        before, size = mark(own), _length(own)
        recorder.call = place
        with recorder:
            results.append(inspection.run(own))
        if mark(own) != before:
            inspection.changes_items = True
            inspection.observe("changes-item", "item", _how_changed(own, size))
    return results


def _length(item: Any) -> int | None:
    return len(item) if isinstance(item, (list, dict, set, bytearray)) else None


def _how_changed(item: Any, size: int | None) -> str:
    name = type(item).__name__
    if size is not None and size != _length(item):
        return "The first item, a %s, had %d entries before the call and %d after." % (name, size, len(item))
    return "The first item, a %s, holds something else after the call." % name


def _locks(
    inspection: Inspection, held: Sequence[tuple[str, float, str]], seconds: float, recorder: AuditRecorder
) -> None:
    for name, held_seconds, place in held:
        if held_seconds > HELD_SHARE * seconds:
            outside = sorted({path for _, path, _, _ in recorder.opened_for_writing})
            guarded = " Under it %s is written." % outside[0] if outside else ""
            text = "%s is held for %.0f %% of a call (%s).%s"
            evidence = text % (name, 100 * held_seconds / seconds, place, guarded)
            inspection.observe("holds-lock", name, evidence, "outside" if outside else None)


def _try_as_daemon(inspection: Inspection, item: Any) -> None:
    """Whether the function, which starts processes, may do so in a worker of a pool."""
    import multiprocessing

    # There is no public way to be a daemon.
    settings: dict[str, Any] = vars(multiprocessing.current_process())["_config"]
    settings["daemon"] = True
    try:
        inspection.run(item)
    except AssertionError as error:
        said = str(error)[:120].rstrip(".")
        inspection.observe("pool-in-daemon", "multiprocessing", "Called in a worker, it fails: %s." % said)
    except Exception:
        return
    finally:
        settings.pop("daemon", None)
