"""One site: are its iterations independent, and what would each way of running them gain?"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..child.interpreter import Ask, ChildFailedError
from ..errors import FunctionFailedError, UnusableError
from ..pipeline import analysis
from ..probe.program.sites import Site
from ..records import Inputs, Job, Report, Target
from ..records.program import FindOptions
from . import project
from .close_look import Body, SiteSeen
from .independence import Judged, judge, outward_effects, unreplayed
from .replaying import replay_in_orders
from .surveying import Surveyed
from .trying import BodyModule, job_of_replays, job_of_stand_in, models_for

MOST_REQUESTS_AT_ONCE = 8
"""Of a server that was not asked how many it answers at once: http.server lets no more than five wait, for example."""


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """What every judgement needs."""

    ask: Ask
    folder: Path
    """Private; removed at the end."""
    surveyed: Surveyed
    options: FindOptions
    memory_bytes: int


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What came out for one site."""

    judged: Judged
    report: Report | None
    """The full analysis; ``None`` where nothing was tried."""
    by_stand_in: bool
    why_not_tried: str | None


def judge_site(workplace: Workplace, body: Body, seen: SiteSeen | None) -> Judgement:
    """Replays first, then trials; where the body must not be made again, trials of what waits and computes as long."""
    effects = outward_effects(body.analysis, seen)
    replayable = body.function is not None and seen is not None and seen.items_kept > 0
    may_replay = not effects or workplace.options.replay_effects
    if not (replayable and may_replay):
        return _by_stand_in(workplace, body, seen, unreplayed(body.analysis, effects, seen))
    assert seen is not None  # noqa: S101 - replayable
    module = _body_module(workplace, body)
    request = {
        "target": asdict(module.target),
        "argv0": module.target.file or module.target.module,
        "parts": [[part.file, len(part.iterations)] for part in seen.kept],
        "main_module": module.main_module,
    }
    try:
        replays, again = replay_in_orders(
            workplace.ask, workplace.options.trying.python, request, seen.items_kept, workplace.memory_bytes,
            workplace.options.trying.seed,
        )  # fmt: skip
    except ChildFailedError as error:
        why = f"The kept iterations could not be made again: {error.failure.message}"
        return _by_stand_in(workplace, body, seen, unreplayed(body.analysis, effects, seen, why))
    judged = judge(body.analysis, _names(body), replays, again)
    if judged.independence == "dependent" or not judged.may_try:
        return Judgement(judged=judged, report=None, by_stand_in=False, why_not_tried=judged.reasons[0])
    job = job_of_replays(module, seen.kept, _calls(seen))
    return _tried(workplace, body, judged, job, needs_no_pickle=judged.changes_item, by_stand_in=False)


def _names(body: Body) -> tuple[str, ...]:
    return () if body.function is None else (body.function.item, *body.function.live_in)


def _calls(seen: SiteSeen) -> int:
    """Iterations of one execution."""
    return max(1, round(seen.iterations / seen.entries))


def _by_stand_in(workplace: Workplace, body: Body, seen: SiteSeen | None, judged: Judged) -> Judgement:
    """By what the run itself showed of each iteration's waiting and computing."""
    why = None
    if judged.independence == "dependent":
        why = judged.reasons[0]
    elif body.function is None:
        why = body.cannot
    elif body.analysis.site.kind in ("pool", "gather"):
        why = "What its workers do was not seen one by one, and is not made again without --replay-effects."
    elif seen is None or not seen.timed:
        why = "Its iterations could not be watched in the second run."
    if why is not None or seen is None:
        return Judgement(judged=judged, report=None, by_stand_in=False, why_not_tried=why)
    if seen.obstacles:
        obstacle = seen.obstacles[0]
        reason = f"{obstacle.path} ({obstacle.type}) cannot be pickled, so no other process can be given it."
        judged = replace(judged, reasons=(reason, *judged.reasons))
    job = job_of_stand_in(seen, _calls(seen), workplace.folder)
    if any(effect.what == "network" for effect in seen.effects):
        trying = workplace.options.trying
        polite = replace(trying, max_workers=min(MOST_REQUESTS_AT_ONCE, trying.max_workers or MOST_REQUESTS_AT_ONCE))
        workplace = replace(workplace, options=replace(workplace.options, trying=polite))
    return _tried(workplace, body, judged, job, needs_no_pickle=bool(seen.obstacles), by_stand_in=True)


def _tried(
    workplace: Workplace,
    body: Body,
    judged: Judged,
    job: Job,
    needs_no_pickle: bool,
    by_stand_in: bool,
) -> Judgement:
    options = replace(
        workplace.options.trying, models=models_for(workplace.options.trying, needs_no_pickle), lines=False
    )
    try:
        report = analysis.analyze(job, options)
    except (UnusableError, FunctionFailedError) as error:
        return Judgement(judged=judged, report=None, by_stand_in=by_stand_in, why_not_tried=str(error))
    shown = _as_site(report, body.analysis.site, workplace.surveyed.paths[body.analysis.site.file])
    return Judgement(judged=judged, report=shown, by_stand_in=by_stand_in, why_not_tried=None)


def _as_site(report: Report, site: Site, path: str) -> Report:
    """The report of the body function, told of the site that it was made of: private files are gone afterwards."""
    target = replace(report.job.target, text=site.id, file=path)
    return replace(
        report,
        target=replace(report.target, name=site.id, file=path, line=site.line),
        job=replace(report.job, target=target, inputs=Inputs()),
    )


def _body_module(workplace: Workplace, body: Body) -> BodyModule:
    """The file with the body as a function in it, where an interpreter finds it under the file's own name."""
    assert body.function is not None  # noqa: S101 - asked only where there is one
    surveyed = workplace.surveyed
    path = Path(surveyed.paths[body.analysis.site.file])
    module = surveyed.modules.get(str(path))
    root = path.parent
    for _ in (module or "").split(".")[:-1]:
        root = root.parent
    number = len(list(workplace.folder.glob("body-*")))
    file = project.overlay(root, path, (body.importable or "").encode(), workplace.folder / f"body-{number}")
    name = module or re.sub(r"\W|^(?=\d)", "_", path.stem)
    roots = (str(workplace.folder / f"body-{number}"), *surveyed.search_path)
    target = Target(
        text=body.analysis.site.id,
        module=name,
        qualname=body.function.name,
        import_roots=roots,
        file=str(file),
        by_path=module is None and name != path.stem,
    )
    return BodyModule(target=target, main_module=name if module is None else None)
