"""Entry of the probe: ``python start.py REQUEST ANSWERS``, both numbers of inherited pipe ends.

The host writes one JSON object to REQUEST, in a line: ``{"task": NAME, ...}``; each task's fields are
those of the function that ``tasks.TASKS`` names. With ``stand_by`` more requests may follow: see ``standing_by``.
The probe writes JSON objects to ANSWERS, one a line, each with
an ``event``:

``alive``    the probe is between two calls; sent at most every 0.1 s, so that silence measures one call
``standing_by``, ``forked``, ``ended``  only to a request to stand by: see ``standing_by``
``facts``    what the target and its items are, and which ``interpreter`` this is
``measuring``  ``what`` cost of the machine is measured next; only of a full table
``inspecting``  ``what`` is done next, "serial" or "stress", with the answer to ``inspect`` so far
``part``     of a call that still runs: every 0.2 s, with the fields of the answer to ``profile_part`` so far
*task*       the answer to the task, under the task's name; the last line of a good run
``failed``   ``kind`` ("unusable", "raised", "exited", "memory", "unpicklable") and ``message``; the last line
             of a bad one

A stream that ends without an answer or ``failed`` is a crash; the exit status says which. Standard input is
empty, and standard output and standard error belong to the user's function.

Types stand in comments here, so that an interpreter that is too old can read this file and say so.

This is a plain guarded script because ``multiprocessing`` runs its main script again in every spawned worker,
under the name ``__mp_main__``. Such a worker imports the target and runs the job's set-up here, as it would
from the user's own script.
"""

import json
import os
import sys

PACKAGE = "_advisor_probe"
WORKER_VARIABLE = "ADVISOR_PROBE_JOB"
LEAST_VERSION = (3, 9)


def add_package():  # type: () -> None
    """Make this folder importable as a package, and take it off the path, where it could hide modules."""
    import importlib.util

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder or os.curdir) != here]
    if PACKAGE not in sys.modules:
        init = os.path.join(here, "__init__.py")
        spec = importlib.util.spec_from_file_location(PACKAGE, init, submodule_search_locations=[here])
        if spec is None or spec.loader is None:
            sys.exit("%s cannot be imported." % init)
        module = importlib.util.module_from_spec(spec)
        sys.modules[PACKAGE] = module
        spec.loader.exec_module(module)


def _behave():  # type: () -> None
    """Leave no core files, and be the first to go if the system runs out of memory after all."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except (ImportError, OSError, ValueError):
        return


def _prepare_worker():  # type: () -> None
    """Bring a spawned worker to where the user's own script would have brought it."""
    from _advisor_probe.target import loading

    job = json.loads(os.environ[WORKER_VARIABLE])
    loading.load_target(job["target"])
    loading.run_setup(job["setup"])


def _answer():  # type: () -> int
    """Read the request, do the task, write the answer; the exit status is the host's second source."""
    if sys.version_info < LEAST_VERSION:
        sys.exit("Python %d.%d is too old: CPython %d.%d or newer is needed." % (sys.version_info[:2] + LEAST_VERSION))
    add_package()
    from _advisor_probe import supervisor

    supervisor.supervise()
    _behave()
    from _advisor_probe import answers, tasks

    request_pipe, answer_pipe = (answers.open_inherited(word) for word in sys.argv[1:3])
    with os.fdopen(request_pipe, encoding="utf-8") as pipe:
        request = json.loads(pipe.readline())
        sys.argv[:] = [request.get("argv0", "")]
        if request.get("stand_by"):
            from _advisor_probe import standing_by

            return int(standing_by.serve(tasks.find_task, request, pipe, answer_pipe))
    return int(answers.run(tasks.find_task(request["task"]), request, answer_pipe))


if __name__ == "__main__":
    sys.exit(_answer())
elif __name__ == "__mp_main__":
    add_package()
    if WORKER_VARIABLE in os.environ:
        _prepare_worker()
