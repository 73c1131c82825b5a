"""What a user can act on. Each error is one or two plain lines and an exit status of the contract."""

from __future__ import annotations


class AdvisorError(Exception):
    """Base of all; ``str()`` is the line that the user reads."""

    exit_status = 1


class UnusableError(AdvisorError):
    """The command line, the target or the inputs cannot be used."""

    exit_status = 2


class FunctionFailedError(AdvisorError):
    """The function itself raised, crashed, or ran out of time or memory, so that no advice is possible."""

    exit_status = 3
