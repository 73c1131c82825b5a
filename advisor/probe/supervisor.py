"""A process between the host and the one that runs the user's code: ``supervisor.py COMMAND...``.

Whatever the user's code does to its parent, it does to this one and not to the host. On Linux this process also
becomes the parent of all descendants that lose their own, and so finds and ends them when the user's code has
come to its end, even those that have shed their environment, their group and their session.
"""

from __future__ import annotations

import os
import signal
import sys
from time import monotonic, sleep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

SET_CHILD_SUBREAPER = 36
"""From linux/prctl.h."""
TRACKER = b"multiprocessing.resource_tracker"
TRACKER_SECONDS = 1.0
LAST_DESCRIPTOR = 1024
STARTS_ANEW = sys.platform == "darwin"
STARTED_ANEW = "ADVISOR_SUPERVISED"
"""In the environment of an interpreter that has its supervisor already."""


def supervise(anew: bool = STARTS_ANEW) -> None:
    """Have a child do the rest. Returns in the child; the parent waits for it, ends what it left, and ends as it did.

    With ``anew`` the child is this very command in a fresh interpreter, and not a fork: on macOS a system library
    that is used after fork without exec may abort the process.
    """
    if not hasattr(os, "fork") or os.environ.pop(STARTED_ANEW, None) is not None:
        return
    _adopt_orphans()
    child = _start_again() if anew else os.fork()
    if child == 0:
        return
    # Its copies of the pipes would hide that the child has closed its own.
    os.closerange(0, LAST_DESCRIPTOR)
    status = _wait_for(child)
    _end_those_left()
    end_as(status)


def end_as(status: int) -> NoReturn:
    """End this process as another ended, by its status as ``os.wait`` gives it."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            number = signal.SIGKILL
        if hasattr(signal, "pthread_sigmask"):
            # It may have been kept from this process so far.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1)


def _start_again() -> int:
    """This interpreter's own command once more, with every inheritable descriptor. Returns its number."""
    words = getattr(sys, "orig_argv", None) or _command_words()
    return os.posix_spawn(sys.executable, [sys.executable, *words[1:]], {**os.environ, STARTED_ANEW: "1"})


def _command_words() -> list[str]:
    """The command line of an interpreter that does not keep it, as before 3.10."""
    import subprocess

    flags: list[str] = vars(subprocess)["_args_from_interpreter_flags"]()
    return [sys.executable, *flags, *sys.argv]


def _adopt_orphans() -> None:
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes

        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        return


def _wait_for(child: int) -> int:
    """The exit status of the child; the status of any other process that ends meanwhile is read and dropped."""
    while True:
        ended, status = os.wait()
        if ended == child:
            return status


def _end_those_left() -> None:
    """Kill all that this process has adopted; a resource tracker last, once it has removed what the rest left."""
    deadline = monotonic() + TRACKER_SECONDS
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        late = monotonic() > deadline
        for pid in _children():
            if late or not _is_tracker(pid):
                os.kill(pid, signal.SIGKILL)
        if late:
            return
        sleep(0.005)


def _children() -> list[int]:
    try:
        with open("/proc/self/task/%d/children" % os.getpid(), encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def _is_tracker(pid: int) -> bool:
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            return TRACKER in file.read()
    except OSError:
        return False


if __name__ == "__main__":
    supervise(anew=False)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the host's own command, with no shell
