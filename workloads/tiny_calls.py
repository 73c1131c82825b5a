"""Calls so short that handing one to a worker costs more than making it."""

from __future__ import annotations


def temperatures() -> list[int]:
    """Return 1,000 temperatures in tenths of a degree Fahrenheit."""
    return list(range(-500, 1_500, 2))


def to_celsius(tenths_fahrenheit: int) -> int:
    """Return the temperature in tenths of a degree Celsius: about 0.1 microseconds of work."""
    return (tenths_fahrenheit - 320) * 5 // 9


def reading_lines() -> list[str]:
    """Return 2,000 lines of eight fields."""
    return [
        f"station-{number} ; {number % 90}.{number % 7} ; {number % 31:02d} ; ok ; {number} ; a ; b ; {number % 13}"
        for number in range(2_000)
    ]


def parse_reading(line: str) -> float:
    """Return the sum of the numbers in a line: about 3 microseconds of work."""
    total = 0.0
    for field in line.split(";"):
        text = field.strip()
        if text.replace(".", "", 1).isdigit():
            total += float(text)
    return total
