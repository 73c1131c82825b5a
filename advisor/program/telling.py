"""The whole program's answer in words, and what its reader should know beside the ranking. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .. import formatting as fmt
from ..records import Finding
from ..records.program import ProgramReport, ProgramSite, TimePlace
from .ranked import Known
from .survey import WAITING_MODULES
from .surveying import Surveyed

ALL_ONE_CALL = 0.5
"""From this share on one place is where the time goes."""
WAITING_BELOW = 0.25
"""Of CPU over wall time."""


def headline(report: ProgramReport) -> str:
    """The answer in a sentence or two."""
    program, best = report.program, report.best
    took = f"{report.command.name} took {fmt.seconds(program.wall_seconds)}"
    if best.sites:
        where = " and ".join(best.sites)
        then = fmt.seconds(program.wall_seconds / best.program_speedup)
        interval = fmt.ratio_range(best.program_speedup_low, best.program_speedup_high)
        gain = f"{fmt.ratio(best.program_speedup)} ({interval}) for the whole program"
        return f"{took}; about {then} with {where} changed: {gain}."
    return f"{took}. Nothing here is worth doing. {where_instead(report.time_places, report.sites)}"


def where_instead(places: Sequence[TimePlace], sites: Sequence[ProgramSite]) -> str:
    """Where the time goes where no site gains, and what would have to change."""
    if not places:
        return "Its time goes into starting up and into code that is not its own."
    # Who waits for what was handed out is where the time is seen, and not where it goes.
    working = [place for place in places if (place.calls or "").partition(":")[0] not in WAITING_MODULES]
    first = (working or list(places))[0]
    place = f"{first.function} ({_name(first.file)}, line {first.line})"
    part = f"{fmt.share(first.share)} of the time goes into {place}"
    called = f", most of it in {first.calls}" if first.calls else ""
    if first.cpu_fraction < WAITING_BELOW:
        return (
            f"{part}{called}, which waits: `{first.source}`. Only fewer or earlier requests, or waiting for several "
            "things at once, would change that."
        )
    chained = next((site for site in sites if site.independence == "dependent" and site.share >= ALL_ONE_CALL), None)
    if chained is not None:
        return (
            f"{part}{called}, in a chain of iterations that need each other ({chained.id}). "
            f"{chained.why_not or ''} Only another algorithm, or a faster step, would change that."
        )
    return f"{part}{called}: `{first.source}`. Only less work there, or a faster way to do it, would change that."


def _name(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]


def findings(known: Sequence[Known], surveyed: Surveyed, second_run: str | None) -> tuple[Finding, ...]:
    """What the reader should know beside the ranking."""
    found: list[Finding] = []
    if surveyed.run.interrupted_after_seconds is not None:
        when = f"after {fmt.seconds(surveyed.run.interrupted_after_seconds)}"
        ended = "The program was ended by Ctrl-C; what it did until then was judged."
        found.append(_note("interrupted-run", ended, when))
    elif surveyed.run.exit_status != 0:
        ended = f"The program ended with exit status {surveyed.run.exit_status}; its run was judged all the same."
        found.append(_note("exit-status", ended, "It ended by itself, without an exception."))
    if second_run is not None:
        otherwise = "The second run of the program went otherwise than the first."
        found.append(Finding(code="second-run", severity="warning", message=otherwise, evidence=second_run))
    for each in known:
        found += _of_site(each)
    return tuple(found)


def _of_site(known: Known) -> list[Finding]:
    name, seen, judgement = known.time.site.id, known.seen, known.judgement
    found = [
        Finding(
            code="unpicklable",
            severity="warning",
            message=f"{name}: {obstacle.path} ({obstacle.type}) cannot be pickled, so no process can be given it.",
            evidence=obstacle.error,
            excludes=("multiprocessing", "hybrid"),
        )
        for obstacle in (seen.obstacles[:1] if seen is not None else ())
    ]
    if judgement is not None and judgement.by_stand_in and judgement.report is not None:
        found.append(
            _note(
                "stand-in",
                f"{name} was not made again: what was timed waits and computes as long as its iterations did in the "
                "program. What answers them may not answer several at once.",
                "; ".join(judgement.judged.reasons[:1]),
            )
        )
    return found


def _note(code: str, message: str, evidence: str) -> Finding:
    return Finding(code=code, severity="note", message=message, evidence=evidence)
