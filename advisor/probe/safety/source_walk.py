"""Reads the source of a function and of the user's own functions that it may reach.

Names are resolved to objects, so that a local variable is never taken for a global one. Where there is no source
there are no facts.
"""

from __future__ import annotations

import ast
import inspect
import linecache
from time import perf_counter

from ..target import ownership
from .source_facts import Facts, closure_cells
from .source_reader import read_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FunctionType
    from typing import Any

    from .source_reader import FunctionTree

MOST_FUNCTIONS = 200
READING_SECONDS = 0.15


def read_source(function: object) -> Facts:
    """Facts about a function and what it reaches, in bounded time."""
    facts = Facts()
    waiting: list[Any] = [function]
    seen: set[int] = set()
    ends = perf_counter() + READING_SECONDS
    while waiting:
        current = waiting.pop(0)
        if len(seen) >= MOST_FUNCTIONS or perf_counter() > ends:
            facts.complete = False
            break
        for found in _layers(current):
            if id(found) not in seen:
                seen.add(id(found))
                waiting.extend(_read_one(found, facts))
    return facts


def _layers(function: object) -> list[FunctionType]:
    """The plain functions in a callable: itself, what it wraps and what its closure holds."""
    owner = type(function)
    if not inspect.isroutine(function) and not isinstance(function, type) and ownership.is_users_class(owner):
        function = inspect.getattr_static(owner, "__call__", None)
    pending: list[Any] = [function]
    found: list[FunctionType] = []
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        pending.append(getattr(current, "__wrapped__", None))
        pending.append(getattr(current, "func", None))
        pending.append(getattr(current, "__func__", None))
        if inspect.isfunction(current) and ownership.is_users_file(current.__code__.co_filename):
            found.append(current)
            pending.extend(value for value in closure_cells(current).values() if inspect.isroutine(value))
    return found


def _read_one(function: FunctionType, facts: Facts) -> list[Any]:
    tree = _tree_of(function)
    if tree is None:
        facts.complete = False
        return []
    return read_function(function, tree, facts)


def _tree_of(function: FunctionType) -> FunctionTree | None:
    """The function's own syntax tree, lines as in its file."""
    code = function.__code__
    lines = linecache.getlines(code.co_filename, function.__globals__)
    if not 0 < code.co_firstlineno <= len(lines):
        return None
    try:
        block = inspect.getblock(lines[code.co_firstlineno - 1 :])
        text = "".join(block)
        indented = text[:1].isspace()
        tree = ast.parse("if 1:\n" + text if indented else text)
    except (SyntaxError, IndentationError, ValueError, RecursionError):
        return None
    ast.increment_lineno(tree, code.co_firstlineno - (2 if indented else 1))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    wanted = [n for n in ast.walk(tree) if isinstance(n, kinds) and getattr(n, "name", "<lambda>") == code.co_name]
    return wanted[0] if wanted else None
