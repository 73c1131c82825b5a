"""What of an outlook is charted: the figures that stand out, and no more ceilings than are in sight."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..records import Ceiling, CurvePoint, MeasuredPoint, Model, Outlook

IN_SIGHT_RATIO = 1.5
"""Ceilings further above all points than that are named in words alone."""


def is_drawable(*figures: float | None) -> bool:
    """Whether all of them are known and finite, so that there is a place for them on an axis."""
    return all(figure is not None and math.isfinite(figure) for figure in figures)


def lowest_ceilings(outlook: Outlook) -> tuple[tuple[Ceiling, tuple[Model, ...]], ...]:
    """What stops each model first; models that the same stops at the same height stand together. The lowest first."""
    lowest: dict[Model, Ceiling] = {}
    for ceiling in outlook.ceilings:
        lowest.setdefault(ceiling.model, ceiling)
    shared: dict[tuple[str, str], list[Ceiling]] = {}
    for ceiling in sorted(lowest.values(), key=lambda ceiling: ceiling.speedup):
        shared.setdefault((ceiling.name, f"{ceiling.speedup:.3g}"), []).append(ceiling)
    return tuple((group[0], tuple(ceiling.model for ceiling in group)) for group in shared.values())


def ceilings_in_sight(outlook: Outlook) -> tuple[tuple[Ceiling, tuple[Model, ...]], ...]:
    """Those of ``lowest_ceilings`` that are not far above all that is predicted and measured."""
    drawn = [point.predicted_speedup for curve in outlook.curves for point in curve.points]
    drawn += [point.speedup_high for point in outlook.measured]
    top = max((figure for figure in drawn if is_drawable(figure)), default=0.0)
    return tuple(group for group in lowest_ceilings(outlook) if group[0].speedup <= IN_SIGHT_RATIO * top)


def fastest(measured: Sequence[MeasuredPoint]) -> MeasuredPoint | None:
    """The plan that ran fastest; ``None`` where none was measured."""
    return max(measured, key=lambda point: point.speedup, default=None)


def heaviest(measured: Sequence[MeasuredPoint]) -> MeasuredPoint | None:
    """The plan that took the most memory; ``None`` where no memory was measured."""
    weighed = [point for point in measured if point.peak_rss_bytes is not None]
    return max(weighed, key=lambda point: point.peak_rss_bytes or 0, default=None)


def most_expected(surface: Sequence[CurvePoint]) -> CurvePoint | None:
    """The hybrid of which the most is expected; ``None`` where there is none."""
    return max(surface, key=lambda point: point.expected_speedup, default=None)
