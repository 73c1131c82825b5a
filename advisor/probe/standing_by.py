"""An interpreter that has imported the target and forks for each request: one import for many trials.

The first request says ``stand_by``. Once the target is imported, the items are made and the job's set-up has run, the
probe sends ``standing_by`` with ``obstacle``: why this process must not be forked, or ``None``. With an obstacle the
request is answered in this process and no other is read. Without one, every request, a line of JSON each, is answered
in a fork of this process, which therefore finds the state that a fresh interpreter would have before its first call.
Each fork is announced by ``forked`` with the ``supervisor_pid`` of the process that minds it, and its end by ``ended``
with the ``status``, as ``subprocess`` gives it, once nothing of what it started is left.
"""

from __future__ import annotations

import json
import os
import sys
import warnings

from . import answers as answering
from . import supervisor
from .target import forking, job, loading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO

    Task = Callable[[dict[str, Any], answering.Answers], dict[str, Any]]

NOT_AFTER_SETUP = 77
"""The exit status of the process that ran the job's set-up and must not be forked after it."""


def serve(find_task: Callable[[str], Task], request: dict[str, Any], requests: TextIO, descriptor: int) -> int:
    """Answer the request and all that follow it. Returns the exit status of this process.

    Args:
        find_task: From a task's name to its function.
        request: The first request.
        requests: The stream of all further ones.
        descriptor: Where answers are written.
    """
    answers = answering.Answers(descriptor)
    before = forking.State()
    try:
        loaded = job.Job(request)
        obstacle = before.obstacle(request["target"]["module"])
        if obstacle is None and request["setup"] is not None:
            _set_up(request, before)
    except BaseException as error:
        return answering.report(error, answers)
    answers.send("standing_by", obstacle=obstacle)
    job.keep(loaded)
    if obstacle is not None:
        return answering.run(find_task(request["task"]), request, descriptor)
    while True:
        _answer_in_a_fork(find_task, request, requests, descriptor, answers)
        line = requests.readline()
        if not line:
            return 0
        request = json.loads(line)


def _set_up(request: dict[str, Any], before: forking.State) -> None:
    """Run the job's set-up in a fork, which stands by in this process's place if it may be forked after that.

    Returns in the fork, or, where that must not be forked, in this process, in which no set-up has run.
    """
    child = _fork()
    if child == 0:
        before.begin_fork()
        loading.run_setup(request["setup"])
        loading.note_setup(request["setup"])
        if before.obstacle(request["target"]["module"]) is not None:
            os._exit(NOT_AFTER_SETUP)
        return
    status = os.waitpid(child, 0)[1]
    if os.waitstatus_to_exitcode(status) != NOT_AFTER_SETUP:
        supervisor.end_as(status)
    return


def _answer_in_a_fork(
    find_task: Callable[[str], Task],
    request: dict[str, Any],
    requests: TextIO,
    descriptor: int,
    answers: answering.Answers,
) -> None:
    supervising = _fork()
    if supervising == 0:
        os.setsid()
        supervisor.supervise()
        os.close(requests.fileno())
        answers.send("forked", supervisor_pid=os.getppid())
        forking.reseed()
        status = answering.run(find_task(request["task"]), request, descriptor)
        _flush()
        # What the target's module has registered to happen at exit is for the process that imported it.
        os._exit(status)
    answers.send("ended", status=os.waitstatus_to_exitcode(os.waitpid(supervising, 0)[1]))


def _fork() -> int:
    with warnings.catch_warnings():
        # The threads that it warns of are those of native libraries, which see to themselves at a fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        _flush()
        return os.fork()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue
