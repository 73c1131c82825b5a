"""Loops that catch what one call of an item raises: the call alone moves, and its result, or error, comes back there.

``try: page = fetch(url)`` with an ``except`` that prints or counts stays in the loop as it is; only ``fetch(url)``
becomes a function of the item, and what is written in its place raises what it raised.
"""

from __future__ import annotations

import ast

from .findings import CannotSplit
from .flow import Flow
from .splitting import Hoist, Iteration
from .syntax import bound_names
from .touching import reads_of
from .weighing import of_this_loop, weigh

MARK = "\0"
"""Stands in the loop's lines where the result comes back."""


def call_in_try(iteration: Iteration) -> tuple[tuple[ast.stmt, ...], Hoist]:
    """The statements that the call needs before it, which cost nothing, and the call.

    Raises:
        CannotSplit: there is none that runs once for every item.
    """
    for place, statement in enumerate(iteration.body):
        if isinstance(statement, ast.Try) and statement.handlers:
            hoists = iteration.hoists_of(statement.body[0], place)
            if len(hoists) != 1:
                break
            return _needed(iteration, hoists[0], place), hoists[0]
        if any(isinstance(each, (ast.Continue, ast.Break, ast.Return)) for each in of_this_loop(statement)):
            break
    raise CannotSplit("no call runs once for every item before anything that goes in order")


def _needed(iteration: Iteration, hoist: Hoist, place: int) -> tuple[ast.stmt, ...]:
    """Assignments ahead of the call that it reads from: they are made twice, in the loop and in the function."""
    wanted: set[str] = set(Flow(bound_names(iteration.loop.target)).run([hoist.node]).exposed)  # type: ignore[attr-defined]
    needed: list[ast.stmt] = []
    for statement in reversed(iteration.body[:place]):
        written = set(Flow().run([statement]).written)
        if not written & wanted:
            continue
        simple = _simple_target(statement)
        if simple is None or weigh(statement) or iteration.ordered[iteration.body.index(statement)]:
            raise CannotSplit(f"what is computed needs {sorted(written & wanted)[0]}, which is made in order")
        needed.insert(0, statement)
        wanted = (wanted - written) | reads_of(statement)
    return tuple(needed)


def _simple_target(statement: ast.stmt) -> str | None:
    """The name that a plain assignment gives a value to."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return None
