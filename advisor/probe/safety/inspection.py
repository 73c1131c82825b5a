"""Calls the function a few times and records what that leaves behind, then makes many calls at once.

Answers with observations: ``code``, ``name``, ``evidence`` and ``meaning``. What each means for a model is decided
by the host.
"""

from __future__ import annotations

from ..target import calling
from . import call_effects, handles, loop_binding, pickling, serial_calls, source_walk, stress_run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..answers import Answers
    from ..target.job import Job
    from .serial_calls import SerialCalls
    from .source_facts import Facts
    from .stress import Outcome

MOST_ITEMS = 4
SERIAL_SHARE = 0.45
LONGEST_CALL_SHARE = 0.8
"""Of the time there is: a call that takes longer is not made at all."""


class Inspection:
    """The inspection of one function: the calls made so far, the time that it may take, and the observations."""

    def __init__(self, job: Job, request: dict[str, Any]) -> None:
        self.function = job.function
        self.is_coroutine = job.is_coroutine
        self.module_name = request["target"]["module"]
        self.call_seconds = request["wall_seconds"]
        self.wait_fraction = request["wait_fraction"]
        self.seconds = request["seconds"]
        self.most_calls = request.get("most_calls")
        self.most_threads = request.get("most_threads") or stress_run.MOST_THREADS
        self.call = calling.make_call(job.function, job.unpack)
        self.loop = calling.new_loop() if job.is_coroutine else None
        self.items = _spread(job.items, MOST_ITEMS + 1)
        self.only_item = len(job.items) == 1
        self.calls_made = 0
        self.native_threads: int | None = None
        self.traces_stores: bool = request.get("trace_stores", True)
        self.most_at_once: int | None = None
        """Above it, something outside the process answers otherwise."""
        self.changes_items = False
        """Then every call gets a copy of its item."""
        self.observations: list[dict[str, str | None]] = []

    def run(self, item: Any) -> Any:
        """Make one call."""
        self.calls_made += 1
        if self.loop is None:
            return self.call(item)
        return self.loop.run_until_complete(self._awaited(item))

    async def _awaited(self, item: Any) -> Any:
        return await self.call(item)

    def observe(self, code: str, name: str, evidence: str, meaning: str | None = None) -> None:
        """Note an observation, once for each code and name."""
        if not any(o["code"] == code and o["name"] == name for o in self.observations):
            self.observations.append({"code": code, "name": name, "evidence": evidence, "meaning": meaning})

    def affordable_items(self) -> int:
        """How many different items can be called three times over in the time for serial calls; 0 for none."""
        if 3 * self.call_seconds > LONGEST_CALL_SHARE * self.seconds * 2:
            return 0
        seconds = SERIAL_SHARE * self.seconds
        affordable = int((seconds - self.call_seconds) / (2 * max(self.call_seconds, 1e-7)))
        wanted = max(1, min(MOST_ITEMS, affordable))
        return wanted if self.may_make(1 + 2 * wanted) else 0

    def may_make(self, calls: int) -> bool:
        """Whether that many more calls are allowed."""
        return self.most_calls is None or self.calls_made + calls <= self.most_calls


def inspect_calls(job: Job, request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """The whole inspection; ``answers`` hears of each stage before it begins."""
    inspection = Inspection(job, request)
    states_at_start = call_effects.name_states(inspection.module_name)
    source = source_walk.read_source(job.function)
    _inspect_source(inspection, source)
    serial = None
    if inspection.affordable_items():
        answers.send("inspecting", what="serial")
        serial = serial_calls.run_serial_calls(inspection, source)
        answers.send("inspecting", what="stress", **_answer(inspection, serial, states_at_start, None))
        stressed = stress_run.stress_calls(inspection, serial, source)
        _find_loop_bound(inspection)
    else:
        stressed = None
    return _answer(inspection, serial, states_at_start, stressed)


def _answer(
    inspection: Inspection, serial: SerialCalls | None, states_at_start: list[list[str]], stressed: Outcome | None
) -> dict[str, Any]:
    return {
        "calls_made": inspection.calls_made,
        "observations": inspection.observations,
        "differs_on_repeat": None if serial is None else serial.differs,
        "stressed_calls": 0 if stressed is None else len(stressed.results),
        "stressed_workers": 0 if stressed is None else stressed.workers,
        "random_states": states_at_start,
        "native_threads": inspection.native_threads,
        "most_at_once": inspection.most_at_once,
    }


def _inspect_source(inspection: Inspection, source: Facts) -> None:
    for code, name, what, place in handles.shared_handles(source.names):
        inspection.observe(code, name, "%s is %s; %s." % (name, what, place))
    for kind, place in source.raised.items():
        lost = None if _handled(kind, source) else pickling.lost_exception(kind)
        if lost:
            inspection.observe("unpicklable-exception", kind.__name__, "%s; %s." % (place, lost))
    for write in source.writes:
        if write.read_first and not write.locked:
            inspection.observe("unlocked-update", write.name, "%s: %s" % (write.place, write.source))


def _find_loop_bound(inspection: Inspection) -> None:
    """Name what belongs to the loop that the calls ran in."""
    if inspection.loop is None:
        return
    for path, what in loop_binding.bound_variables(inspection.function, inspection.module_name, inspection.loop):
        inspection.observe("loop-bound", path, "%s, %s, belongs to the event loop of the calls." % (path, what))


def _handled(kind: type, source: Facts) -> bool:
    return any(isinstance(seen, type) and issubclass(kind, seen) for seen in source.handled)


def _spread(items: Sequence[Any], count: int) -> list[Any]:
    """A few different items from the whole range, the first one first."""
    if len(items) <= count:
        return list(items)
    return [items[number * (len(items) - 1) // (count - 1)] for number in range(count)]
