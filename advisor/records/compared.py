"""What differs between two reports of one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Meaning = Literal["better", "worse", "changed", "noise"]
Unit = Literal["seconds", "bytes", "speedup", "fraction", "text"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One figure, or one word, in both reports; a figure that only one has is ``None`` in the other."""

    what: str
    unit: Unit
    old: float | str | None
    new: float | str | None
    meaning: Meaning
    """For the user: ``changed`` is neither good nor bad; ``noise`` is a difference that says nothing."""
    ratio: float | None = None
    """New over old."""
    ratio_low: float | None = None
    ratio_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changed from an old report to a new one, the weightiest first."""

    target: str
    headline: str
    caveats: tuple[str, ...]
    """What else differs between the two analyses, so that figures may differ for that reason."""
    changes: tuple[Change, ...]

    @property
    def notable(self) -> tuple[Change, ...]:
        """The changes that are more than noise."""
        return tuple(change for change in self.changes if change.meaning != "noise")
