"""What is known of a site from its source: the records that analysis and body functions are made of."""

from __future__ import annotations

from dataclasses import dataclass

from .sites import Site

INDEPENDENT, REDUCTION, DEPENDENT, UNKNOWN = "independent", "reduction", "dependent", "unknown"


@dataclass(frozen=True)
class Noted:
    """One thing that matters for whether iterations may run at once, and where it stands."""

    kind: str
    """Of an exit: "break", "return", "yield", "else", "short circuit", "target used later", "caught outside".
    Of a write: "global", "nonlocal", "attribute", "element", "method", "rebound".
    Of an effect: "network", "file", "database", "process", "output", "input", "random", "environment", "logging"."""
    line: int
    sentence: str


@dataclass(frozen=True)
class Reduction:
    """A result that iterations add to, and never read: it can be folded afterwards, in the items' order."""

    target: str
    """What is added to, as the source has it: ``total``, ``self.rows``, ``counts``."""
    operation: str
    """"+=" and its like, "append", "extend", "add", "update", "[]=" (one element), "[]+=" (a counter)."""
    line: int


@dataclass(frozen=True)
class Analysis:
    """What one iteration reads, writes and touches. Names are in the order of the text."""

    site: Site
    item_names: tuple[str, ...]
    """Bound by the loop's target."""
    live_in: tuple[str, ...]
    """Read from outside and known only when the program runs: locals of the function around, the module's data."""
    module_names: tuple[str, ...]
    """Read from outside, and there once the module is imported: its functions, classes, imports and constants."""
    written_after: tuple[str, ...]
    """Written by an iteration, read after the loop."""
    carried: tuple[str, ...]
    """Written by one iteration, read by the next, and no reduction."""
    reductions: tuple[Reduction, ...]
    exits: tuple[Noted, ...]
    writes: tuple[Noted, ...]
    """Outside itself: neither a local name, nor a part of the item, nor a reduction."""
    effects: tuple[Noted, ...]
    """By what is called, in the body and in the functions of this file that it calls."""
    awaits: bool
    """Whether an iteration awaits."""
    verdict: str
    """"independent", "reduction", "dependent" or "unknown": as far as source can tell, nothing was run."""
    reasons: tuple[str, ...]
    """One plain sentence each, what decides first."""


@dataclass(frozen=True)
class BodyFunction:
    """What an iteration computes, as a function at the top of the module, and the loop that uses it.

    The rest of the body, what has to happen in order, stays in the loop.
    """

    name: str
    item: str
    """The first parameter: one item, as the loop's iterable gives it."""
    live_in: tuple[str, ...]
    """The other parameters, in order: ``name(item, *live_in)``."""
    values: tuple[str, ...]
    """The names in the loop that get what the function returns: a tuple in this order, the bare value for one name,
    ``None`` for none."""
    skips: bool
    """Whether it returns None for an item that the loop passes over; there are values then, always as a tuple."""
    is_coroutine: bool
    source: str
    """The whole definition, at the left margin."""
    rewritten: str
    """The whole file with the definition in it, and the site calling it, still one item after the other."""


class CannotSplit(ValueError):  # noqa: N818 - an answer, not an error of anybody's
    """No function can be made of the body. The message is one plain sentence that says why."""
