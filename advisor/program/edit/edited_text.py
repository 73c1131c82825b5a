"""One site's edit, as it leaves its maker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...probe.program.body import inserted
from ...probe.program.parts import Parts
from .pool_text import Import


@dataclass(frozen=True, kw_only=True)
class EditedText:
    """The file after one edit; its imports are still to be added."""

    text: str
    imports: tuple[Import, ...]
    unneeded: tuple[Import, ...] = ()


def with_definition(lines: Sequence[str], parts: Parts, needed: bool) -> str:
    """The file's lines with the function before the statement of the module that uses it."""
    return "\n".join(inserted(lines, parts.top_line, parts.definition) if needed else lines)
