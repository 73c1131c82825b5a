"""What fits on a page of so many lines: whole blocks, the weightiest first, in the order of reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=\S)")
Line = TypeVar("Line")


@dataclass(frozen=True, kw_only=True)
class Block(Generic[Line]):
    """Lines that stand on the page together or not at all."""

    section: int
    """Blank lines part sections, where there is room."""
    rank: int
    """The lowest is the weightiest; 0 stands on every page."""
    lines: tuple[Line, ...]


def fitting(blocks: Sequence[Block[Line]], room: int | None) -> tuple[Block[Line], ...]:
    """The blocks that ``room`` lines hold, in the order given; all where there is no bound.

    Of one rank the earlier comes first; what does not fit leaves its room to what weighs less.
    """
    if room is None:
        return tuple(blocks)
    kept: set[int] = set()
    for number in sorted(range(len(blocks)), key=lambda number: (blocks[number].rank, number)):
        size = len(blocks[number].lines)
        if blocks[number].rank == 0 or size <= room:
            kept.add(number)
            room -= size
    return tuple(block for number, block in enumerate(blocks) if number in kept)


def whole_sentences(text: str, lines: int, wrap: Callable[[str], Sequence[Line]]) -> tuple[str, bool]:
    """As many of the first sentences as ``lines`` hold, and whether that is at least one whole sentence."""
    sentences = _SENTENCE_ENDS.split(text)
    for count in range(len(sentences), 0, -1):
        kept = " ".join(sentences[:count])
        if len(wrap(kept)) <= lines:
            return kept, True
    return sentences[0], False
