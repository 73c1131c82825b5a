"""Speed-up against workers as bars of text, for a terminal."""

from __future__ import annotations

from typing import NamedTuple

from ... import formatting as fmt
from ...decide.shown_trials import best_per_model, is_recommended, is_ruled_out, middle_per_plan
from ...records import MODELS, Plan, Report, Trial

MEASURED, INTERVAL, PREDICTED, SERIAL = "█", "▒", "◇", "│"
LEAST_LINES = 4
"""A title and three bars: with less room there is no chart."""
_MODEL_WIDTH, _VALUE_WIDTH, _LEAST_BAR, _MOST_BAR = 15, 6, 8, 72
_TITLE = "speed-up against workers"
_LEGEND = {MEASURED: "measured", INTERVAL: "interval", PREDICTED: "predicted", SERIAL: "serial"}


class Line(NamedTuple):
    """One line of the chart and, where it is a bar, whether its plan is the advised one or ruled out."""

    text: str
    recommended: bool = False
    ruled_out: bool = False


def draw(report: Report, width: int, lines: int) -> list[Line]:
    """A bar for each plan that ran: solid up to the interval's low end, shaded up to its high end.

    Args:
        report: What to draw.
        width: Columns; no line is longer.
        lines: At most so many, title included. Where that is too few for every plan, the advised one, the best
            of each model and the fastest of the others are drawn.

    Returns:
        No line at all where nothing but serial ran, or where there is no room.
    """
    plans = [trial for trial in middle_per_plan(report) if trial.plan.model != "serial" and trial.speedup]
    if not plans or lines < min(LEAST_LINES, len(plans) + 1):
        return []
    shown = _chosen(report, plans, lines - 1)
    left_out = len(plans) - len(shown)
    note = f" ({left_out} more tried)" if left_out else ""
    counts_width = max(len(numbers(trial.plan)) for trial in shown)
    bar_width = min(_MOST_BAR, max(_LEAST_BAR, width - _MODEL_WIDTH - counts_width - _VALUE_WIDTH - 3))
    most = max(max(trial.speedup_high or 0.0, trial.speedup or 0.0, 1.0) for trial in shown)
    drawn = [Line(fmt.clip(_TITLE + note, width))]
    model = ""
    for trial in shown:
        name = trial.plan.model if trial.plan.model != model else ""
        model = trial.plan.model
        bar = _bar(trial, bar_width, most)
        text = f"{name:<{_MODEL_WIDTH}} {numbers(trial.plan):>{counts_width}} {bar} {fmt.ratio(trial.speedup)}"
        drawn.append(Line(text, is_recommended(report, trial), is_ruled_out(report, trial)))
    legend = _legend(drawn)
    return [*drawn, Line(legend)] if len(drawn) < lines and len(legend) <= width else drawn


def _legend(drawn: list[Line]) -> str:
    """What the signs mean that are there."""
    signs = "".join(line.text for line in drawn)
    return " ".join(f"{sign} {word}" for sign, word in _LEGEND.items() if sign in signs)


def numbers(plan: Plan) -> str:
    """How many workers, without saying of what: ``8``, ``2×4``, ``1``."""
    counts = [str(n) for n in (plan.processes, plan.threads, plan.tasks) if n is not None]
    return "×".join(counts) or "1"


def _chosen(report: Report, plans: list[Trial], room: int) -> list[Trial]:
    """As many as there is room for, by model and workers."""
    best = {trial.plan for trial in best_per_model(report)}

    def weight(trial: Trial) -> tuple[bool, bool, float]:
        return not is_recommended(report, trial), trial.plan not in best, -(trial.speedup or 0.0)

    kept = sorted(plans, key=weight)[:room]
    return sorted(kept, key=lambda trial: (MODELS.index(trial.plan.model), trial.plan.workers))


def _bar(trial: Trial, width: int, most: float) -> str:
    """``width`` cells from 0 to ``most``."""
    middle = trial.speedup or 0.0
    low, high = trial.speedup_low or middle, trial.speedup_high or middle
    solid, shaded = (round(value / most * width) for value in (low, high))
    cells = list((MEASURED * max(1, solid)).ljust(shaded, INTERVAL).ljust(width))
    one = min(width - 1, round(1 / most * width))
    if cells[one] == " ":
        cells[one] = SERIAL
    if trial.predicted_speedup is not None and trial.predicted_speedup <= most:
        cells[min(width - 1, round(trial.predicted_speedup / most * width))] = PREDICTED
    return "".join(cells[:width])
