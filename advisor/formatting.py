"""How figures and foreign text are written, the same in every format."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .records import Plan

MISSING = "–"
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{4,}\b")
"""Of an object, as Python shows it: another one in every run."""

_SECOND_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_BYTE_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"))
_MINUTE_SECONDS, _HOUR_SECONDS, _DAY_SECONDS = 60, 3600, 86400
_TEN, _HUNDRED = 10, 100
_LEAST_PERCENT = 0.05


def seconds(value: float | None) -> str:
    """A duration to three digits: ``12.3 ms``, ``1.83 s``, ``2 min 5 s``."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value < 0:
        return f"-{seconds(-value)}"
    if value == 0:
        return "0 s"
    rounded = float(f"{value:.3g}")
    if rounded >= _MINUTE_SECONDS:
        return _long_time(round(value))
    size, unit = next(((s, u) for s, u in _SECOND_UNITS if rounded >= s), _SECOND_UNITS[-1])
    return f"{_three_digits(rounded / size)} {unit}"


def size(value: float | None) -> str:
    """A number of bytes, in powers of 1000: ``512 B``, ``1.2 MB``, ``340 MB``."""
    if value is None or not math.isfinite(value):
        return MISSING
    for factor, unit in _BYTE_UNITS:
        if value >= 0.9995 * factor:
            scaled = value / factor
            return f"{scaled:.1f} {unit}" if scaled < _HUNDRED else f"{scaled:.0f} {unit}"
    return f"{value:.0f} B"


def ratio(value: float | None) -> str:
    """A speed-up: ``1.83×``, ``12.4×``, ``124×``."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{_ratio_digits(value)}×"


def ratio_range(low: float | None, high: float | None) -> str:
    """The interval of a speed-up: ``1.71 to 1.94×``."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return MISSING
    return f"{_ratio_digits(low)} to {ratio(high)}"


def share(fraction: float | None) -> str:
    """A fraction in per cent: ``87 %``."""
    if fraction is None or not math.isfinite(fraction):
        return MISSING
    percent = 100 * fraction
    return f"{percent:.1f} %" if _LEAST_PERCENT <= abs(percent) < 1 else f"{percent:.0f} %"


def count(value: int | None, noun: str = "") -> str:
    """A number with thousands marked, and what is counted: ``1,000 calls``, ``1 call``."""
    if value is None:
        return MISSING
    return f"{value:,} {noun}{'' if value == 1 else 's'}" if noun else f"{value:,}"


def workers(plan: Plan) -> str:
    """How many of what run at once: ``8 threads``, ``2 processes × 4 threads``."""
    parts = []
    if plan.processes is not None:
        parts.append(f"{plan.processes} process{'' if plan.processes == 1 else 'es'}")
    if plan.threads is not None:
        parts.append(count(plan.threads, "thread"))
    if plan.tasks is not None:
        parts.append(count(plan.tasks, "task"))
    text = " × ".join(parts) or "one call at a time"
    return text if plan.blas_threads is None else f"{text}, {count(plan.blas_threads, 'BLAS thread')} each"


def one_line(text: str) -> str:
    """Foreign text as one line: control characters and line ends become single spaces, addresses of objects go."""
    return _ADDRESS.sub("", " ".join("".join(c if c.isprintable() else " " for c in text).split()))


def lines_of(text: str) -> str:
    """Foreign text with its lines and indentation kept; other control characters and addresses of objects go."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return _ADDRESS.sub("", "".join(c for c in whole if c == "\n" or c.isprintable()))


def clip(text: str, length: int) -> str:
    """``text``, or its beginning and an ellipsis where it is longer than ``length`` characters."""
    return text if len(text) <= length else text[: max(0, length - 1)].rstrip() + "…"


def _three_digits(value: float) -> str:
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}"


def _ratio_digits(value: float) -> str:
    magnitude = abs(value)
    return f"{value:.2f}" if magnitude < _TEN else f"{value:.1f}" if magnitude < _HUNDRED else f"{value:,.0f}"


def _long_time(whole_seconds: int) -> str:
    for larger, unit, smaller, small_unit in (
        (_DAY_SECONDS, "d", _HOUR_SECONDS, "h"),
        (_HOUR_SECONDS, "h", _MINUTE_SECONDS, "min"),
    ):
        if whole_seconds >= larger:
            return f"{whole_seconds // larger} {unit} {whole_seconds % larger // smaller} {small_unit}"
    return f"{whole_seconds // _MINUTE_SECONDS} min {whole_seconds % _MINUTE_SECONDS} s"
