"""A few serial calls, with a fingerprint of the process before and after: what they leave behind."""

import copy
from time import perf_counter

from ..timing import observing
from . import call_effects, fingerprint, state
from .marking import mark
from .summing_up import state_observations, surroundings_observations

HELD_SHARE = 0.8
"""Of a call's time: a lock held for so long is held for the whole call."""


class SerialCalls:
    """What the serial calls gave."""

    def __init__(self, items):
        self.items = items
        self.results = []
        self.differs = None
        self.first_seconds = 0.0
        self.seconds_per_call = 0.0
        self.steady = {}
        """What gathers by the same amount in each round: path to that amount."""
        self.refill = []
        """Caches that were empty at the start and may be emptied again."""


def watch_serial_calls(look, source):
    """A first call, then two rounds over the same items, with a fingerprint before and after each."""
    count = look.affordable_items()
    first, items = look.items[0], (look.items[1 : count + 1] or look.items[:1])
    serial = SerialCalls(items)
    watch = call_effects.Watch()
    children = observing.processes_started()
    with call_effects.LocksTimed(look.module_name) as locks:
        marks = [state.snapshot(look.function, look.module_name)]
        around = [state.surroundings()]
        streams = [call_effects.random_states(look.module_name)]
        seconds = []
        for chosen in ([first], items, items):
            held_before = locks.held()
            before = perf_counter()
            results = _call_each(look, chosen, watch)
            seconds.append(perf_counter() - before)
            serial.results.append(results)
            marks.append(state.snapshot(look.function, look.module_name))
            around.append(state.surroundings())
            streams.append(call_effects.random_states(look.module_name))
        held = [(name, s - held_before.get(name, (0.0,))[0], place) for name, (s, place) in locks.held().items()]
    serial.seconds_per_call = max(seconds[1:]) / len(items)
    serial.differs = fingerprint.compare(serial.results[1], serial.results[2])
    serial.first_seconds = seconds[0]
    look.native_threads = observing.native_threads()
    state_observations(look, serial, source, marks)
    surroundings_observations(look, watch, around, streams, serial)
    _locks(look, held, seconds[-1], watch)
    if observing.processes_started() != children:
        _try_as_daemon(look, first)
    return serial


def _call_each(look, items, watch):
    results = []
    for place, item in enumerate(items):
        own = copy.deepcopy(item) if look.changes_items else item
        before, size = mark(own), _length(own)
        watch.call = place
        with watch:
            results.append(look.run(own))
        if mark(own) != before:
            look.changes_items = True
            look.see("changes-item", "item", _how_changed(own, size))
    return results


def _length(item):
    return len(item) if isinstance(item, (list, dict, set, bytearray)) else None


def _how_changed(item, size):
    name = type(item).__name__
    if size != _length(item):
        return "The first item, a %s, had %d entries before the call and %d after." % (name, size, len(item))
    return "The first item, a %s, holds something else after the call." % name


def _locks(look, held, seconds, watch):
    for name, held_seconds, place in held:
        if held_seconds > HELD_SHARE * seconds:
            outside = sorted({path for _, path, _, _ in watch.opened_for_writing})
            guarded = " Under it %s is written." % outside[0] if outside else ""
            text = "%s is held for %.0f %% of a call (%s).%s"
            evidence = text % (name, 100 * held_seconds / seconds, place, guarded)
            look.see("holds-lock", name, evidence, "outside" if outside else None)


def _try_as_daemon(look, item):
    """Whether the function, which starts processes, may do so in a worker of a pool."""
    import multiprocessing

    settings = multiprocessing.current_process()._config  # noqa: SLF001 - there is no public way to be a daemon
    settings["daemon"] = True
    try:
        look.run(item)
    except AssertionError as error:
        said = str(error)[:120].rstrip(".")
        look.see("pool-in-daemon", "multiprocessing", "Called in a worker, it fails: %s." % said)
    except Exception:
        return
    finally:
        settings.pop("daemon", None)
