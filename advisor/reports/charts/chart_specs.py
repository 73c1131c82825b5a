"""Charts as Vega-Lite: kept without rows, as ``tools.chart_specs`` has Altair make them, and given the rows here."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from .chart_rows import Rows

FOLDER = Path(__file__).parent / "made"
ChartName = Literal["speedup", "calls", "surface", "memory"]


def with_rows(name: ChartName, rows: Mapping[str, Rows], **properties: float) -> str:
    """The chart as JSON that may stand in a script element.

    Args:
        name: Which chart.
        rows: By the name of the data set; each that the chart names is needed. Where one is empty, the layers that
            would draw it are left out, of which the browser would complain.
        properties: Of the whole chart, such as its ``height`` in pixels.
    """
    kept = _kept(name)
    layers = [layer for layer in kept["layer"] if rows[layer["data"]["name"]]]
    drawn = {data: some for data, some in rows.items() if some}
    spec = json.dumps({**kept, **properties, "layer": layers, "datasets": drawn}, allow_nan=False)
    return spec.replace("<", "\\u003c")


@functools.cache
def _kept(name: ChartName) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_bytes())
    return kept
