"""The line of a magic: ``FUNCTION [ITEMS] [options]``, where ITEMS is any expression, blanks and quotes included."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_PIECE = re.compile(
    r"""(?P<quoted>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<blank>\s+)|."""
)


@dataclass(frozen=True, kw_only=True)
class MagicLine:
    """The parts of a line."""

    function: str | None
    """An expression, or ``module:function``."""
    items: str | None
    """An expression."""
    options: tuple[str, ...]
    """As a shell would hand them over."""


def split(line: str, takes_value: Mapping[str, bool]) -> MagicLine:
    """Take a line apart: the first part that is not an option's is the function, all others are the items.

    What begins with two hyphens is an option, unless it stands inside brackets or quotes.

    Args:
        line: What follows the magic's name.
        takes_value: For each option that there is, whether a value follows it.

    Raises:
        ValueError: a quotation does not end.
    """
    expressions: list[str] = []
    options: list[str] = []
    parts = iter(_parts(line))
    for part in parts:
        if not re.match(r"--\w", part):
            expressions.append(part)
            continue
        name, equals, value = part.partition("=")
        options.append(f"{name}{equals}{_unquoted(value)}")
        if takes_value.get(part, False):
            options += [_unquoted(following) for following in itertools.islice(parts, 1)]
    function, items = expressions[:1], expressions[1:]
    return MagicLine(
        # A single quoted part is an expression in quotes, as a shell would need it.
        function=_whole(function[0]) if function else None,
        items=_whole(items[0]) if len(items) == 1 else " ".join(items) or None,
        options=tuple(options),
    )


def _parts(line: str) -> Iterator[str]:
    """What stands between blanks, where those inside brackets and quotes do not count."""
    part, depth = "", 0
    for piece in _PIECE.finditer(line):
        if piece[0] in "'\"":
            raise ValueError("No closing quotation")
        if piece["blank"] and depth == 0:
            if part:
                yield part
            part = ""
            continue
        depth = max(0, depth + bool(piece["open"]) - bool(piece["close"]))
        part += piece[0]
    if part:
        yield part


def _whole(part: str) -> str:
    """A part that is one quotation, without its quotes; any other as it stands."""
    piece = _PIECE.match(part)
    return _unquoted(part) if piece is not None and piece["quoted"] == part else part


def _unquoted(part: str) -> str:
    """As a shell reads it; quotes inside brackets are Python's."""
    if part[:1] not in ("'", '"') and any(bracket in part for bracket in "([{"):
        return part
    return "".join(shlex.split(part))
