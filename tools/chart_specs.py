"""The charts of a report as Altair makes them, without their rows: ``python -m tools.chart_specs``.

A page only puts its rows into what is kept in ``advisor/reports/charts/made``: importing Altair and letting it check a
chart takes longer than all else about a page. Rows are named data sets; what a report has no rows for is drawn as
nothing. Colours are the page's CSS variables, so that light, dark and print need one drawing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import altair as alt

from advisor.records import MODELS
from advisor.reports.charts import chart_specs
from advisor.reports.charts.model_marks import DASHES, SHAPES

_Layers = alt.LayerChart | alt.FacetChart
"""What Altair says a layered chart may be."""
HEIGHT_PIXELS = 300
_BYTES = "datum.value >= 1e9 ? format(datum.value / 1e9, '~g') + ' GB' : format(datum.value / 1e6, '~g') + ' MB'"
_SECONDS = (
    "datum.value >= 1 ? format(datum.value, ',~g') + ' s' : datum.value >= 0.001"
    " ? format(datum.value * 1000, '~g') + ' ms' : format(datum.value * 1000000, '~g') + ' µs'"
)
_ROUND = "indexof(['1', '2', '5'], substring(format(datum.value, 'e'), 0, 1)) >= 0"
"""Whether a tick of a logarithmic axis is 1, 2 or 5 times a power of ten."""


def speedup() -> _Layers:
    """Predicted lines, measured points with their intervals, and what stops each model."""
    x = _in_flight()
    lines = (
        alt.Chart(alt.NamedData("curves"))
        .mark_line(strokeWidth=2, clip=True)
        .encode(
            x=x,
            y=alt.Y("predicted_speedup:Q", scale=alt.Scale(zero=True, nice=True), title="speed-up (×)"),
            color=_colour(),
            strokeDash=_dash(),
            tooltip=[alt.Tooltip("plan:N"), alt.Tooltip("predicted:N", title="predicted")],
        )
    )
    return alt.layer(lines, *_ceilings(), *_measured(x))


def memory() -> _Layers:
    """What each number of workers takes, all processes together."""
    x, title, axis = _in_flight(), "peak memory", alt.Axis(labelExpr=_BYTES, tickCount=5)
    lines = (
        alt.Chart(alt.NamedData("curves"))
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=alt.Y("memory_bytes:Q", title=title, axis=axis),
            color=_colour(),
            strokeDash=_dash(),
            tooltip=[alt.Tooltip("plan:N"), alt.Tooltip("memory:N", title="expected")],
        )
    )
    points = (
        alt.Chart(alt.NamedData("measured"))
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            x=x,
            y=alt.Y("peak_rss_bytes:Q", title=title, axis=axis),
            color=_colour(),
            shape=_shape(),
            tooltip=[alt.Tooltip("plan:N"), alt.Tooltip("memory:N", title="measured")],
        )
    )
    return alt.layer(lines, points)


def calls() -> _Layers:
    """Total time against the number of calls; where the advice breaks even, and where the job is."""
    lines = (
        alt.Chart(alt.NamedData("lines"))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X(
                "calls:Q",
                scale=alt.Scale(type="log", nice=False),
                title="calls",
                axis=_log_axis("format(datum.value, ',~g')"),
            ),
            y=alt.Y("job_seconds:Q", scale=alt.Scale(type="log"), title="total time", axis=_log_axis(_SECONDS)),
            color=_colour(),
            strokeDash=_dash(),
            tooltip=["plan:N", "calls:Q", "time:N"],
        )
    )
    marks: list[Any] = []
    for data, height_pixels in (("job", 8), ("break_even", HEIGHT_PIXELS - 8)):
        marked = alt.Chart(alt.NamedData(data)).encode(x="calls:Q")
        marks += [
            marked.mark_rule(color="var(--ink)", strokeDash=[2, 3]),
            marked.mark_text(align="left", dx=5, color="var(--ink)", fontWeight="bold").encode(
                text="label:N", y=alt.value(height_pixels)
            ),
        ]
    return alt.layer(lines, *marks)


def surface() -> _Layers:
    """Expected speed-up by processes and threads in each; the advised plan is framed."""
    base = alt.Chart(alt.NamedData("surface")).encode(
        x=alt.X("threads:O", title="threads in each process", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("processes:O", title="processes"),
        tooltip=["plan:N", alt.Tooltip("expected:N", title="expected speed-up")],
    )
    cells = base.mark_rect(color="var(--accent)").encode(
        opacity=alt.Opacity("expected_speedup:Q", scale=alt.Scale(range=[0.04, 0.42]), legend=None)
    )
    advised = alt.Chart(alt.NamedData("advised")).encode(x="threads:O", y="processes:O")
    return alt.layer(
        cells,
        base.mark_text(color="var(--ink)").encode(text="expected:N"),
        advised.mark_rect(filled=False, stroke="var(--ink)", strokeWidth=2.5),
    )


CHARTS: Mapping[str, Callable[[], _Layers]] = {
    "speedup": speedup,
    "calls": calls,
    "surface": surface,
    "memory": memory,
}
"""By the names under which they are kept."""


def _ceilings() -> list[Any]:
    """Rules over the whole width; their names by turns at the left, the right and between."""
    places: dict[str, dict[str, Any]] = {
        "left": {"align": "left", "x": 4, "dy": -7},
        "right": {"align": "right", "x": "width", "dx": -4, "dy": 9},
        "middle": {"align": "center", "x": {"expr": "width / 2"}, "dy": -7},
    }
    layers: list[Any] = []
    for side, place in places.items():
        base = alt.Chart(alt.NamedData(f"ceilings_{side}")).encode(y="speedup:Q", color=_colour())
        word = base.encode(text="label:N")
        layers += [
            base.mark_rule(strokeWidth=1.5, clip=True),
            # The paper's colour round the letters keeps them apart from the lines that they cross.
            word.mark_text(**place, stroke="var(--paper)", strokeWidth=4).encode(color=alt.value("var(--paper)")),
            word.mark_text(**place),
        ]
    return layers


def _measured(x: alt.X) -> list[Any]:
    tips = [
        alt.Tooltip("plan:N"),
        alt.Tooltip("speedup:Q", title="measured", format=".2f"),
        alt.Tooltip("interval:N", title="interval"),
        alt.Tooltip("job:N", title="whole job"),
        alt.Tooltip("runs:Q", title="trials"),
    ]
    base = alt.Chart(alt.NamedData("measured")).encode(x=x, color=_colour(), tooltip=tips)
    advised = alt.Chart(alt.NamedData("advised")).encode(
        x=x, y="speedup:Q", color=alt.value("var(--ink)"), tooltip=tips
    )
    return [
        base.mark_rule(strokeWidth=2).encode(y="speedup_low:Q", y2="speedup_high:Q"),
        base.mark_point(filled=True, size=80, opacity=1).encode(y="speedup:Q", shape=_shape()),
        advised.mark_point(shape="circle", size=420, strokeWidth=2, filled=False, opacity=1),
        advised.mark_text(align="left", dx=13, dy=14, fontWeight="bold", text="advised"),
    ]


def _in_flight() -> alt.X:
    axis = alt.Axis(format="d", grid=False, tickCount=6)
    return alt.X("workers:Q", scale=alt.Scale(type="log", base=2), title="calls in flight", axis=axis)


def _log_axis(labels: str) -> alt.Axis:
    return alt.Axis(labelExpr=f"{_ROUND} ? ({labels}) : ''", tickCount=12, gridOpacity=0.5)


def _colour() -> alt.Color:
    scale = alt.Scale(domain=list(MODELS), range=[f"var(--m-{model})" for model in MODELS])
    return alt.Color("model:N", scale=scale, legend=None)


def _shape() -> alt.Shape:
    scale = alt.Scale(domain=list(MODELS), range=[SHAPES[model] for model in MODELS])
    return alt.Shape("model:N", scale=scale, legend=None)


def _dash() -> alt.StrokeDash:
    scale = alt.Scale(domain=list(MODELS), range=[list(DASHES[model]) for model in MODELS])
    return alt.StrokeDash("model:N", scale=scale, legend=None)


def spelt(chart: _Layers) -> str:
    """The chart as Vega-Lite in JSON, as wide as its place and in the page's colours."""
    text = {"labelColor": "var(--soft)", "titleColor": "var(--soft)", "labelFontSize": 12, "titleFontSize": 12}
    finished = (
        chart.properties(width="container", background="transparent", autosize={"type": "fit-x", "contains": "padding"})
        .configure(font="system-ui, sans-serif", padding=0)
        .configure_view(stroke=None, continuousHeight=HEIGHT_PIXELS)
        .configure_axis(
            **text,
            titleFontWeight="normal",
            gridColor="var(--line)",
            domainColor="var(--soft)",
            tickColor="var(--soft)",
        )
        .configure_text(fontSize=12)
    )
    return json.dumps(finished.to_dict(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    chart_specs.FOLDER.mkdir(exist_ok=True)
    for name, draw in CHARTS.items():
        (chart_specs.FOLDER / f"{name}.json").write_text(spelt(draw()), encoding="utf-8", newline="\n")
