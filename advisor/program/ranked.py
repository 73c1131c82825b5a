"""What is known of each site -> the ranking and the best set. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .. import formatting as fmt
from ..records import Recommendation
from ..records.program import Best, FindOptions, ProgramSite
from .choosing import LEAST_EXECUTION_SECONDS
from .close_look import Body, SiteSeen
from .judging import Judgement
from .ranking import Gain, ProgramGain, best_together, gain_of_pool, gain_of_site, program_gain
from .survey import SiteTime, overlap_seconds
from .surveying import Surveyed

STAND_IN_LOW_RATIO = 0.5
"""Of what a stand-in gains: what a server or a disk that answers one at a time may leave of it."""
LEAST_PROGRAM_SPEEDUP = 1.03
"""Below it no edit is worth reading."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that is known of one site."""

    time: SiteTime
    body: Body
    seen: SiteSeen | None
    judgement: Judgement | None


def rank(known: Sequence[Known], program_seconds: float, options: FindOptions) -> tuple[ProgramSite, ...]:
    """The sites, what the program gains most first; those without a gain by their share."""
    sites = [_site(each, program_seconds, options) for each in known]
    return tuple(sorted(sites, key=lambda site: (-(site.program_speedup or 1.0), -site.share)))


def gains_of(known: Sequence[Known]) -> dict[str, Gain]:
    """What becomes of each site's time, where something was tried."""
    found = {}
    for each in known:
        gain = _gain(each)
        if gain is not None:
            found[each.time.site.id] = gain
    return found


def _gain(known: Known) -> Gain | None:
    advice = _advice(known)
    if advice is None or known.judgement is None:
        return None
    low, high = advice.speedup_low, advice.speedup_high
    if known.judgement.by_stand_in:
        low = min(low, max(1.0, STAND_IN_LOW_RATIO * advice.speedup))
    seen, site = known.seen, known.time.site
    if site.kind in ("pool", "gather"):
        entries = seen.entries if seen is not None else 1
        return gain_of_pool(
            site.id, known.time.wall_seconds, entries * advice.serial_job_seconds, advice.speedup, low, high
        )
    return gain_of_site(site.id, known.time.wall_seconds, _body_fraction(seen), advice.speedup, low, high)


def _body_fraction(seen: SiteSeen | None) -> float:
    if seen is None or seen.inside_seconds <= 0:
        return 1.0
    return min(1.0, seen.body_seconds / seen.inside_seconds)


def _advice(known: Known) -> Recommendation | None:
    judgement = known.judgement
    return judgement.report.recommendation if judgement is not None and judgement.report is not None else None


def _site(known: Known, program_seconds: float, options: FindOptions) -> ProgramSite:
    site, seen, judgement = known.time.site, known.seen, known.judgement
    gain, advice = _gain(known), _advice(known)
    whole = program_gain(program_seconds, [gain]) if gain is not None else None
    analysis = known.body.analysis
    why_not = _why_not(known, whole, options)
    return ProgramSite(
        id=site.id,
        file=site.file,
        line=site.line,
        end_line=site.end_line,
        function=site.function,
        kind=site.kind,  # type: ignore[arg-type] # one of the six words
        code=site.code,
        times_entered=None if seen is None else seen.entries,
        iterations=None if seen is None else seen.iterations,
        wall_seconds=known.time.wall_seconds,
        cpu_seconds=known.time.cpu_seconds,
        share=known.time.share,
        items_kept=0 if seen is None else seen.items_kept,
        independence=judgement.judged.independence if judgement is not None else analysis.verdict,  # type: ignore[arg-type] # as above
        independence_reasons=tuple(
            map(_sentence, judgement.judged.reasons if judgement is not None else analysis.reasons)
        ),
        recommendation=advice,
        judged_by=None if advice is None or judgement is None else "stand-in" if judgement.by_stand_in else "replay",
        site_speedup=None if gain is None else gain.now_seconds / gain.then_seconds,
        program_speedup=None if whole is None else whole.speedup,
        program_speedup_low=None if whole is None else whole.low,
        program_speedup_high=None if whole is None else whole.high,
        applies=why_not is None,
        why_not=None if why_not is None else _sentence(why_not),
    )


def _why_not(known: Known, whole: ProgramGain | None, options: FindOptions) -> str | None:
    """One sentence; ``None`` where the edit is advised."""
    judgement, advice = known.judgement, _advice(known)
    if judgement is None:
        return _why_not_judged(known)
    if judgement.judged.independence == "dependent":
        return _first(judgement.judged.reasons, "One iteration depends on those before it.")
    if advice is None or whole is None:
        return judgement.why_not_tried or "Nothing was tried."
    if known.time.site.kind not in ("pool", "gather") and advice.model == "serial":
        return f"One after the other is as fast as anything that was tried. {_last(advice.reasons)}".rstrip()
    if whole.speedup < LEAST_PROGRAM_SPEEDUP or gains_too_little(known, options):
        ratio = fmt.ratio(whole.speedup)
        return f"The program as a whole would gain too little by it ({ratio})."
    if not judgement.judged.may_apply:
        return _first(judgement.judged.reasons, "Whether its iterations are independent was not seen.")
    return None


def gains_too_little(known: Known, options: FindOptions) -> bool:
    """Whether the site itself becomes faster by less than the options ask for."""
    gain = _gain(known)
    return gain is None or gain.now_seconds / gain.then_seconds < options.trying.min_speedup_ratio


def _why_not_judged(known: Known) -> str:
    analysis, seen = known.body.analysis, known.seen
    if analysis.verdict == "dependent":
        return _first(analysis.reasons, "One iteration depends on those before it.")
    if seen is not None and known.time.wall_seconds < LEAST_EXECUTION_SECONDS * seen.entries:
        each = fmt.seconds(known.time.wall_seconds / seen.entries)
        return f"One execution of it takes {each}: to start or feed a pool would take longer."
    if seen is not None and seen.iterations < 2 * seen.entries:
        made = f"{fmt.count(seen.iterations, 'iteration')} in {fmt.count(seen.entries, 'execution')}"
        return f"It makes {made}: there is nothing to overlap."
    return "Other sites take more of the program's time; --top looks at more of them."


def _last(reasons: Sequence[str]) -> str:
    return reasons[-1] if reasons else ""


def _first(reasons: Sequence[str], otherwise: str) -> str:
    return reasons[0] if reasons else otherwise


def _sentence(text: str) -> str:
    """With a capital and a full stop; what the source says of a site has neither."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def best_of(
    sites: Sequence[ProgramSite],
    gains: Mapping[str, Gain],
    overlaps: Mapping[frozenset[str], float],
    program_seconds: float,
) -> Best:
    """The edits worth making together, and what they give as a whole."""
    chosen = best_together([gains[site.id] for site in sites if site.applies and site.id in gains], overlaps)
    whole = program_gain(program_seconds, chosen)
    return Best(
        sites=tuple(gain.site for gain in chosen),
        program_speedup=whole.speedup,
        program_speedup_low=whole.low,
        program_speedup_high=whole.high,
    )


def only_the_better(
    sites: Sequence[ProgramSite], best: Best, overlaps: Mapping[frozenset[str], float]
) -> tuple[ProgramSite, ...]:
    """Of loops in loops one edit is advised: the others say which."""
    found = []
    for site in sites:
        if site.applies and site.id not in best.sites:
            other = next((name for name in best.sites if overlaps.get(frozenset((name, site.id)), 0.0) > 0), None)
            why = (
                f"{other}, which it is nested with, gains more."
                if other
                else "Together with the others it gains nothing."
            )
            found.append(replace(site, applies=False, why_not=why))
        else:
            found.append(site)
    return tuple(found)


def overlaps_of(surveyed: Surveyed, known: Sequence[Known]) -> dict[frozenset[str], float]:
    """For each two of the sites the time in which one was inside the other."""
    return overlap_seconds(surveyed.samples, [each.time.site for each in known], surveyed.paths, surveyed.waits)
