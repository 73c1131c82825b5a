"""Assignments in source files, with the docstring that follows each."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """One name, with its value as the source has it; empty where there is none, or no docstring."""

    name: str
    value: str
    docstring: str


def assigned(body: Sequence[ast.stmt]) -> Iterator[Assigned]:
    """The names that a module or a class assigns, in order; ``A, B = 1, 2`` gives two."""
    for statement, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        for name, value in _targets(statement):
            source = "" if value is None else ast.unparse(value)
            yield Assigned(name=name, value=source, docstring=_text_of(following))


def _targets(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), value=value):
            yield name, value
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            yield from ((ast.unparse(name), value) for name, value in zip(names, values, strict=True))


def _text_of(statement: ast.stmt) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
    return ""
