"""Starting a process so that all of it can be ended later, and ending it, as each system would have it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import Any


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


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """End a process, its group and its descendants, and wait for it."""
    import psutil

    descendants: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        descendants = psutil.Process(process.pid).children(recursive=True)
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
    for descendant in descendants:
        with contextlib.suppress(psutil.Error):
            descendant.kill()
    process.wait()


def kill_marked(variable: str, value: str) -> None:
    """End what left its group: every process that has the variable in its environment."""
    import psutil

    own = os.getpid()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != own and process.environ().get(variable) == value:
                process.kill()
