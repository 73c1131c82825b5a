"""What a user can act on. Each error is one or two plain lines and an exit status of the contract."""

from __future__ import annotations

import traceback
from pathlib import Path

DEFECT = 70
"""``EX_SOFTWARE`` of sysexits.h: this program failed, which says nothing of the function. Never 1: that is a gate's."""


class AdvisorError(Exception):
    """Base of all; ``str()`` is the line that the user reads."""

    exit_status = DEFECT


class UnusableError(AdvisorError):
    """The command line, the target or the inputs cannot be used."""

    exit_status = 2


class StoppedError(AdvisorError):
    """The user ended the analysis."""

    exit_status = 130


class FunctionFailedError(AdvisorError):
    """The function itself raised, crashed, or ran out of time or memory, so that no advice is possible."""

    exit_status = 3


def defect(error: BaseException) -> str:
    """One line on an error of this program's own."""
    places = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(places[-1].filename).name}, line {places[-1].lineno})" if places else ""
    return (
        f"This is a defect of advisor and says nothing of your code: {type(error).__name__}: {error}{where}. "
        "Please report it."
    )


def failure_advice(kind: str, message: str) -> str:
    """What happened to the function and what to do about it, in a sentence each."""
    message = message[0].upper() + message[1:]
    if kind == "timeout":
        return f"{message} Give smaller items, or allow more with --timeout and --budget."
    if kind == "memory" or "memory" in message:
        return f"{message} Give smaller items."
    return f"{message} No advice is possible until it runs alone."
