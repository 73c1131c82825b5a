"""What was measured of a function, against the pool that runs it. Figures outrank what is read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import JSONDecodeError, loads
from pathlib import Path
from typing import Any

from .. import formatting as fmt
from ..errors import UnusableError
from ..records import Model, Report
from ..records.tried import Trial
from .model import launches, quantities
from .model.launches import Launch, argument, keyword
from .model.project import Definition
from .records import Context, Sighting

LOSS_RATIO = 1.25
"""How much faster another way must have been measured to be named."""
_BASELINE = Path(".advisor/baseline.json")
_MODELS: Mapping[str, Model] = {"thread": "threading", "process": "multiprocessing"}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What is known of one function."""

    recommended: Model
    report: Report | None
    """``None`` where only the baseline knows the function."""


def read(
    reports: Path, folder: Path, read_source: Callable[[str], bytes | None]
) -> tuple[Mapping[str, Figures], Sequence[str]]:
    """(figures by ``module:function``, notes on files that could not be used) of saved reports and the baseline."""
    notes: list[str] = []
    found: dict[str, Figures] = dict(_of_baseline(read_source((folder / _BASELINE).as_posix())))
    for path in sorted(reports.glob("*/report.json")):
        content = read_source(path.as_posix())
        try:
            report = _report(content)
        except UnusableError as error:
            notes.append(f"{path} is passed over: {error}")
            continue
        if report.recommendation is not None:
            name = f"{report.job.target.module}:{report.job.target.qualname}"
            found[name] = Figures(recommended=report.recommendation.plan.model, report=report)
    return found, notes


def _report(content: bytes | None) -> Report:
    from ..inputs import saved_report

    try:
        return saved_report.report_from_dict(loads(content or b""))
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise UnusableError("it is not JSON.") from None


def _of_baseline(content: bytes | None) -> Iterator[tuple[str, Figures]]:
    """By name alone; one that cannot be read is for ``advisor check`` to complain of."""
    try:
        document: Any = loads(content) if content else {}
    except (ValueError, RecursionError):
        return
    for name, block in document.items() if isinstance(document, dict) else ():
        model = block.get("model") if isinstance(block, dict) else None
        if model in ("serial", "threading", "multiprocessing", "hybrid", "asyncio"):
            yield name, Figures(recommended=model, report=None)


def finder(figures: Mapping[str, Figures]) -> Callable[[Context], Iterator[tuple[str, Sighting]]]:
    """What contradicts the figures: (code, sighting)."""

    def find(context: Context) -> Iterator[tuple[str, Sighting]]:
        for launch in context.launches:
            definition = launches.target(context.names, launch)
            model = _MODELS.get(launch.where)
            if definition is None or model is None or launch.how == "initializer":
                continue
            known = _known(figures, definition)
            if known is not None:
                yield from _compared(context, launch, definition, model, known)

    return find


def _known(figures: Mapping[str, Figures], definition: Definition) -> Figures | None:
    """By the dotted name, or the end of it: a report may name the module from another folder; or by the file."""
    for name, known in figures.items():
        module, _, function = name.rpartition(":")
        if function != definition.name:
            continue
        dotted = module.removesuffix(".py").replace("/", ".")
        same = definition.module.name == dotted or f".{definition.module.name}".endswith(f".{dotted}")
        if same or f".{dotted}".endswith(f".{definition.module.name}"):
            return known
    return None


def _compared(
    context: Context, launch: Launch, definition: Definition, model: Model, known: Figures
) -> Iterator[tuple[str, Sighting]]:
    report = known.report
    said = f"{'threads' if model == 'threading' else 'processes'} over {definition.name}"
    if report is None or report.recommendation is None:
        if known.recommended not in (model, "hybrid"):
            yield "ADV701", Sighting(node=launch.call, message=f"{said}: the baseline has {known.recommended} for it.")
        return
    advice = report.recommendation
    best = _best(report, model)
    if advice.plan.model not in (model, "hybrid") and best is not None and best.speedup:
        faster = advice.speedup / best.speedup
        if faster >= LOSS_RATIO or (advice.plan.model == "serial" and best.speedup < 1.0):
            other = fmt.workers(advice.plan) if advice.plan.model != "serial" else "one call after the other"
            yield "ADV701", Sighting(
                node=launch.call, severity="error" if faster >= 2 * LOSS_RATIO else None,
                message=f"{said}: measured {fmt.ratio(best.speedup)}; {other} {fmt.ratio(advice.speedup)}.",
            )  # fmt: skip
            return
    yield from _beyond_knee(context, launch, definition, model, report)
    yield from _chunk_that_loses(context, launch, definition, report)


def _best(report: Report, model: Model) -> Trial | None:
    ran = [trial for trial in report.trials if trial.plan.model == model and trial.speedup and trial.failure is None]
    return max(ran, key=lambda trial: trial.speedup or 0.0, default=None)


def _workers_asked(context: Context, launch: Launch) -> tuple[float, ast.AST] | None:
    made = context.names.value(launch.pool) if launch.pool is not None else None
    maker = made.origin if made is not None else None
    if not isinstance(maker, ast.Call):
        return None
    size = argument(maker, 0, "max_workers") or keyword(maker, "processes")
    stated = quantities.number(context.names, size)
    return None if stated is None else (stated, maker)


def _beyond_knee(
    context: Context, launch: Launch, definition: Definition, model: Model, report: Report
) -> Iterator[tuple[str, Sighting]]:
    asked = _workers_asked(context, launch)
    best = _best(report, model)
    if asked is None or best is None or not best.speedup or asked[0] <= best.plan.workers:
        return
    # Only what was tried with as many workers or more says that they gain nothing.
    beyond = [
        trial for trial in report.trials
        if trial.plan.model == model and trial.speedup and best.plan.workers < trial.plan.workers <= asked[0]
    ]  # fmt: skip
    if not beyond:
        return
    widest = max(beyond, key=lambda trial: trial.plan.workers)
    yield (
        "ADV702",
        Sighting(
            node=asked[1],
            message=f"{asked[0]:g} workers over {definition.name}: {best.plan.workers} measured "
            f"{fmt.ratio(best.speedup)}, "
            f"{widest.plan.workers} {fmt.ratio(widest.speedup or 0.0)}.",
        ),
    )


def _chunk_that_loses(
    context: Context, launch: Launch, definition: Definition, report: Report
) -> Iterator[tuple[str, Sighting]]:
    stated = quantities.number(context.names, keyword(launch.call, "chunksize"))
    ran = [trial for trial in report.trials if trial.plan.chunk_size and trial.speedup and trial.failure is None]
    if stated is None or not ran or launch.how != "map":
        return
    best = max(ran, key=lambda trial: trial.speedup or 0.0)
    same = [trial for trial in ran if trial.plan.chunk_size == stated]
    mine = max(same, key=lambda trial: trial.speedup or 0.0, default=None)
    if mine is not None and mine.speedup and best.speedup and best.speedup / mine.speedup >= LOSS_RATIO:
        yield (
            "ADV703",
            Sighting(
                node=launch.call,
                message=f"Chunks of {stated:g} over {definition.name}: measured {fmt.ratio(mine.speedup)}; "
                f"of {best.plan.chunk_size} {fmt.ratio(best.speedup)}.",
            ),
        )
