"""The process between the host and a program: it lets signals pass it by, and ends what the program leaves behind."""

import os
import signal

from .. import minding

PID_FILE = "pid"
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")


def mind():
    """As ``minding.mind``; Ctrl-C, which reaches the whole group, ends the program and not its minder."""
    if not hasattr(signal, "pthread_sigmask"):
        minding.mind()
        return
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    minding.mind()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def tell_pid(folder):
    """Let the host know which process the program is, whole or not at all."""
    path = os.path.join(folder, PID_FILE)
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    os.replace(path + ".new", path)
