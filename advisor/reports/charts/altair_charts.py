"""Altair charts over the frames of ``chart_frames``.

Colours are the page's CSS variables, so that light, dark and print need one drawing; every model has a shape and a
dash of its own beside its colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...records import MODELS, Outlook, Report
from . import frames

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

SHAPES = {
    "serial": "cross",
    "threading": "circle",
    "asyncio": "square",
    "multiprocessing": "triangle-up",
    "hybrid": "diamond",
}
DASHES = {"serial": [1, 0], "threading": [7, 3], "asyncio": [2, 2], "multiprocessing": [10, 3, 2, 3], "hybrid": [4, 2]}
HEIGHT_PIXELS = 300
ROW_PIXELS = 40
"""Of the surface."""
IN_SIGHT_RATIO = 1.5
"""Ceilings further above all points than that are named in words alone."""
_BYTES = "datum.value >= 1e9 ? format(datum.value / 1e9, '~g') + ' GB' : format(datum.value / 1e6, '~g') + ' MB'"
_SECONDS = (
    "datum.value >= 1 ? format(datum.value, ',~g') + ' s' : datum.value >= 0.001"
    " ? format(datum.value * 1000, '~g') + ' ms' : format(datum.value * 1000000, '~g') + ' µs'"
)
_ROUND = "indexof(['1', '2', '5'], substring(format(datum.value, 'e'), 0, 1)) >= 0"
"""Whether a tick of a logarithmic axis is 1, 2 or 5 times a power of ten."""


def speedup_chart(report: Report, outlook: Outlook) -> dict[str, Any]:
    """Predicted lines, measured points with their intervals, and what stops each model."""
    import altair as alt

    curves = frames.curves_frame(outlook)[["model", "plan", "workers", "predicted_speedup", "predicted"]]
    measured = frames.measured_frame(report, outlook)
    top = max([*curves["predicted_speedup"], *(measured["speedup_high"] if len(measured) else [])])
    ceilings = frames.ceilings_frame(outlook, up_to=IN_SIGHT_RATIO * top)
    y_scale = alt.Scale(domain=[0, max([top, *(ceilings["speedup"] if len(ceilings) else [])])], nice=True)
    x = alt.X("workers:Q", scale=_doubling(), title="calls in flight", axis=_whole_axis())
    lines = (
        alt.Chart(curves)
        .mark_line(strokeWidth=2, clip=True)
        .encode(
            x=x,
            y=alt.Y("predicted_speedup:Q", scale=y_scale, title="speed-up (×)"),
            color=_colour(),
            strokeDash=_dash(),
            tooltip=[alt.Tooltip("plan:N"), alt.Tooltip("predicted:N", title="predicted")],
        )
    )
    layers: list[Any] = [lines]
    if len(ceilings):
        layers += _ceilings(ceilings)
    if len(measured):
        layers += _measured(measured, x)
    return _finished(alt.layer(*layers))


def memory_chart(report: Report, outlook: Outlook) -> dict[str, Any]:
    """What each number of workers takes, all processes together."""
    import altair as alt

    curves = frames.curves_frame(outlook)[["model", "plan", "workers", "memory_bytes", "memory"]].dropna()
    measured = frames.measured_frame(report, outlook).dropna(subset=["peak_rss_bytes"])
    x = alt.X("workers:Q", scale=_doubling(), title="calls in flight", axis=_whole_axis())
    title, axis = "peak memory", alt.Axis(labelExpr=_BYTES, tickCount=5)
    lines = (
        alt.Chart(curves)
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
        alt.Chart(measured)
        .mark_point(filled=True, size=70, opacity=1)
        .encode(
            x=x,
            y=alt.Y("peak_rss_bytes:Q", title=title, axis=axis),
            color=_colour(),
            shape=_shape(),
            tooltip=[alt.Tooltip("plan:N"), alt.Tooltip("memory:N", title="measured")],
        )
    )
    return _finished(alt.layer(lines, points))


def calls_chart(report: Report, outlook: Outlook) -> dict[str, Any]:
    """Total time against the number of calls; where the advice breaks even, and where the job is."""
    import altair as alt
    import pandas as pd

    lines = (
        alt.Chart(frames.calls_frame(outlook))
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
    advice = report.recommendation
    marks = [(report.target.calls, "your job", "top")]
    if advice is not None and advice.break_even_calls is not None and advice.plan.model != "serial":
        marks.append((advice.break_even_calls, "break-even", "bottom"))
    marked = pd.DataFrame(marks, columns=["calls", "label", "place"])
    rules = alt.Chart(marked).mark_rule(color="var(--ink)", strokeDash=[2, 3]).encode(x="calls:Q")
    words = [
        alt.Chart(marked[marked["place"] == place])
        .mark_text(align="left", dx=5, color="var(--ink)", fontWeight="bold")
        .encode(x="calls:Q", text="label:N", y=alt.value(height))
        for place, height in (("top", 8), ("bottom", HEIGHT_PIXELS - 8))
        if place in set(marked["place"])
    ]
    return _finished(alt.layer(lines, rules, *words))


def surface_chart(report: Report, outlook: Outlook) -> dict[str, Any]:
    """Expected speed-up by processes and threads in each; the advised plan is framed."""
    import altair as alt

    surface = frames.surface_frame(outlook)[["plan", "processes", "threads", "expected_speedup", "expected"]]
    advised = report.recommendation and frames.plan_name(report.recommendation.plan)
    base = alt.Chart(surface).encode(
        x=alt.X("threads:O", title="threads in each process", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("processes:O", title="processes"),
        tooltip=["plan:N", alt.Tooltip("expected:N", title="expected speed-up")],
    )
    cells = base.mark_rect(color="var(--accent)").encode(
        opacity=alt.Opacity("expected_speedup:Q", scale=alt.Scale(range=[0.04, 0.42]), legend=None)
    )
    figures = base.mark_text(color="var(--ink)").encode(text="expected:N")
    layers = [cells, figures]
    if advised in set(surface["plan"]):
        framed = alt.Chart(surface[surface["plan"] == advised]).encode(x="threads:O", y="processes:O")
        layers.append(framed.mark_rect(filled=False, stroke="var(--ink)", strokeWidth=2.5))
    return _finished(alt.layer(*layers).properties(height=ROW_PIXELS * surface["processes"].nunique()))


def _ceilings(ceilings: pd.DataFrame) -> list[Any]:
    """Rules over the whole width; their names by turns at the left, the right and between."""
    import altair as alt

    base = alt.Chart(ceilings).encode(y="speedup:Q", color=_colour())
    layers: list[Any] = [base.mark_rule(strokeWidth=1.5, clip=True)]
    places: dict[str, dict[str, Any]] = {
        "left": {"align": "left", "x": 4, "dy": -7},
        "right": {"align": "right", "x": "width", "dx": -4, "dy": 9},
        "middle": {"align": "center", "x": {"expr": "width / 2"}, "dy": -7},
    }
    for side, place in places.items():
        if side not in set(ceilings["side"]):
            continue
        word = alt.Chart(ceilings[ceilings["side"] == side]).encode(y="speedup:Q", color=_colour(), text="label:N")
        # The paper's colour round the letters keeps them apart from the lines that they cross.
        layers.append(
            word.mark_text(**place, stroke="var(--paper)", strokeWidth=4).encode(color=alt.value("var(--paper)"))
        )
        layers.append(word.mark_text(**place))
    return layers


def _measured(measured: pd.DataFrame, x: alt.X) -> list[Any]:
    import altair as alt

    tips = [
        alt.Tooltip("plan:N"),
        alt.Tooltip("speedup:Q", title="measured", format=".2f"),
        alt.Tooltip("interval:N", title="interval"),
        alt.Tooltip("job:N", title="whole job"),
        alt.Tooltip("runs:Q", title="trials"),
    ]
    base = alt.Chart(measured).encode(x=x, color=_colour(), tooltip=tips)
    layers = [
        base.mark_rule(strokeWidth=2).encode(y="speedup_low:Q", y2="speedup_high:Q"),
        base.mark_point(filled=True, size=80, opacity=1).encode(y="speedup:Q", shape=_shape()),
    ]
    advised = measured[measured["recommended"]]
    if len(advised):
        ink = alt.Chart(advised).encode(x=x, y="speedup:Q", color=alt.value("var(--ink)"), tooltip=tips)
        layers.append(ink.mark_point(shape="circle", size=420, strokeWidth=2, filled=False, opacity=1))
        layers.append(ink.mark_text(align="left", dx=13, dy=14, fontWeight="bold", text="advised"))
    return layers


def _doubling() -> alt.Scale:
    import altair as alt

    return alt.Scale(type="log", base=2)


def _whole_axis() -> alt.Axis:
    import altair as alt

    return alt.Axis(format="d", grid=False, tickCount=6)


def _log_axis(labels: str) -> alt.Axis:
    import altair as alt

    return alt.Axis(labelExpr=f"{_ROUND} ? ({labels}) : ''", tickCount=12, gridOpacity=0.5)


def _colour() -> alt.Color:
    import altair as alt

    scale = alt.Scale(domain=list(MODELS), range=[f"var(--m-{model})" for model in MODELS])
    return alt.Color("model:N", scale=scale, legend=None)


def _shape() -> alt.Shape:
    import altair as alt

    scale = alt.Scale(domain=list(MODELS), range=[SHAPES[model] for model in MODELS])
    return alt.Shape("model:N", scale=scale, legend=None)


def _dash() -> alt.StrokeDash:
    import altair as alt

    scale = alt.Scale(domain=list(MODELS), range=[DASHES[model] for model in MODELS])
    return alt.StrokeDash("model:N", scale=scale, legend=None)


def _finished(chart: Any) -> dict[str, Any]:
    """The chart as Vega-Lite, as wide as its place and in the page's colours."""
    text = {"labelColor": "var(--soft)", "titleColor": "var(--soft)", "labelFontSize": 12, "titleFontSize": 12}
    spec: dict[str, Any] = (
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
        .to_dict()
    )
    return spec
