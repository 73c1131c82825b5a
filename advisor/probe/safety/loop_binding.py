"""Finds variables that belong to one event loop: clients, sessions and locks that no other loop can use."""

from __future__ import annotations

import gc
import inspect

from . import state
from .value_marks import SCALARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable
    from typing import Any

MOST_NODES = 2_000
"""Objects followed from one variable."""
_NOT_FOLLOWED = (*SCALARS, type, type(gc), type(inspect.unwrap), type(len), type(inspect.unwrap.__code__))


def bound_variables(function: Callable[..., Any], module_name: str, loop: AbstractEventLoop) -> list[tuple[str, str]]:
    """(path, name of the class) of each variable of the user's modules from which the loop can be reached."""
    found: dict[str, str] = {}
    for path, _, value in state.variables(function, module_name):
        if value is loop and "." in path:
            found.setdefault(path.rpartition(".")[0], "an object that holds the loop")
        elif value is not loop and _reaches(value, loop):
            kind = type(value)
            found.setdefault(path, "%s.%s" % (kind.__module__, kind.__qualname__))
    return list(found.items())


def _reaches(value: Any, loop: AbstractEventLoop) -> bool:
    if isinstance(value, _NOT_FOLLOWED):
        return False
    waiting, seen = [value], {id(value)}
    while waiting and len(seen) < MOST_NODES:
        for part in gc.get_referents(waiting.pop(0)):
            if part is loop:
                return True
            if id(part) not in seen and not isinstance(part, _NOT_FOLLOWED):
                seen.add(id(part))
                waiting.append(part)
    return False
