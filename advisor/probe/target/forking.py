"""Whether a process that has imported the target may be forked in place of starting it anew, and what a fork resets."""

from __future__ import annotations

import os
import random
import stat
import sys

from ..safety import call_effects
from . import loading, ownership

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FRESH_KEY = 0x80000000
"""What the first word of numpy's Mersenne Twister is after seeding from the system's entropy."""
FRESH_POSITION = 623
"""Where its position then is; ``numpy.random.seed`` leaves another, and the first number drawn as well."""
_FOLDER = "/proc/self/fd"
_HARMLESS = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


class State:
    """What this process holds before the target is imported."""

    def __init__(self) -> None:
        self._descriptors = _open_descriptors()
        self._random = random.getstate()

    def begin_fork(self) -> None:
        """Take Python's random numbers as they are now: they have another start in every fork."""
        self._random = random.getstate()

    def obstacle(self, module_name: str) -> str | None:
        """Why a fork of this process would not be as good as a fresh interpreter; ``None`` where it would be.

        Args:
            module_name: The target's, which has been imported since.
        """
        if not sys.platform.startswith("linux") or self._descriptors is None:
            return "this system does not fork safely"
        if loading.threads_alive() > 1:
            return "threads were started while the target was imported"
        torch = sys.modules.get("torch")
        if torch is not None and torch.cuda.is_initialized():
            return "CUDA is in use"
        return self._held_open() or self._random_stream(module_name)

    def _held_open(self) -> str | None:
        for number in sorted((_open_descriptors() or frozenset()) - (self._descriptors or frozenset())):
            try:
                mode, name = os.fstat(number).st_mode, os.readlink("%s/%d" % (_FOLDER, number))
            except OSError:
                continue
            if not stat.S_ISDIR(mode) and name not in _HARMLESS:
                return "importing the target left %s open" % name
        return None

    def _random_stream(self, module_name: str) -> str | None:
        """The stream of random numbers that would not start in a fork as it does in a fresh interpreter."""
        ownership.claim(module_name)
        for name in call_effects.random_states(module_name):
            if name == "random":
                # Python gives this one another start in every fork.
                fresh = random.getstate() == self._random
            else:
                fresh = name == "numpy.random" and _is_fresh(sys.modules[name].get_state(legacy=False))
            if not fresh:
                return "the random numbers of %s have been seeded or used on import" % name
        return None


def reseed() -> None:
    """Give this fork another start of numpy's random stream, as a fresh interpreter has it; Python's own has one."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def _open_descriptors() -> frozenset[int] | None:
    """The numbers of all that this process holds open; ``None`` where the system does not tell."""
    try:
        numbers = [int(name) for name in os.listdir(_FOLDER)]
    except OSError:
        return None
    # The list was read through a descriptor, which stands in it and is closed again.
    return frozenset(number for number in numbers if _is_open(number))


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _is_fresh(state: dict[str, Any]) -> bool:
    inner = state["state"]
    return state["bit_generator"] == "MT19937" and int(inner["key"][0]) == FRESH_KEY and inner["pos"] == FRESH_POSITION
