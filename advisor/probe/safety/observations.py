"""From fingerprints before and after to observations: what was lost, what is a cache, what cannot be told."""

from __future__ import annotations

import collections
import os

from . import source_walk, state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from .call_effects import AuditRecorder
    from .inspection import Inspection
    from .serial_calls import SerialCalls
    from .source_facts import Facts
    from .state import Fingerprint, Variable

LOST, CACHE, UNTOLD = "lost", "cache", "untold"
_CODES = {
    "global": "writes-global",
    "class-attribute": "writes-class-attribute",
    "closure": "writes-closure",
    "default": "writes-closure",
}


def state_observations(
    inspection: Inspection, serial: SerialCalls, source: Facts, marks: Sequence[Fingerprint]
) -> None:
    """Name each variable that the calls changed, and say what the change means.

    ``marks``: fingerprints at the start, after the first call, after a round over other items, and after the
    same round again.
    """
    start, first, once, again = marks
    in_first, in_round, in_repeat = (
        set(state.changes(a, b)) for a, b in ((start, first), (first, once), (once, again))
    )
    for path in sorted(in_first | in_round | in_repeat):
        variable = again.get(path) or once.get(path) or first.get(path)
        if variable is None or _is_stream(variable.value):
            continue
        if variable.kind == "cache":
            inspection.observe(
                "fills-cache", path, "%s is functools.lru_cache: %s." % (path, _entries(variable)), CACHE
            )
            continue
        name = state.last_name(path)
        meaning = _meaning(path, name, serial, source, in_round, in_repeat, (first, once, again))
        code = "fills-cache" if meaning == CACHE else _CODES[variable.kind]
        inspection.observe(code, path, _evidence(path, name, source, marks), meaning)
        _note_for_stress(serial, path, marks, meaning)


def _meaning(
    path: str,
    name: str,
    serial: SerialCalls,
    source: Facts,
    in_round: set[str],
    in_repeat: set[str],
    marks: Sequence[Fingerprint],
) -> str:
    read = name in source.reads or not source.complete
    if path not in in_round and path not in in_repeat:
        # Only the first call: built when it was needed, unless nobody here ever reads it again.
        return CACHE if read or len(serial.items) > 1 else UNTOLD
    gathers = path in in_repeat and not _only_replaced(*(seen.get(path) for seen in marks[1:]))
    if gathers:
        return LOST
    if serial.differs:
        return LOST
    if name in source.reads:
        return CACHE
    return LOST if source.complete else UNTOLD


def slow_observations(function: Callable[..., Any], marks: Sequence[Fingerprint]) -> list[dict[str, str | None]]:
    """What calls changed that are too slow to be made again: fingerprints before, after the first, after the last.

    No item was called twice, so that a cache shows only by being read.
    """
    source = source_walk.read_source(function)
    start, first, last = marks
    later = set(state.changes(first, last))
    found: list[dict[str, str | None]] = []
    for path in sorted(set(state.changes(start, last)) | later):
        variable, name = last.get(path), state.last_name(path)
        if variable is None or _is_stream(variable.value) or variable.kind == "cache":
            continue
        updated = any(write.name == name and write.read_first for write in source.writes)
        if path in later and (updated or (source.complete and name not in source.reads)):
            meaning = LOST
        else:
            meaning = CACHE if path not in later and name in source.reads else UNTOLD
        code = "fills-cache" if meaning == CACHE else _CODES[variable.kind]
        evidence = _evidence(path, name, source, marks)
        found.append({"code": code, "name": path, "evidence": evidence, "meaning": meaning})
    return found


def _only_replaced(once: Variable | None, again: Variable | None) -> bool:
    """A full cache that drops old entries for new ones: it grows no more, and no entry ever changes its value."""
    if once is None or again is None or not isinstance(again.value, dict):
        return False
    then, now = once.mark[1], again.mark[1]
    if not isinstance(then, frozenset) or not isinstance(now, frozenset) or len(now) > len(then):
        return False
    older = dict(then)
    return all(older.get(key, part) == part for key, part in now)


def _note_for_stress(serial: SerialCalls, path: str, marks: Sequence[Fingerprint], meaning: str) -> None:
    start, first, once, again = (seen.get(path) for seen in marks)
    if meaning == CACHE and start is not None and again is not None and isinstance(start.value, (dict, list, set)):
        if any(start.amount[:1]) or serial.first_seconds > 2 * serial.seconds_per_call:
            return
        serial.refill.append(again.value)
    if meaning != CACHE and first is not None and once is not None and again is not None:
        rounds = [[b - a for a, b in zip(x.amount, y.amount)] for x, y in ((first, once), (once, again))]
        steps = [a if a == b else None for a, b in zip(*rounds)]
        if any(steps):
            serial.steady[path] = steps


def _evidence(path: str, name: str, source: Facts, marks: Sequence[Fingerprint]) -> str:
    shown = [seen[path].text if path in seen else state.ABSENT for seen in marks]
    change = "changed in every call"
    if shown[0] != shown[-1]:
        change = "%s before, %s after a few calls" % (shown[0], shown[-1])
    place = source.place_of(name) or source.place_of(path.split(".", maxsplit=1)[0])
    return "%s: %s%s." % (path, change, "; " + place if place else "")


def _entries(variable: Variable) -> str:
    return "%d entries" % variable.value.cache_info().currsize


def _is_stream(value: Any) -> bool:
    """Random number generators are spoken of as such."""
    return hasattr(value, "bit_generator") or hasattr(value, "getstate") or type(value).__name__ == "RandomState"


def surroundings_observations(
    inspection: Inspection,
    recorder: AuditRecorder,
    around: Sequence[dict[str, Any]],
    streams: Sequence[dict[str, int]],
    serial: SerialCalls,
) -> None:
    """Environment, directory, locale, random streams and files left open, over the same fingerprints."""
    _environment(inspection, recorder, around)
    _directory(inspection, recorder, around)
    if around[0]["locale"] is not None and len({a["locale"] for a in around[1:]}) > 1:
        inspection.observe("changes-environment", "locale", "The process's locale differs from call to call.", LOST)
    _files_left(inspection, around, len(serial.items))
    _files_written(inspection, recorder)
    start, first, once, again = streams
    for name in again:
        # A stream that is not there yet at the start was imported by the first call.
        if len({start.get(name, first.get(name)), first.get(name), once.get(name), again[name]}) > 1:
            if once.get(name) != again[name]:
                inspection.observe("changes-random-state", name, "The calls draw from %s." % name, "draws")
            elif first.get(name) != once.get(name) or inspection.only_item:
                inspection.observe("changes-random-state", name, "The calls seed %s." % name, "seeds")


def _environment(inspection: Inspection, recorder: AuditRecorder, around: Sequence[dict[str, Any]]) -> None:
    before, after = around[0]["environment"], around[-1]["environment"]
    changed = sorted(name for name in set(before) | set(after) if before.get(name) != after.get(name))
    steady = around[1]["environment"] == around[2]["environment"]
    written = collections.OrderedDict((name, place) for _, name, place in recorder.variables)
    for name in dict.fromkeys((*written, *changed)):
        values = len([1 for _, seen, _ in recorder.variables if seen == name])
        place = written.get(name, "")
        restored = before.get(name) == after.get(name)
        meaning = CACHE if steady and not restored and values <= inspection.calls_made else LOST
        inspection.observe(
            "changes-environment", name, "os.environ[%r] is set%s." % (name, _in_brackets(place)), meaning
        )


def _directory(inspection: Inspection, recorder: AuditRecorder, around: Sequence[dict[str, Any]]) -> None:
    moved = [path for _, path, _ in recorder.directories]
    if not moved and around[0]["directory"] == around[-1]["directory"]:
        return
    place = recorder.directories[0][2] if recorder.directories else ""
    once = len(set(moved)) == 1 and around[1]["directory"] == around[-1]["directory"] != around[0]["directory"]
    where = " to %s" % ", ".join(sorted(set(moved))[:2]) if moved else ""
    inspection.observe(
        "changes-directory",
        "the working directory",
        "The calls change it%s%s." % (where, _in_brackets(place)),
        CACHE if once else LOST,
    )


def _files_left(inspection: Inspection, around: Sequence[dict[str, Any]], calls: int) -> None:
    counts = [len(a["descriptors"]) for a in around]
    if counts[3] - counts[2] >= calls and counts[2] - counts[1] >= calls:
        new = sorted(set(around[3]["descriptors"].values()) - set(around[2]["descriptors"].values()))
        what = new[0] if new else sorted(around[3]["descriptors"].values())[-1]
        inspection.observe(
            "leaves-files-open",
            "files",
            "%d more descriptors are open after %d calls, such as %s." % (counts[3] - counts[1], 2 * calls, what),
            LOST,
        )


def _files_written(inspection: Inspection, recorder: AuditRecorder) -> None:
    """A file that calls on different items both write afresh: the last of them wins."""
    calls_by_path: dict[str, tuple[dict[int, bool], str]] = {}
    for call, path, appending, place in recorder.opened_for_writing:
        if not appending:
            calls_by_path.setdefault(path, ({}, place))[0][call] = True
    for path, (calls, place) in calls_by_path.items():
        if len(calls) > 1 and not os.path.isdir(path):
            inspection.observe(
                "shared-file",
                path,
                "Calls on different items write %s%s." % (path, _in_brackets(place)),
                LOST,
            )


def _in_brackets(place: str) -> str:
    return " (%s)" % place if place else ""
