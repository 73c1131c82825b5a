"""What the program gains by a site, by sites together, and in which order they stand. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NESTED_FROM = 0.2
"""Of the shorter one's time: what two sites share from there on belongs to one loop in the other."""
BOUND_LEAST_SECONDS = 1e-3


@dataclass(frozen=True, kw_only=True)
class Gain:
    """A site's seconds now and then; ``low`` and ``high`` are of the speed-up, so ``then_high`` is the longest."""

    site: str
    now_seconds: float
    then_seconds: float
    then_high_seconds: float
    then_low_seconds: float


@dataclass(frozen=True, kw_only=True)
class ProgramGain:
    """T / (T - t + t'), at the estimate and at both ends of the interval."""

    speedup: float
    low: float
    high: float


def gain_of_site(
    site: str,
    now_seconds: float,
    body_fraction: float,
    ratio: float,
    ratio_low: float,
    ratio_high: float,
) -> Gain:
    """What becomes of a site's time where its bodies take 1/ratio of the time that they take one after the other.

    Args:
        site: its id.
        now_seconds: all the time inside it, over all executions.
        body_fraction: the part of it that bodies take; the rest, such as making the items, stays.
        ratio: speed-up of one execution's bodies, start-up of the pool included.
        ratio_low: its lower bound.
        ratio_high: its upper bound.
    """
    body, rest = now_seconds * body_fraction, now_seconds * (1 - body_fraction)
    return Gain(
        site=site,
        now_seconds=now_seconds,
        then_seconds=rest + body / ratio,
        then_high_seconds=rest + body / ratio_low,
        then_low_seconds=rest + body / ratio_high,
    )


def gain_of_pool(
    site: str, now_seconds: float, serial_seconds: float, ratio: float, ratio_low: float, ratio_high: float
) -> Gain:
    """As ``gain_of_site``, for work that a pool does already: by what its calls take one after the other."""
    return Gain(
        site=site,
        now_seconds=now_seconds,
        then_seconds=serial_seconds / ratio,
        then_high_seconds=serial_seconds / ratio_low,
        then_low_seconds=serial_seconds / ratio_high,
    )


def program_gain(program_seconds: float, gains: Sequence[Gain]) -> ProgramGain:
    """Of sites that are not inside each other, together."""

    def speedup(then: Sequence[float]) -> float:
        saved = sum(gain.now_seconds - seconds for gain, seconds in zip(gains, then, strict=True))
        return program_seconds / max(BOUND_LEAST_SECONDS, program_seconds - saved)

    return ProgramGain(
        speedup=speedup([gain.then_seconds for gain in gains]),
        low=speedup([gain.then_high_seconds for gain in gains]),
        high=speedup([gain.then_low_seconds for gain in gains]),
    )


def best_together(gains: Sequence[Gain], overlaps: Mapping[frozenset[str], float]) -> tuple[Gain, ...]:
    """The gains to take together: of loops in loops the better one."""
    chosen: list[Gain] = []
    for gain in sorted(gains, key=lambda each: each.then_seconds - each.now_seconds):
        if gain.then_seconds < gain.now_seconds and not any(_nested(gain, other, overlaps) for other in chosen):
            chosen.append(gain)
    return tuple(chosen)


def _nested(one: Gain, other: Gain, overlaps: Mapping[frozenset[str], float]) -> bool:
    shared = overlaps.get(frozenset((one.site, other.site)), 0.0)
    return shared > NESTED_FROM * min(one.now_seconds, other.now_seconds)
