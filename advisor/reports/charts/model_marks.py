"""The shape and the dash of each model, beside its colour, on charts and in their legends."""

from __future__ import annotations

from collections.abc import Mapping

from ...records import Model

SHAPES: Mapping[Model, str] = {
    "serial": "cross",
    "threading": "circle",
    "asyncio": "square",
    "multiprocessing": "triangle-up",
    "hybrid": "diamond",
}
DASHES: Mapping[Model, tuple[int, ...]] = {
    "serial": (1, 0),
    "threading": (7, 3),
    "asyncio": (2, 2),
    "multiprocessing": (10, 3, 2, 3),
    "hybrid": (4, 2),
}
"""Pixels drawn and left out by turns."""
