"""One option as data: what it is called, what it takes, what it is about, and at which doors it is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Door = Literal[
    "analyze", "check", "review", "show", "compare", "machine", "defaults table", "target table", "review table",
    "library", "pytest", "notebook", "find", "apply",
]  # fmt: skip
"""Where an option can be given: a command, ``[tool.advisor]``, ``[[tool.advisor.targets]]``,
``[tool.advisor.review]``, keyword arguments of ``advisor.analyze``, those of the fixture ``advise``, the line of
``%advise``."""
Subject = Literal["job", "trying", "requirement", "check", "review", "program", "output"]
"""The calls to make; how to try them; what a checked target has to keep to; a check or a review as a whole; which
loops of a program to look at; what comes out."""
Kind = Literal["text", "path", "file", "folder", "integer", "number", "flag", "choice", "names"]
"""What it takes; ``names`` are several with commas between them."""
Value = str | float | bool | None


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option."""

    name: str
    """As a keyword argument and in a file; on the command line it begins with ``--`` and has hyphens."""
    subject: Subject
    kind: Kind
    help: str
    doors: tuple[Door, ...]
    metavar: str | None = None
    default: Value = None
    default_at: Mapping[Door, Value] = field(default_factory=dict)
    """Where a door has a default of its own."""
    default_shown: str | None = None
    """What help says of a default that is not one value."""
    least: float | None = None
    more_than: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    """The names that there are; empty where any may be given."""
    flags: tuple[str, ...] = ()
    """As it is typed, where that does not follow from the name."""
    repeatable: bool = False
    record_field: str | None = None
    """The field of ``Options`` that holds it, where that has a unit in its name."""

    @property
    def flag(self) -> str:
        """As it is typed, such as ``--max-workers``."""
        return self.flags[-1] if self.flags else f"--{self.name.replace('_', '-')}"

    def default_for(self, door: Door) -> Value:
        """What holds where the option is not given at that door; ``None`` where the program chooses."""
        return self.default_at.get(door, self.default)

    def allows(self, number: float) -> bool:
        """Whether a number is within the range; none is if it is not a number."""
        return (
            (self.least is None or number >= self.least)
            and (self.more_than is None or number > self.more_than)
            and (self.most is None or number <= self.most)
        )

    def range_in_words(self) -> str:
        """Such as ``from 1 to 4096``."""
        if self.least is not None and self.most is not None:
            return f"from {self.least} to {self.most}"
        return f"at least {self.least}" if self.more_than is None else f"more than {self.more_than}"
