"""Whether the edited program does what it did, and how much faster: runs before and after, in turns."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Version = Literal["before", "after"]

T_QUANTILES = {2: 12.71, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447}
"""Of Student's distribution: 97.5 % for that many pairs, less one degree of freedom."""
SHORT_SECONDS = 4.0
ROUNDS = 3
ROUNDS_OF_SHORT_PROGRAM = 5


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One run of the program."""

    wall_seconds: float
    exit_status: int
    standard_output: bytes
    files: Mapping[str, str]
    """What it wrote: path in its folder to a digest of the contents, or ``removed``."""


RunVersion = Callable[[Version], Outcome]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What came out."""

    difference: str | None
    """One sentence; ``None`` where both do the same."""
    speedup: float
    """Before over after: geometric mean over the pairs of runs."""
    speedup_low: float
    speedup_high: float
    """95 % interval of Student's distribution on the logarithms."""
    rounds: int
    unsteady_output: bool
    """Whether the program as it was prints figures of its own that differ from run to run; those were not compared."""


def verify(run: RunVersion) -> Verified:
    """Run both versions in turns, as many rounds as the program's length allows for.

    Stops at the first difference that is no matter of figures which differ from run to run anyway.
    """
    pairs = [(run("before"), run("after"))]
    rounds = ROUNDS_OF_SHORT_PROGRAM if pairs[0][0].wall_seconds < SHORT_SECONDS else ROUNDS
    while len(pairs) < rounds and difference(pairs) is None:
        # The order is turned round each time, so that neither version is always second.
        if len(pairs) % 2:
            after, before = run("after"), run("before")
        else:
            before, after = run("before"), run("after")
        pairs.append((before, after))
    speedup, low, high = gain(pairs)
    return Verified(
        difference=difference(pairs),
        speedup=speedup,
        speedup_low=low,
        speedup_high=high,
        rounds=len(pairs),
        unsteady_output=len({before.standard_output for before, _ in pairs}) > 1,
    )


def gain(pairs: Sequence[tuple[Outcome, Outcome]]) -> tuple[float, float, float]:
    """Mean and interval of before over after; for one pair the interval says nothing."""
    logs = [math.log(before.wall_seconds / after.wall_seconds) for before, after in pairs]
    mean = statistics.fmean(logs)
    if len(logs) == 1:
        return math.exp(mean), 0.0, math.inf
    spread = T_QUANTILES[len(logs)] * statistics.stdev(logs) / math.sqrt(len(logs))
    return math.exp(mean), math.exp(mean - spread), math.exp(mean + spread)


def difference(pairs: Sequence[tuple[Outcome, Outcome]]) -> str | None:
    """What the edited program does otherwise, in one sentence."""
    befores = [before for before, _ in pairs]
    for _, after in pairs:
        if after.exit_status not in {before.exit_status for before in befores}:
            return f"It ends with exit status {after.exit_status} instead of {befores[0].exit_status}."
        if not _same_output(befores, after):
            return f"It prints something else: {_first_difference(befores[0].standard_output, after.standard_output)}."
        steady = {
            path: value
            for path, value in befores[0].files.items()
            if all(each.files.get(path) == value for each in befores)
        }
        for path, value in steady.items():
            if after.files.get(path) != value:
                return f"{path} comes out otherwise."
        extra = sorted(set(after.files) - {path for each in befores for path in each.files})
        if extra:
            return f"It writes {extra[0]}, which it did not before."
    return None


def _same_output(befores: Sequence[Outcome], after: Outcome) -> bool:
    """Equal to one of the runs before; where those differ in figures alone, equal but for figures."""
    if any(after.standard_output == each.standard_output for each in befores):
        return True
    if len(befores) == 1:
        # Whether the program prints other figures each time is known after its second run.
        return _without_figures(after.standard_output) == _without_figures(befores[0].standard_output)
    plain = {_without_figures(each.standard_output) for each in befores}
    steady = len({each.standard_output for each in befores}) == 1
    return not steady and _without_figures(after.standard_output) in plain


def _without_figures(output: bytes) -> bytes:
    return re.sub(rb"[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?", b"0", output)


def _first_difference(one: bytes, other: bytes) -> str:
    before, after = one.splitlines(), other.splitlines()
    for number, (left, right) in enumerate(zip(before, after, strict=False), start=1):
        if left != right:
            return f"line {number} is {_shown(right)} instead of {_shown(left)}"
    return f"{len(after)} lines instead of {len(before)}"


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return repr(text if len(text) <= 60 else f"{text[:57]}...")  # noqa: PLR2004 - what fits into a message
