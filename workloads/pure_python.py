"""Bytecode from end to end: one thread at a time runs it, so only processes can share it out."""

from __future__ import annotations

import random

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def collatz_starts() -> list[int]:
    """Return 30 first numbers, 5,000 apart."""
    return list(range(100_000, 250_000, 5_000))


def longest_collatz(start: int) -> int:
    """Return the number with the longest Collatz chain among the 1,600 from ``start`` on."""
    best_number, best_length = start, 0
    for number in range(start, start + 1_600):
        length, value = 1, number
        while value != 1:
            value = 3 * value + 1 if value % 2 else value // 2
            length += 1
        if length > best_length:
            best_number, best_length = number, length
    return best_number


def word_pairs() -> list[tuple[str, str]]:
    """Return 30 pairs of words, 220 letters each, one argument tuple a call."""
    generator = random.Random(2)
    return [
        ("".join(generator.choices(_LETTERS, k=220)), "".join(generator.choices(_LETTERS, k=220))) for _ in range(30)
    ]


def edit_distance(left: str, right: str) -> int:
    """Return how many letters to insert, delete or replace to turn ``left`` into ``right``."""
    previous = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        current = [row]
        for column, other in enumerate(right, 1):
            replaced = previous[column - 1] + (letter != other)
            current.append(min(replaced, previous[column] + 1, current[-1] + 1))
        previous = current
    return previous[-1]
