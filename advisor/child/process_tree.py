"""Starting a process so that all of it can be ended later, and ending it, as each system would have it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psutil

TRACKER = "multiprocessing.resource_tracker"
SUPERVISING_SECONDS = 1.5
"""Longer than the minder itself waits for resource trackers."""
TRACKER_SECONDS = 1.0
SWEEPS = 5
"""How often to look again for what was started while the rest was being ended."""


def own_group() -> dict[str, Any]:
    """Arguments of Popen: a process group of its own, so that what it starts can be ended with it."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def inheriting(descriptors: tuple[int, ...]) -> dict[str, Any]:
    """Arguments of Popen: these descriptors and no others stay open in the child."""
    if sys.platform == "win32":
        return {"close_fds": False}
    return {"pass_fds": descriptors}


def inheritable(descriptor: int) -> int:
    """The number by which the child knows this descriptor."""
    if sys.platform == "win32":
        import msvcrt

        handle = msvcrt.get_osfhandle(descriptor)
        os.set_handle_inheritable(handle, True)
        return handle
    return descriptor


def descendants(pid: int) -> list[psutil.Process]:
    """All that a process has started and that is still below it."""
    import psutil

    found = []
    with contextlib.suppress(psutil.Error):
        below = _children_by_task(pid)
        if below is None:
            return psutil.Process(pid).children(recursive=True)
        while below:
            child = below.pop()
            with contextlib.suppress(psutil.Error):
                found.append(psutil.Process(child))
            below += _children_by_task(child) or ()
    return found


def _children_by_task(pid: int) -> list[int] | None:
    """What Linux lists of a process's children, which costs a trial far less than a search of all processes.

    ``None`` where the system keeps no such list.
    """
    tasks = Path(f"/proc/{pid}/task")
    try:
        lists = [(task / "children").read_text(encoding="ascii") for task in tasks.iterdir()]
    except OSError:
        return [] if Path("/proc/self/task").exists() and not tasks.exists() else None
    return [int(word) for text in lists for word in text.split()]


def supervised(pid: int) -> int | None:
    """The process that runs the user's code, by that of ``probe/supervisor.py``, whose first child it is.

    On Windows nothing supervises it: it is the process itself.
    """
    if sys.platform == "win32":
        return pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return int(children[0]) if children else None
    except OSError:
        below = descendants(pid)
        return below[0].pid if below else None


def kill_tree(process: subprocess.Popen[bytes], known: Iterable[psutil.Process] = ()) -> None:
    """End a process, its group, its descendants and those ``known`` from earlier, and wait for it.

    A resource tracker of multiprocessing is left to the last, and given a moment: once the others are gone it
    removes the semaphores and the shared memory that they left.
    """
    found = {member.pid: member for member in known}
    trackers: list[psutil.Process] = []
    for _ in range(SWEEPS):
        before = len(found)
        found.update({member.pid: member for member in (*descendants(process.pid), *_group(process.pid))})
        found.pop(process.pid, None)
        trackers = _kill(found.values())
        if len(found) == before:
            break
    _let_it_mind(process)
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()
    _end_trackers(trackers)
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


def kill_below(supervisor_pid: int, known: Iterable[psutil.Process] = ()) -> None:
    """End all that a supervisor supervises and those ``known`` from earlier; it ends itself what it adopts of them."""
    below = (*descendants(supervisor_pid), *_group(supervisor_pid))
    _kill([*known, *(member for member in below if member.pid != supervisor_pid)])


def _let_it_mind(process: subprocess.Popen[bytes]) -> None:
    """Give ``probe/supervisor.py`` the moment in which it ends what it has just adopted.

    A process whose parent ends while its descendants are read is not among them, and the minder's alone to find.
    """
    if not hasattr(os, "fork") or supervised(process.pid) is None:
        return
    with contextlib.suppress(OSError):
        process.send_signal(signal.SIGCONT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(SUPERVISING_SECONDS)


def kill_marked(variable: str, value: str) -> None:
    """End what left its group: every process that has the variable in its environment; resource trackers last."""
    _end_trackers(_kill(_marked(variable, value)))


def _kill(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """End processes, but for the resource trackers among them, which it returns."""
    import psutil

    trackers = []
    for process in processes:
        with contextlib.suppress(psutil.Error, OSError):
            if _is_tracker(process):
                trackers.append(process)
            # A known process that has ended meanwhile is told from another of the same number.
            elif process.is_running():
                process.kill()
    return trackers


def _end_trackers(trackers: Sequence[psutil.Process]) -> None:
    """Give resource trackers the moment in which they clean up and end by themselves."""
    import psutil

    _, late = psutil.wait_procs(trackers, timeout=TRACKER_SECONDS)
    for process in late:
        with contextlib.suppress(psutil.Error):
            process.kill()


def _marked(variable: str, value: str) -> Iterator[psutil.Process]:
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(variable) == value:
                yield process


def _group(group: int) -> Iterator[psutil.Process]:
    import psutil

    if sys.platform == "win32":
        return
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error, OSError):
            if os.getpgid(pid) == group:
                yield psutil.Process(pid)


def _is_tracker(process: psutil.Process) -> bool:
    import psutil

    with contextlib.suppress(psutil.Error):
        return any(TRACKER in word for word in process.cmdline())
    return False
