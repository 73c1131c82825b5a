"""Arrays: NumPy drops the GIL in large loops, keeps busy with Python in small ones, and BLAS starts threads."""

from __future__ import annotations

import numpy as np


def sort_seeds() -> list[int]:
    """Return 40 seeds."""
    return list(range(40))


def median_of_sorted(seed: int) -> float:
    """Return the median of 500,000 random numbers (4 MB), found by sorting them."""
    return float(np.sort(np.random.default_rng(seed).random(500_000))[250_000])


def graph_seeds() -> list[int]:
    """Return 12 seeds."""
    return list(range(12))


def count_closed_walks(seed: int) -> int:
    """Return how many closed walks of 4 steps a random graph of 800 nodes has: two BLAS products of 800 x 800.

    The counts stay below 2**53, so they are exact whatever the order in which BLAS adds them.
    """
    edges = (np.random.default_rng(seed).random((800, 800)) < 0.1).astype(np.float64)
    two_steps = edges @ edges
    return int(np.trace(two_steps @ two_steps))


def track_seeds() -> list[int]:
    """Return 40 seeds."""
    return list(range(40))


def follow_track(seed: int) -> float:
    """Return where 4,000 small steps lead: each is an operation on an array of three numbers."""
    position = np.zeros(3)
    velocity = np.random.default_rng(seed).random(3)
    for _ in range(4_000):
        position = position + velocity * 0.01
        velocity = velocity - position * 0.01
    return round(float(position.sum()), 9)


def frame_seeds() -> list[int]:
    """Return 16 seeds."""
    return list(range(16))


def fade_frame(seed: int) -> float:
    """Return a brightness after 12 passes over an array of 32 MB: additions as fast as memory delivers."""
    frame = np.full(4_000_000, float(seed))
    for step in range(12):
        frame += step
    return float(frame[seed])
