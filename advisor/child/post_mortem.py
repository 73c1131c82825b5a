"""What an interpreter that died or was given up has left: the item it was at, and where its stack stood."""

from __future__ import annotations

import re
import signal
import struct
from pathlib import Path

MARK = struct.Struct("<qq")
"""As the probe writes it: the item's number, from 0, and how many items there are."""
WINDOWS_ERRORS_FROM = 0xC0000000
WINDOWS_CRASHES = {
    0xC0000005: "an access violation",
    0xC000001D: "an illegal instruction",
    0xC0000094: "a division by zero",
    0xC00000FD: "a stack overflow",
    0xC0000374: "a damaged heap",
    0xC0000409: "a damaged stack",
}
"""By exit status (ntstatus.h)."""
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


def crash_sentence(status: int) -> str | None:
    """How an interpreter crashed, by its exit status; ``None`` where it ended by itself.

    A negative status is a signal; on Windows one from 0xC0000000 on is an exception of the system's (NTSTATUS).
    """
    if status >= WINDOWS_ERRORS_FROM:
        return f"the interpreter crashed: {WINDOWS_CRASHES.get(status, f'error 0x{status:08X} of Windows')}."
    if status >= 0:
        return None
    name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
    why = ", which the system sends where memory runs out" if name == "SIGKILL" else ""
    return f"the interpreter crashed: {name}{why}."
