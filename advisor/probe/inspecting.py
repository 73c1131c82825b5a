"""Calls the function a few times, watching what it leaves behind, then many times at once; says what it saw.

Answers with observations: ``code``, ``name``, ``evidence`` and ``meaning``. What each means for a model is the
host's to say.
"""

import asyncio
import copy
import time

from . import calling, fingerprint, handles, observing, ownership, pickling, source_reading, state, stress, watching
from .marking import mark
from .summing_up import state_observations, surroundings_observations

MOST_ITEMS = 4
SERIAL_SHARE = 0.45
LONGEST_CALL_SHARE = 0.8
"""Of the time there is: a call that takes longer is not made at all."""
MOST_THREADS = 8
FEWEST_THREADS = 2
MOST_TASKS = 16
STRESS_SHARE = 0.35
COMPARING_SECONDS = 0.15


class Inspection:
    """One look at a function: the calls it has made, the time it has, and what it has seen."""

    def __init__(self, function, items, facts, request):
        self.function = function
        self.facts = facts
        self.module_name = request["target"]["module"]
        self.call_seconds = request["wall_seconds"]
        self.wait_fraction = request["wait_fraction"]
        self.seconds = request["seconds"]
        self.most_calls = request.get("most_calls")
        self.call = calling.make_call(function, facts["unpack"])
        self.loop = asyncio.new_event_loop() if facts["is_coroutine"] else None
        self.items = _spread(items, MOST_ITEMS + 1)
        self.calls_made = 0
        self.native_threads = None
        self.changes_items = False
        """Then every call gets a copy of its item."""
        self.observations = []

    def run(self, item):
        """Make one call."""
        self.calls_made += 1
        if self.loop is None:
            return self.call(item)
        return self.loop.run_until_complete(self._awaited(item))

    async def _awaited(self, item):
        return await self.call(item)

    def see(self, code, name, evidence, meaning=None):
        """Note an observation, once for each code and name."""
        if not any(o["code"] == code and o["name"] == name for o in self.observations):
            self.observations.append({"code": code, "name": name, "evidence": evidence, "meaning": meaning})

    def affordable_items(self):
        """How many different items can be called three times over in the time for serial calls; 0 for none."""
        if 3 * self.call_seconds > LONGEST_CALL_SHARE * self.seconds * 2:
            return 0
        seconds = SERIAL_SHARE * self.seconds
        affordable = int((seconds - self.call_seconds) / (2 * max(self.call_seconds, 1e-7)))
        wanted = max(1, min(MOST_ITEMS, affordable))
        return wanted if self._may_make(1 + 2 * wanted) else 0

    def _may_make(self, calls):
        return self.most_calls is None or self.calls_made + calls <= self.most_calls


def inspect_calls(function, items, facts, request, answers):
    """The whole look; ``answers`` hears of each stage before it begins."""
    look = Inspection(function, items, facts, request)
    states_at_start = watching.name_states(look.module_name)
    source = source_reading.read_source(function)
    _look_at_source(look, source)
    serial = None
    if look.affordable_items():
        answers.send("looking", what="serial")
        serial = _watch_serial_calls(look, source)
        answers.send("looking", what="stress", **_answer(look, serial, states_at_start, None))
        stressed = _stress(look, serial, source)
    else:
        stressed = None
    return _answer(look, serial, states_at_start, stressed)


def _answer(look, serial, states_at_start, stressed):
    return {
        "calls_made": look.calls_made,
        "observations": look.observations,
        "differs_on_repeat": None if serial is None else serial.differs,
        "stressed_calls": 0 if stressed is None else len(stressed.results),
        "stressed_workers": 0 if stressed is None else stressed.workers,
        "random_states": states_at_start,
        "native_threads": look.native_threads,
    }


def _look_at_source(look, source):
    for code, name, what, place in handles.shared_handles(source.names):
        look.see(code, name, "%s is %s; %s." % (name, what, place))
    for kind, place in source.raised.items():
        lost = None if _handled(kind, source) else pickling.lost_exception(kind)
        if lost:
            look.see("unpicklable-exception", kind.__name__, "%s; %s." % (place, lost))
    for write in source.writes:
        if write.read_first and not write.locked:
            look.see("unlocked-update", write.name, "%s: %s" % (write.place, write.source))


def _handled(kind, source):
    return any(isinstance(seen, type) and issubclass(kind, seen) for seen in source.handled)


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


def _watch_serial_calls(look, source):
    """A first call, then two rounds over the same items, with a fingerprint before and after each."""
    count = look.affordable_items()
    first, items = look.items[0], (look.items[1 : count + 1] or look.items[:1])
    serial = SerialCalls(items)
    watch = watching.Watch()
    children = observing.processes_started()
    with watching.LocksTimed(look.module_name) as locks:
        marks = [state.snapshot(look.function, look.module_name)]
        around = [state.surroundings()]
        streams = [watching.random_states(look.module_name)]
        seconds = []
        for number, chosen in enumerate(([first], items, items)):
            before = time.perf_counter()
            results = _call_each(look, chosen, watch, number)
            seconds.append(time.perf_counter() - before)
            serial.results.append(results)
            marks.append(state.snapshot(look.function, look.module_name))
            around.append(state.surroundings())
            streams.append(watching.random_states(look.module_name))
        held = locks.held()
    serial.seconds_per_call = max(seconds[1:]) / len(items)
    serial.differs = fingerprint.compare(serial.results[1], serial.results[2])
    serial.first_seconds = seconds[0]
    look.native_threads = observing.native_threads()
    state_observations(look, serial, source, marks)
    surroundings_observations(look, watch, around, streams, serial)
    _locks(look, held, sum(seconds), watch)
    if observing.processes_started() != children:
        _try_as_daemon(look, first)
    return serial


def _call_each(look, items, watch, number):
    results = []
    for place, item in enumerate(items):
        item = copy.deepcopy(item) if look.changes_items else item
        before = mark(item)
        watch.call = place
        with watch:
            results.append(look.run(item))
        if mark(item) != before:
            look.changes_items = True
            look.see("changes-item", "item", _how_changed(item, before), "first" if number == 0 else "again")
    return results


def _how_changed(item, before):
    now = mark(item)
    size = len(item) if hasattr(item, "__len__") else None
    grown = isinstance(item, (list, dict, set)) and isinstance(before, tuple) and isinstance(before[1], (tuple, frozenset))
    if grown and size != len(before[1]):
        return "The item, a %s, had %d entries before the call and %d after." % (now[0], len(before[1]), size)
    return "The item, a %s, holds something else after the call." % type(item).__name__


def _locks(look, held, seconds, watch):
    for name, held_seconds, place in held:
        if held_seconds > 0.8 * seconds:
            outside = sorted({path for _, path, _, _ in watch.opened_for_writing})
            look.see(
                "holds-lock",
                name,
                "%s is held for %.0f %% of a call (%s).%s"
                % (name, 100 * held_seconds / seconds, place, " Under it %s is written." % outside[0] if outside else ""),
                "outside" if outside else None,
            )


def _try_as_daemon(look, item):
    """Whether the function, which starts processes, may do so in a worker of a pool."""
    import multiprocessing

    settings = multiprocessing.current_process()._config  # noqa: SLF001 - there is no public way to be a daemon
    settings["daemon"] = True
    try:
        look.run(item)
    except AssertionError as error:
        look.see("pool-in-daemon", "multiprocessing", "Called in a worker, it fails: %s." % str(error)[:120].rstrip("."))
    except Exception:
        return
    finally:
        settings.pop("daemon", None)


def _stress(look, serial, source):
    """The same calls by many at once; differences from the serial ones are races."""
    workers, seconds = _stress_plan(look, serial)
    if workers == 0:
        return None
    for container in serial.refill:
        container.clear()
    before = state.snapshot(look.function, look.module_name)
    if look.facts["is_coroutine"]:
        outcome = stress.in_tasks(look.call, serial.items, workers, look.loop)
    else:
        prepare = copy.deepcopy if look.changes_items else lambda items: items
        outcome = stress.in_threads(look.call, serial.items, workers, seconds, source.writers, prepare)
    look.calls_made += len(outcome.results) + len(outcome.errors)
    _compare_stress(look, serial, source, outcome, before)
    return outcome if outcome.ended and not outcome.errors else None


def _stress_plan(look, serial):
    """(Workers, seconds); no workers where the calls are too slow."""
    call, rounds = serial.seconds_per_call, len(serial.items)
    seconds = STRESS_SHARE * look.seconds
    if look.facts["is_coroutine"]:
        tasks = min(MOST_TASKS // rounds, int(2 * seconds / max(call * rounds * (1 - look.wait_fraction), 1e-6))) * rounds
        return (tasks if tasks >= FEWEST_THREADS and call < 2 * seconds and look._may_make(tasks) else 0), seconds
    for workers in (MOST_THREADS, 4, FEWEST_THREADS):
        expected = rounds * call * (look.wait_fraction + workers * (1 - look.wait_fraction))
        if expected <= 2 * seconds and look._may_make(stress.MOST_ROUNDS * workers * rounds):
            return workers, seconds
    return 0, seconds


def _compare_stress(look, serial, source, outcome, before):
    under = "tasks" if look.facts["is_coroutine"] else "threads"
    for error in outcome.errors:
        if not stress.is_refusal(error):
            look.see("race", "an exception", "With %d %s at once: %s." % (outcome.workers, under, stress.describe(error)))
    if serial.differs is False:
        wrong = _wrong_results(serial, outcome)
        if wrong:
            place = next(("; " + w.place + ": " + w.source for w in source.writes if not w.locked), "")
            text = "%d of %d calls by %d %s gave another result than alone%s."
            look.see("race", "the results", text % (len(wrong), len(outcome.results), outcome.workers, under, place))
    if outcome.errors or not outcome.ended:
        return
    after = state.snapshot(look.function, look.module_name)
    for path, steps in serial.steady.items():
        if path in before and path in after and len(after[path].amount) == len(steps):
            expected = [was + outcome.rounds * step for was, step in zip(before[path].amount, steps)]
            if any(abs(e - a) > 1e-9 * abs(e) for e, a in zip(expected, after[path].amount)):
                place = source.place_of(state.last_name(path))
                look.see(
                    "race",
                    path,
                    "%d calls by %d %s should have left %s at %s and left it at %s%s."
                    % (
                        len(outcome.results), outcome.workers, under, path, _figures(expected),
                        _figures(after[path].amount), "; " + place if place else "",
                    ),
                )  # fmt: skip


def _wrong_results(serial, outcome):
    """Results that are not those of the serial calls; not all are looked at where that takes long."""
    wrong = []
    ends = time.perf_counter() + COMPARING_SECONDS
    for number, result in outcome.results:
        if fingerprint.compare([serial.results[1][number]], [result]):
            wrong.append(number)
        if time.perf_counter() > ends:
            break
    return wrong


def _figures(amounts):
    return " and ".join("%.6g" % amount for amount in amounts[-1:])


def _spread(items, count):
    """A few different items from the whole range, the first one first."""
    if len(items) <= count:
        return list(items)
    return [items[number * (len(items) - 1) // (count - 1)] for number in range(count)]
