"""What the host can ask of the probe: one function a task, ``task(request, answers) -> fields``."""

import gc
import importlib
import json
import os
import platform
import sys
from time import perf_counter

from . import (
    answering,
    blaming,
    calling,
    checking,
    choosing,
    costs,
    fingerprint,
    gathering,
    inspecting,
    item_mark,
    loading,
    observing,
    ownership,
    shipping,
    state,
    summing_up,
    timing,
    watching,
)
from .engines import ENGINES

SAMPLED_RESULTS = 5
SAMPLED_RESULT_SECONDS = 0.3
DIGEST_SECONDS = 0.2
SLOW_CALL_SECONDS = 0.05


def profile(request, answers):
    """Say what the target is, then time it serially.

    Request: ``target``, ``inputs``, ``unpack``, ``calls``, ``setup``, ``seed``, ``bare_seconds``,
    ``gil_seconds``; ``describe_only`` to stop before the first call; ``long_seconds``, from which on a call is
    made no more often than needed; ``most_calls``, how many calls may be made, at least two; ``mark_file``,
    where to note the item that is being called.
    """
    # Before the target is imported, which may switch the GIL on.
    interpreter = costs.identity()
    function, items, facts = _load_job(request)
    answers.send("facts", **facts, interpreter=interpreter)
    if request.get("describe_only"):
        return {}
    loading.run_setup(request["setup"])
    answers.send("alive")
    calls = facts["calls"]
    rss_before_bytes = observing.rss_bytes()
    ownership.claim(request["target"]["module"])
    marks = [state.snapshot(function, request["target"]["module"])]
    run, order = _serial_run(request, function, items, facts, answers)
    results = [run.block(1)]
    checking.check_result(results[0], request["target"]["text"])
    first_seconds = run.blocks[0][1]
    marks.append(state.snapshot(function, request["target"]["module"]))
    spent_seconds = first_seconds
    # The timing below needs three calls, or whatever there may be.
    wanted = min(SAMPLED_RESULTS, calls, run.calls_left - 2)
    while len(results) < wanted and spent_seconds < SAMPLED_RESULT_SECONDS:
        results.append(run.block(1))
        spent_seconds += run.blocks[-1][1]
    peak_bytes = observing.peak_rss_bytes()
    arguments = [items[order[i % len(order)] % len(items)] for i in range(len(results))]
    sizes = shipping.measure(arguments, results, answers.alive)
    answers.send("alive")
    long_seconds = request.get("long_seconds", float("inf"))
    measured = timing.time_serially(
        run, first_seconds, request["bare_seconds"], request["gil_seconds"], max(calls, 1), long_seconds
    )
    return {
        **measured,
        **sizes,
        "peak_rss_bytes": max(peak_bytes, observing.peak_rss_bytes()),
        "rss_before_bytes": rss_before_bytes,
        "observations": _left_by_slow_calls(function, request, marks, measured["wall_seconds_per_call"]),
        "calls_made": sum(count for count, _ in run.blocks),
    }


def _left_by_slow_calls(function, request, marks, call_seconds):
    """Calls that ``inspect`` has no time to make were watched here, round the timing and not in it."""
    if call_seconds < SLOW_CALL_SECONDS:
        return []
    marks.append(state.snapshot(function, request["target"]["module"]))
    return summing_up.slow_observations(function, marks)


def serial_run(request):
    """The job's calls, at most ``most_calls``, ready to be run one by one by someone who has no answers to give."""
    function, items, facts = _load_job(request)
    loading.run_setup(request["setup"])
    return _serial_run(request, function, items, facts, None)[0]


def _serial_run(request, function, items, facts, answers):
    call = calling.make_call(function, facts["unpack"])
    order = choosing.mix(choosing.choose(facts["calls"], min(facts["calls"], 100_000), request["seed"]))
    runner = timing.block_runner(call, facts["is_coroutine"])
    mark = item_mark.open_mark(request.get("mark_file"), len(items))
    return timing.SerialRun(runner, items, order, answers, request.get("most_calls"), mark), order


def trial(request, answers):
    """Run one plan over some or all of the job's calls.

    Request: that of ``profile``, with ``idiom``, ``parameters`` of the engine, ``sample_calls``, ``warm`` and,
    for a serial idiom, ``note_calls``: of how many single calls to tell the seconds; ``environment``: variables
    to set before the target's module and what it imports are loaded.
    """
    os.environ.update(request.get("environment", {}))
    function, items, facts = _load_job(request)
    _tell_workers(request)
    loading.run_setup(request["setup"])
    answers.send("alive")
    model, _ = ENGINES[request["idiom"]]
    _track_shared_memory()
    engine = load_engine(request["idiom"])
    call = _call_for(function, facts, request["idiom"])
    numbers = choosing.choose(facts["calls"], request["sample_calls"], request["seed"])
    chosen = [items[number % len(items)] for number in numbers]
    noted = _noted(call, facts, request)
    most_calls = request.get("most_calls")
    warm = request["warm"] and (most_calls is None or len(chosen) < most_calls)
    if warm:
        timing.block_runner(calling.make_call(function, facts["unpack"]), facts["is_coroutine"])(chosen[:1])
    gc.collect()
    cpu_before = observing.cpu_seconds()
    started = perf_counter()
    try:
        results = engine.run(noted or call, chosen, **request["parameters"])
    except BaseException as error:
        raise answering.describe_failure(error, blaming.find_item(error, items)) from error
    wall_seconds = perf_counter() - started
    cpu = [after - before for before, after in zip(cpu_before, observing.cpu_seconds())]
    processes = request["parameters"].get("processes", 0)
    peak_bytes = observing.peak_rss_bytes(processes)
    return {
        "calls": len(chosen),
        "calls_made": len(chosen) + warm,
        "wall_seconds": wall_seconds,
        "cpu_seconds": cpu[0] + cpu[2],
        "peak_rss_bytes": peak_bytes,
        "result_digests": _digests(items, numbers, results, facts["calls"], request["seed"]),
        "call_seconds": calling.spread(noted.seconds, request["note_calls"]) if noted else [],
        "startup_seconds": 0.0 if model == "serial" else _startup_seconds(engine, request),
    }


def _track_shared_memory():
    """One tracker for all workers, where calls may share memory: then what is left when they are killed is removed."""
    if "multiprocessing.shared_memory" in sys.modules:
        importlib.import_module("multiprocessing.resource_tracker").ensure_running()


def _noted(call, facts, request):
    """The call with a clock round it, for a serial run that is asked for its single calls; else ``None``."""
    if not request.get("note_calls"):
        return None
    return (calling.NotedAwait if facts["is_coroutine"] else calling.Noted)(call)


def _digests(items, numbers, results, calls, seed):
    """[calls, digest of items, digest of results, sketch of results] over 1, 4, 16 ... of the calls, and over all.

    Which calls stand for a number is the same in every trial. Ends early where it would take long.
    """
    by_number = dict(zip(numbers, results))
    counts = [4**power for power in range(9) if 4**power < len(numbers)] + [len(numbers)]
    found = []
    ends = perf_counter() + DIGEST_SECONDS
    for count in counts:
        common = choosing.choose(calls, count, seed)
        before = perf_counter()
        of_items = fingerprint.digest([items[number % len(items)] for number in common])
        of_results = fingerprint.digest([by_number[number] for number in common])
        if of_items is None or of_results is None:
            break
        found.append([count, of_items, of_results, fingerprint.sketch([by_number[number] for number in common])])
        # The next count is up to four times as much work.
        if perf_counter() + 4 * (perf_counter() - before) > ends:
            break
    return found


def load_engine(idiom):
    """The engine's module, under this package's name."""
    return importlib.import_module("." + ENGINES[idiom][1], __package__ + ".engines")


def _load_job(request):
    """The function, the items and the facts about them; raises Unusable before any call is made."""
    target = request["target"]
    started = perf_counter()
    function = loading.load_target(target)
    import_seconds = perf_counter() - started
    alive = loading.threads_alive()
    module = sys.modules[target["module"]]
    items = gathering.load_items(request["inputs"], module, request["calls"])
    unpack = request["unpack"] or "none"
    if items is None:
        required = loading.required_parameters(function)
        if required:
            raise answering.Unusable(
                "%s needs arguments (%s): give items with --inputs-from, --inputs-expr or --inputs."
                % (target["text"], ", ".join(required))
            )
        unpack, items = "args", [()]
    else:
        loading.check_arity(function, items[0], unpack, target["text"])
    return function, items, _facts(request, function, items, unpack, import_seconds, alive)


def _facts(request, function, items, unpack, import_seconds, alive):
    import multiprocessing

    file, line = loading.source_place(function)
    default_calls = len(items) if request["inputs"]["kind"] != "none" else 100
    return {
        "name": request["target"]["text"],
        "file": file,
        "line": line,
        "python_version": platform.python_version(),
        "gil_enabled": observing.gil_enabled(),
        "is_coroutine": loading.is_coroutine_function(function),
        "unpack": unpack,
        "items": len(items),
        "calls": request["calls"] or default_calls,
        "import_seconds": import_seconds,
        "threads_after_import": alive,
        "start_methods": multiprocessing.get_all_start_methods(),
        "default_start_method": multiprocessing.get_start_method(),
        "shipping_obstacle": shipping.first_obstacle(function, items),
        "expression_imports": _expression_imports(request),
    }


def _expression_imports(request):
    if request["inputs"]["kind"] != "expression":
        return []
    return gathering.expression_imports(request["inputs"]["source"], sys.modules[request["target"]["module"]])


def _tell_workers(request):
    """Leave word for spawned workers, which run ``start.py`` anew."""
    job = {"target": request["target"], "setup": request["setup"]}
    start = importlib.import_module("__main__")
    os.environ[start.WORKER_VARIABLE] = json.dumps(job)


def _call_for(function, facts, idiom):
    # Pool.starmap takes the arguments apart itself.
    call = function if idiom == "Pool.starmap" else calling.make_call(function, facts["unpack"])
    awaited_by_engine = ENGINES[idiom][1] in ("serial_await", "asyncio_tasks")
    if not facts["is_coroutine"] or awaited_by_engine:
        return call
    # asyncio takes half as long to import as all the rest of the probe.
    from . import call_await

    return call_await.CallAwait(call)


def _startup_seconds(engine, request):
    """What the pool costs before and after its work: the same engine over calls that do nothing."""
    parameters = dict(request["parameters"])
    workers = parameters.get("processes", 1) * parameters.get("threads", 1)
    idle = calling.await_nothing if "tasks" in parameters else calling.do_nothing
    if parameters.get("start_method") == "forkserver":
        # The trial itself paid for starting the server; so must this.
        from multiprocessing import forkserver

        forkserver._forkserver._stop()  # noqa: SLF001 - there is no public way to stop it
    if "chunk_size" in parameters:
        parameters["chunk_size"] = 1
    items = [()] * max(workers, parameters.get("tasks", 1))
    if request["idiom"] == "Pool.starmap":
        items = [(None,)] * len(items)
    started = perf_counter()
    engine.run(idle, items, **parameters)
    return perf_counter() - started


def inspect(request, answers):
    """Look for state, handles and races that some way of running would get wrong.

    Request: that of ``profile``, with ``wall_seconds`` and ``wait_fraction`` of a call as timed, ``seconds`` for
    all calls and ``most_calls``.
    """
    function, items, facts = _load_job(request)
    loading.run_setup(request["setup"])
    answers.send("alive")
    return inspecting.inspect_calls(function, items, facts, request, answers)


def random_states(request, _answers):
    """The streams of random numbers as they stand before the first call in a fresh interpreter."""
    loading.load_target(request["target"])
    loading.run_setup(request["setup"])
    return {"random_states": watching.name_states(request["target"]["module"])}


TASKS = {"random_states": random_states, "profile": profile, "trial": trial, "inspect": inspect, "costs": costs.costs}
