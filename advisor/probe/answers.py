"""The probe's end of the two pipes."""

from __future__ import annotations

import faulthandler
import os
import sys
from json import dumps
from time import monotonic

from .failures import Unusable, describe_failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ALIVE_SECONDS = 0.1
HIGH_DESCRIPTOR = 200


class Answers:
    """Writes one JSON object a line to the host."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._last_seconds = monotonic()

    def send(self, event: str, **fields: Any) -> None:
        """Write one event whole."""
        # On a line of its own, whatever the function may have written to this descriptor.
        line = b"\n" + dumps({"event": event, **fields}).encode() + b"\n"
        while line:
            line = line[os.write(self._descriptor, line) :]
        self._last_seconds = monotonic()

    def alive(self) -> None:
        """Tell the host that a call has ended, unless it heard so just now."""
        if monotonic() - self._last_seconds >= ALIVE_SECONDS:
            self.send("alive")


def open_inherited(word: str) -> int:
    """Turn the number on the command line into a descriptor of this process alone."""
    number = int(word)
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.open_osfhandle(number, os.O_BINARY)
    return out_of_the_way(number)


def out_of_the_way(descriptor: int) -> int:
    """The same file under a high number, closed under the old one: code that closes all low numbers misses it."""
    try:
        import fcntl

        moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR)
    except (ImportError, OSError):
        os.set_inheritable(descriptor, False)
        return descriptor
    os.close(descriptor)
    return moved


def run(task: Callable[[dict[str, Any], Answers], dict[str, Any]], request: dict[str, Any], descriptor: int) -> int:
    """Do the task and see to it that exactly one last line is written. Returns the exit status."""
    faulthandler.enable()
    answers = Answers(descriptor)
    try:
        answers.send(request["task"], **task(request, answers))
    except BaseException as error:
        return report(error, answers)
    return 0


def report(error: BaseException, answers: Answers) -> int:
    """Say why there is no answer. Returns the exit status."""
    if isinstance(error, Unusable):
        answers.send("failed", kind="unusable", message=str(error))
    else:
        failure = describe_failure(error)
        answers.send("failed", kind=failure.kind, message=str(failure))
    return 1
