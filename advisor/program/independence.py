"""Whether iterations may run at once: by source, by what the run showed, and by replays in other orders. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..formatting import count
from ..probe.program.findings import Analysis
from ..records.program import Independence
from .close_look import SiteSeen

OUTWARD = ("network", "file", "database", "process")
"""Effects for which a site is not replayed unless that is allowed."""


@dataclass(frozen=True, kw_only=True)
class Iteration:
    """One iteration, made again."""

    item: int
    result: str | None
    """A digest; ``None`` where the result has none."""
    error: str | None
    changed: tuple[int, ...]
    """Which of its arguments it changed, from 0 for the item."""
    printed: str | None
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, kw_only=True)
class Left:
    """A variable of the program that iterations have changed."""

    name: str
    text: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The kept iterations in one order."""

    order: str
    iterations: tuple[Iteration, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The verdict and why, the weightiest sentence first."""

    independence: Independence
    reasons: tuple[str, ...]
    changes_item: bool = False
    """Iterations change the item itself: a process would change its own copy."""
    may_apply: bool = True
    """Whether an edit may be advised."""
    may_try: bool = True
    """Whether anything is worth trying: not where what an iteration gives is never the same."""


def unreplayed(
    analysis: Analysis, effects: Sequence[str], seen: SiteSeen | None = None, why: str | None = None
) -> Judged:
    """The verdict on a site whose iterations were not made again: the source's, with what the run showed.

    Args:
        analysis: what the source says.
        effects: what iterations do to the world outside, in sentences.
        seen: what the close look saw.
        why: why they were not made again, where it is not for their effects.
    """
    by_source: Independence = analysis.verdict  # type: ignore[assignment] # one of the four words
    shared = next((effect.shared for effect in (seen.effects if seen else ()) if effect.shared), None)
    if shared is not None:
        return _dependent(f"More than one iteration writes {shared}, in the order of the items.")
    kinds = {noted.kind for noted in analysis.effects}
    reasons = (*((why,) if why else ()), *effects[:2], *analysis.reasons)
    return Judged(
        independence=by_source if why is None else "dependent" if by_source == "dependent" else "unknown",
        reasons=reasons,
        may_apply=why is None and by_source in ("independent", "reduction") and "database" not in kinds,
    )


def outward_effects(analysis: Analysis, seen: SiteSeen | None) -> tuple[str, ...]:
    """What the iterations do to the world outside, in sentences; none where nothing was read or seen."""
    said = [noted.sentence for noted in analysis.effects if noted.kind in OUTWARD]
    if seen is not None:
        for effect in seen.effects:
            if effect.what in OUTWARD:
                example = f", such as {effect.examples[0]}" if effect.examples else ""
                events = " and ".join(effect.events[:2])
                said.append(f"Its iterations were seen to touch the {effect.what} ({events}{example}).")
    return tuple(dict.fromkeys(said))


def judge(analysis: Analysis, names: Sequence[str], replays: Sequence[Replay], again: Replay | None = None) -> Judged:
    """Put together what the source says and what the replays did; the first replay is in the program's order.

    Args:
        analysis: what the source says.
        names: of the arguments, the item first.
        replays: in several orders.
        again: the first order once more, where orders differed.
    """
    by_source: Independence = analysis.verdict  # type: ignore[assignment] # one of the four words
    if by_source == "dependent" or not replays:
        return Judged(independence=by_source, reasons=analysis.reasons)
    against = _against(names, replays, again)
    if against is not None:
        return against
    made = count(len(replays[0].iterations), "kept iteration")
    orders = ", ".join(replay.order for replay in replays)
    agreed = f"{made} made again in fresh interpreters ({orders}): same results, and nothing else left changed."
    changes_item = any(0 in each.changed for replay in replays for each in replay.iterations)
    reasons = [agreed]
    if changes_item:
        reasons.append(f"Each iteration changes its own {names[0]} in place, which another process would not see.")
    if any(each.result is None and each.error is None for each in replays[0].iterations):
        reasons[0] = (
            f"{made} made again in fresh interpreters ({orders}): nothing left changed; results cannot be compared."
        )
        return Judged(independence="unknown", reasons=tuple(reasons), changes_item=changes_item)
    sure: Independence = "reduction" if analysis.reductions else "independent"
    return Judged(independence=sure, reasons=(*reasons, *analysis.reasons), changes_item=changes_item)


def _against(names: Sequence[str], replays: Sequence[Replay], again: Replay | None) -> Judged | None:
    first = {each.item: each for each in replays[0].iterations}
    for replay in replays:
        printed = next((each for each in replay.iterations if each.printed is not None), None)
        if printed is not None:
            return _dependent("An iteration prints: run at once, the lines would come in another order.")
        changed = {names[place] for each in replay.iterations for place in each.changed if place > 0}
        if changed:
            what = " and ".join(sorted(changed))
            return _dependent(f"Iterations change {what}, which they share, as replays showed.")
        left = [each for each in replay.left if each.kind != "cache"]
        if left:
            return _dependent(f"Iterations leave {left[0].name} changed (now {left[0].text}), as replays showed.")
    for replay in replays[1:]:
        for each in replay.iterations:
            before = first.get(each.item)
            if before is None or (before.result, before.error) == (each.result, each.error):
                continue
            if again is not None and _differ(replays[0], again):
                return Judged(
                    independence="unknown",
                    may_try=False,
                    reasons=(
                        f"Iteration {each.item} gave another result each time that it was made, in one order, too.",
                    ),
                )
            told = f" ({each.error})" if each.error and not before.error else ""
            return _dependent(
                f"Iteration {each.item} gave another result when they were made {replay.order}{told}: "
                "what an iteration gives depends on those before it."
            )
    return None


def _differ(one: Replay, other: Replay) -> bool:
    known = {each.item: (each.result, each.error) for each in one.iterations}
    return any(
        known.get(each.item, (each.result, each.error)) != (each.result, each.error) for each in other.iterations
    )


def _dependent(reason: str) -> Judged:
    return Judged(independence="dependent", reasons=(reason,))


def orders_differ(replays: Sequence[Replay]) -> bool:
    """Whether a replay in another order gave another result for some item."""
    return any(_differ(replays[0], replay) for replay in replays[1:])
