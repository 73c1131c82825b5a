"""The idiom that a user asked for: which one is meant, and whether it can make the calls."""

from __future__ import annotations

import re

from ..errors import UnusableError
from ..records import TargetFacts
from ..records.idioms import AWAITING, IDIOMS


def find_idiom(name: str) -> str:
    """The idiom meant by ``name``, case and punctuation aside.

    Raises:
        UnusableError: there is none; the message lists them.
    """
    for idiom in IDIOMS:
        if _bare(idiom) == _bare(name):
            return idiom
    raise UnusableError(f"--idiom {name}: there is no such idiom. Known: {'; '.join(IDIOMS)}.")


def check_fits(idiom: str, facts: TargetFacts) -> None:
    """See that an idiom the user asked for can make these calls.

    Raises:
        UnusableError: it cannot; the message says what would.
    """
    if idiom in AWAITING and not facts.is_coroutine:
        raise UnusableError(f"--idiom {idiom}: it awaits its calls, and {facts.name} is no coroutine function.")
    if idiom == "loop" and facts.is_coroutine:
        raise UnusableError(f"--idiom loop: {facts.name} is a coroutine function, for which it is await loop.")
    if idiom == "Pool.starmap" and facts.unpack != "args":
        raise UnusableError("--idiom Pool.starmap: it calls f(*item), so it needs --unpack args.")


def _bare(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())
