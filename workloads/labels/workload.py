"""The record of one labelled workload."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.records import Model, Unpack


@dataclass(frozen=True)
class Workload:
    """A function by name, the calls to make of it, and the answer it should get."""

    name: str
    """Short and unique."""
    target: str
    """``module:function``."""
    inputs_from: str | None
    """``module:callable`` that returns the list of items; ``None``: the function has no parameter."""
    unpack: Unpack = "none"
    calls: int | None = None
    """``None``: one call an item."""
    setup: str | None = None
    """``module:function``, run before the first call in each fresh interpreter."""
    physics: str = ""
    """What decides the model, with figures."""
    best_models: tuple[Model, ...] = ()
    """The families expected within 5 % of the best: on two cores first, then those that join on many."""
    tags: tuple[str, ...] = ()
    """The kinds of work that it stands for."""

    def command(self) -> str:
        """Return the command line that analyses this workload."""
        words = ["advisor", "analyze", self.target]
        if self.inputs_from is not None:
            words += ["--inputs-from", self.inputs_from]
        if self.unpack != "none":
            words += ["--unpack", self.unpack]
        if self.calls is not None:
            words += ["--calls", str(self.calls)]
        if self.setup is not None:
            words += ["--setup", self.setup]
        return shlex.join(words)
