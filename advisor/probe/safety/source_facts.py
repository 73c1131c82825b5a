"""What the source of a function says of shared state: names read and written, locks, exceptions, with their lines."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FunctionType
    from typing import Any


class Write:
    """A statement that writes something which outlives the call."""

    def __init__(self, name: str, place: str, source: str, read_first: bool, locked: bool) -> None:
        self.name = name
        self.place = place
        self.source = source
        self.read_first = read_first
        self.locked = locked


class Facts:
    """What was read off all functions within reach."""

    def __init__(self) -> None:
        self.writers: dict[CodeType, set[int]] = {}
        """Code objects that write shared state: the lines in which they do."""
        self.reads: set[str] = set()
        self.writes: list[Write] = []
        self.raised: dict[type[BaseException], str] = {}
        self.handled: set[Any] = set()
        self.names: dict[str, tuple[Any, str]] = {}
        """Global names that are mentioned: their objects, and where."""
        self.complete = True

    def place_of(self, name: str) -> str:
        """Where a variable is written, with the line; empty where the source does not show it."""
        for write in self.writes:
            if write.name == name:
                return "%s: %s" % (write.place, write.source)
        return ""


def closure_cells(function: FunctionType) -> dict[str, Any]:
    """What the closure of a function holds, by name."""
    cells = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        try:
            cells[name] = cell.cell_contents
        except ValueError:
            continue
    return cells
