"""The second run of the program, with hooks in the sites that matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..child.interpreter import Children
from ..formatting import one_line
from ..probe.program.findings import Analysis, BodyFunction
from ..records.decoding import decode
from ..records.program import ProgramCommand
from .running import Ended, Look, run_program
from .standard_input import StandardInput

PATIENCE_RATIO = 6.0
PATIENCE_SECONDS = 20.0
"""Beyond so many times the first run, and this, the close look is given up."""


@dataclass(frozen=True, kw_only=True)
class KeptPart:
    """A file of pickled iterations of one execution of a loop."""

    file: str
    iterations: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """Something that cannot be pickled."""

    path: str
    type: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that iterations did to the world outside the process."""

    what: str
    times: int
    events: tuple[str, ...]
    examples: tuple[str, ...]
    shared: str | None = None
    """A file that more than one iteration wrote."""


@dataclass(frozen=True, kw_only=True)
class SiteSeen:
    """What the close look saw of a site."""

    entries: int
    iterations: int
    unfinished: int
    """Ended by ``break``, ``return`` or an exception."""
    inside_seconds: float
    body_seconds: float
    body_cpu_seconds: float
    """Of the thread that runs the loop."""
    timed: tuple[tuple[float, float], ...]
    """(wall, CPU) seconds of iterations, a fair sample of them."""
    effects: tuple[Effect, ...]
    kept: tuple[KeptPart, ...]
    kept_bytes: int
    obstacles: tuple[Obstacle, ...]

    @property
    def items_kept(self) -> int:
        """Iterations that can be made again."""
        return sum(len(part.iterations) for part in self.kept)


@dataclass(frozen=True, kw_only=True)
class Body:
    """What source alone tells of a site."""

    analysis: Analysis
    function: BodyFunction | None
    cannot: str | None
    """Why no function can be made of the body, where none can."""
    hooked: bool
    importable: str | None = None
    """The file with the function in it, without what a script would do when it is imported."""


def look_closely(
    children: Children,
    python: str,
    command: ProgramCommand,
    sources: Sequence[str],
    paths: Mapping[str, str],
    bodies: Mapping[str, Body],
    surveyed: Ended,
    standard_input: StandardInput,
) -> tuple[Ended, Mapping[str, SiteSeen]]:
    """Run the program again; returns what each site did, by id.

    Args:
        children: ends what it starts.
        python: the interpreter.
        command: the program.
        sources: the folders of its own code.
        paths: for each file as the sites name it, its path.
        bodies: the sites to look at, by id.
        surveyed: the first run.
        standard_input: what the first run read.
    """
    hooked = {name: body for name, body in bodies.items() if body.hooked}
    files: dict[str, list[str]] = {}
    for name, body in hooked.items():
        files.setdefault(paths[body.analysis.site.file], []).append(name)
    request = {
        "look": "close",
        "sources": list(sources),
        "files": files,
        "sites": {name: _wanted(number, body) for number, (name, body) in enumerate(hooked.items())},
    }
    look = Look(
        name="close",
        command=command,
        request=request,
        shown=False,
        interrupt_after_seconds=surveyed.interrupted_after_seconds,
        most_seconds=PATIENCE_SECONDS + PATIENCE_RATIO * surveyed.wall_seconds,
    )
    ended = run_program(children, python, look, standard_input)
    seen = (ended.watched or {}).get("sites", {})
    return ended, {name: decode(SiteSeen, found) for name, found in seen.items() if found["entries"]}


def difference(first: Ended, second: Ended) -> str | None:
    """In words, how the second run ended otherwise than the first; ``None`` where it did not."""
    if first.interrupted_after_seconds is not None or second.exit_status == first.exit_status:
        return None
    last = [line for line in second.last_words.splitlines() if line.strip()][-1:]
    said = f" Its last words: {one_line(last[0])}" if last else ""
    return f"It ended with exit status {second.exit_status}, the first with {first.exit_status}.{said}"


def _wanted(number: int, body: Body) -> dict[str, Any]:
    function = body.function
    names = [] if function is None else [function.item, *function.live_in]
    return {
        "live_in": [] if function is None else list(function.live_in),
        "names": names,
        "file_name": f"site-{number}",
        "keep": function is not None,
    }


def items_folder(children: Children) -> Path:
    """Where the kept iterations are."""
    return children.folder / "close" / "items"
