"""A whole program: what was asked of it, what was seen of it, its sites, and what it would gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .advised import Cost, Recommendation
from .asked import Options
from .found import Machine
from .tried import Finding

KIND = "program"
"""Of the document, beside its schema version."""
SiteKind = Literal["for", "comprehension", "generator", "map", "pool", "gather"]
Independence = Literal["independent", "reduction", "dependent", "unknown"]


@dataclass(frozen=True, kw_only=True)
class ProgramCommand:
    """The program to run: a script's path or a module's name, as typed, and what follows it."""

    script: str | None = None
    module: str | None = None
    arguments: tuple[str, ...] = ()

    @property
    def argv(self) -> tuple[str, ...]:
        """As after ``python`` on a command line."""
        first = ("-m", self.module) if self.module is not None else (self.script or "",)
        return (*first, *self.arguments)

    @property
    def name(self) -> str:
        """What its reports are called."""
        return self.module or self.script or ""


@dataclass(frozen=True, kw_only=True)
class FindOptions:
    """How to look, and how to try what is found."""

    trying: Options
    """For each site; its budget is that of one site."""
    budget_grows: bool = False
    """Whether the sites share the time of one more run of the program, beside that budget."""
    top: int = 5
    """How many sites are looked at closely."""
    least_share: float = 0.05
    """Of the program's wall time: below it a site is not looked at."""
    includes: tuple[str, ...] = ()
    """Installed packages whose loops count as the program's own."""
    replay_effects: bool = False
    """Whether sites that send, write or delete may be replayed."""
    keep_items: str | None = None
    """The folder where the kept iterations stay; ``None`` removes them."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """The run that was surveyed."""

    argv: tuple[str, ...]
    folder: str
    """The working directory."""
    python_version: str
    wall_seconds: float
    cpu_seconds: float
    """Of the program and all processes that it waited for."""
    exit_status: int
    """Negative for the signal that ended it."""


@dataclass(frozen=True, kw_only=True)
class ProgramSite:
    """A place where work is done once for each of many items, and what the program would gain by it."""

    id: str
    file: str
    line: int
    end_line: int
    function: str
    kind: SiteKind
    code: str
    times_entered: int | None
    """In the close look; ``None`` where there was none."""
    iterations: int | None
    """In all of its executions together."""
    wall_seconds: float
    """Spent inside, callees included."""
    cpu_seconds: float
    share: float
    """Of the program's wall time that is spent inside."""
    items_kept: int
    independence: Independence
    """On the arguments seen; never a proof."""
    independence_reasons: tuple[str, ...]
    report: str | None = None
    """Path of its own report.json, seen from the folder of program.json."""
    recommendation: Recommendation | None = None
    """``None`` where nothing was tried."""
    judged_by: Literal["replay", "stand-in"] | None = None
    """Whether its own body was timed, or one that waits and computes as long as each iteration of the run did."""
    site_speedup: float | None = None
    program_speedup: float | None = None
    program_speedup_low: float | None = None
    program_speedup_high: float | None = None
    applies: bool = False
    why_not: str | None = None
    diff: str | None = None


@dataclass(frozen=True, kw_only=True)
class Best:
    """All edits that are worth making, together; ``sites`` are ids, none where nothing is worth doing."""

    sites: tuple[str, ...]
    program_speedup: float
    program_speedup_low: float
    program_speedup_high: float
    diff: str | None = None


@dataclass(frozen=True, kw_only=True)
class TimePlace:
    """Where the program's time goes: a function of its own with what it calls outside its own code."""

    file: str
    function: str
    line: int
    """The line in it that is seen most often."""
    source: str
    calls: str | None
    """The function outside the program's own code in which it is seen most often."""
    share: float
    """Of the program's wall time, with nothing of its own called from there."""
    cpu_fraction: float
    """Processor time over wall time."""


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A file as it was when it was measured."""

    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ProgramReport:
    """All of it, as program.json has it."""

    command: ProgramCommand
    options: FindOptions
    program: Program
    machine: Machine | None
    sites: tuple[ProgramSite, ...]
    best: Best
    findings: tuple[Finding, ...]
    cost: Cost
    time_places: tuple[TimePlace, ...] = ()
    sources: tuple[SourceFile, ...] = ()
    headline: str = ""
    interrupted: str | None = None
