"""A function as physics: what one call does, in what order, and what limits it from outside."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

LEAST_JOB_SECONDS = 0.05


@dataclass(frozen=True)
class SimulatedFunction:
    """What a call of mean size does. Seconds per call; ``segments`` says how finely its parts alternate."""

    held_seconds: float
    free_seconds: float
    wait_seconds: float
    segments: int = 1
    calls: int = 200
    argument_bytes: int = 100
    result_bytes: int = 100
    import_seconds: float = 0.0
    outside_places: int | None = None
    """How many calls a server, in its waits, answers at once."""
    bandwidth_workers: int | None = None
    """How many workers' computing without the GIL the memory can feed."""
    lock: bool = False
    """Each call holds a lock of its process from beginning to end."""
    size_deviation: float = 0.0
    """Of the logarithm of a call's size; sizes come sorted, the smallest first."""
    is_coroutine: bool = False
    hidden_from_heartbeat: bool = False
    """The GIL is dropped and taken so often that a heartbeat sees none of it held."""

    @property
    def wall_seconds(self) -> float:
        """Of one call of mean size, alone."""
        return self.held_seconds + self.free_seconds + self.wait_seconds

    def sizes(self) -> list[float]:
        """A factor for each of the job's calls, ascending, of mean 1."""
        if not self.size_deviation:
            return [1.0] * self.calls
        spread = [_normal_quantile((i + 0.5) / self.calls) for i in range(self.calls)]
        factors = [math.exp(self.size_deviation * z) for z in spread]
        mean = sum(factors) / len(factors)
        return [factor / mean for factor in factors]


def random_function(chance: random.Random) -> SimulatedFunction:
    """One of the many functions that people write; every kind in turn with every other."""
    wall = 10 ** chance.uniform(-4.5, -0.7)
    job_seconds = 10 ** chance.uniform(-1.2, 2.5)
    # Few calls are enough to prove a decision, but no job is worth one that takes less than a moment.
    calls = max(4, min(200, int(job_seconds / wall)), math.ceil(LEAST_JOB_SECONDS / wall))
    mix = chance.choice(("held", "free", "wait", "held+free", "held+wait", "free+wait", "all"))
    shares = [chance.random() if part in mix or mix == "all" else 0.0 for part in ("held", "free", "wait")]
    total = sum(shares) or 1.0
    # Any Python call holds the GIL for a moment.
    held, free, wait = (wall * share / total for share in shares)
    big = chance.random() < 0.15
    return SimulatedFunction(
        held_seconds=max(held, 2e-6),
        free_seconds=free,
        wait_seconds=wait,
        segments=chance.choice((1, 1, 2, 5)),
        calls=calls,
        argument_bytes=int(10 ** chance.uniform(5, 7.5)) if big else int(10 ** chance.uniform(1, 4)),
        result_bytes=int(10 ** chance.uniform(1, 6)),
        import_seconds=10 ** chance.uniform(-3, -0.3),
        outside_places=chance.choice((2, 4, 8, 16)) if wait > 0.3 * wall and chance.random() < 0.25 else None,
        bandwidth_workers=chance.choice((1, 2, 3, 4)) if free > 0.5 * wall and chance.random() < 0.15 else None,
        lock=chance.random() < 0.05,
        size_deviation=chance.choice((0.0, 0.0, 0.0, 0.3, 1.0)),
        is_coroutine=wait > 0.5 * wall and chance.random() < 0.3,
        hidden_from_heartbeat=held > 0.3 * wall and chance.random() < 0.08,
    )


def _normal_quantile(probability: float) -> float:
    """Inverse of the normal distribution, by the logistic approximation; good to 2 % where it matters here."""
    return math.log(probability / (1 - probability)) / 1.702
