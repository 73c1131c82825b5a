"""What a check is asked, what it answers, and how its users know it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..records import Severity
from .model.launches import Launch
from .model.module import Module
from .model.names import Names
from .model.project import Project


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a check may ask of one module."""

    module: Module
    project: Project
    names: Names
    launches: tuple[Launch, ...]


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A mistake at a node, before it is told as a finding."""

    node: ast.AST
    message: str
    severity: Severity | None = None
    """``None`` for the rule's own."""
    module: Module | None = None
    """Of the node; ``None`` for the module under review."""


Finder = Callable[[Context], Iterator[Sighting]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One check as its users know it."""

    code: str
    name: str
    severity: Severity
    happens: str
    """One sentence: what goes wrong."""
    advice: str
    """What to write instead, with code."""
    why: str
    """A paragraph for its page."""
    wrong: str
    right: str
    sources: tuple[tuple[str, str], ...]
    """(title, address)."""
    fixable: bool = False
