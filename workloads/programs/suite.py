"""The programs by name, each with the size at which it runs for a few seconds, and why it is here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class ProgramCase:
    """One program."""

    name: str
    size: int
    """Its one argument; about 2 to 5 s on one core."""
    why: str
    """What decides: of a trap, what an edit would break."""

    @property
    def before(self) -> Path:
        """The program as people write it."""
        return HERE / "before" / f"{self.name}.py"

    @property
    def expert(self) -> Path:
        """The same, changed by hand."""
        return HERE / "expert" / f"{self.name}.py"

    @property
    def trap(self) -> Path:
        """Where a trap lies."""
        return HERE / "traps" / f"{self.name}.py"


CASES = (
    ProgramCase(name="word_counts", size=2_000, why="counts filled in an inner loop, folded in order"),
    ProgramCase(
        name="queue_sweep", size=600, why="a sweep whose every run has a seed of its own; floats to the last bit"
    ),
    ProgramCase(name="crawler", size=150, why="requests whose errors are printed in order"),
    ProgramCase(name="async_one_by_one", size=200, why="awaits that follow each other for no reason"),
    ProgramCase(name="wrong_pool", size=3_000, why="threads for pure Python: the pool that is there is the wrong one"),
    ProgramCase(name="packed_files", size=900, why="compression without the GIL, and the best so far kept in order"),
)

TRAPS = (
    ProgramCase(name="carried_state", size=2_500, why="each iteration needs the result of the one before"),
    ProgramCase(name="early_exit", size=2_500, why="what lies behind the first find must not be worked on"),
    ProgramCase(name="global_counter", size=2_500, why="a called function counts in a global"),
    ProgramCase(name="stateful_self", size=2_500, why="the object keeps a level, and a lock that cannot be pickled"),
    ProgramCase(name="random_stream", size=700, why="one seeded stream of random numbers for all iterations"),
    ProgramCase(name="printed_inside", size=2_500, why="what is called prints, in the order of the items"),
    ProgramCase(name="generator_twice", size=1_300, why="the body takes from the iterator that the loop goes over"),
    ProgramCase(name="transaction", size=2_500, why="each iteration reads what the one before wrote to the database"),
    ProgramCase(name="nested_pools", size=50, why="each iteration has every core in use already"),
    ProgramCase(name="tiny_share", size=2_500, why="the loop that could be shared out takes 2 % of the time"),
    ProgramCase(name="seen_before", size=1_300, why="the list that is gone over grows meanwhile"),
    ProgramCase(
        name="one_log_file", size=2_500, why="a file that is written in order, by an object that is not the item"
    ),
)
