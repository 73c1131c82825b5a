"""The process between the host and a program: signals pass it by, and it ends what the program leaves behind."""

from __future__ import annotations

import os
import signal

from .. import supervisor

PID_FILE = "pid"
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")


def supervise() -> None:
    """As ``supervisor.supervise``; Ctrl-C, which reaches the whole group, ends the program and not its minder."""
    if not hasattr(signal, "pthread_sigmask"):
        supervisor.supervise()
        return
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    supervisor.supervise()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def tell_pid(folder: str) -> None:
    """Let the host know which process the program is, whole or not at all."""
    path = os.path.join(folder, PID_FILE)
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    os.replace(path + ".new", path)
