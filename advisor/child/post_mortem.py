"""What an interpreter that died or was given up has left: the item it was at, and where its stack stood."""

from __future__ import annotations

import re
import struct
from pathlib import Path

MARK = struct.Struct("<qq")
"""As the probe writes it: the item's number, from 0, and how many items there are."""
_FRAME = re.compile(r'^  File "([^"]+)", line (\d+) in ', re.MULTILINE)
_PROBE = str(Path(__file__).parents[1] / "probe")
_LIBRARY = re.compile(r"[/\\](python\d[\d.]*t?|site-packages|dist-packages)[/\\]|^<")


def describe_item(mark_file: Path) -> str:
    """`` on item 3 of 24``, or nothing where no single item was at work."""
    try:
        number, items = MARK.unpack(mark_file.read_bytes()[: MARK.size])
    except (OSError, struct.error):
        return ""
    return f" on item {number + 1} of {items}" if 0 <= number < items else ""


def count_noted(mark_file: Path) -> int:
    """How many calls a run has begun that notes their count in the place of an item's number."""
    try:
        return max(0, int(MARK.unpack(mark_file.read_bytes()[: MARK.size])[0]))
    except (OSError, struct.error):
        return 0


def describe_place(output: str) -> str:
    """`` (work.py, line 12)``: the innermost line of the user's own in the stack that made the calls.

    Args:
        output: The end of what the interpreter printed; ``faulthandler`` writes each thread's stack there,
            innermost line first.
    """
    for stack in re.split(r"^(?:Current t|T)hread ", output, flags=re.MULTILINE)[1:]:
        frames = _FRAME.findall(stack)
        if not any(file.startswith(_PROBE) for file, _ in frames):
            continue
        theirs = [(file, line) for file, line in frames if not file.startswith(_PROBE) and not _LIBRARY.search(file)]
        if theirs:
            return f" ({Path(theirs[0][0]).name}, line {theirs[0][1]})"
    return ""
