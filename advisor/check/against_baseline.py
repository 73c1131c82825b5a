"""Figures now against the baseline's -> suspicions; pure. Margins are wide: noise never fires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .. import formatting as fmt
from ..records import Report
from ..records.checked import GateFinding
from . import wrong_model
from .against_settings import is_undecided
from .deciding_figures import CHANGES_STATE, UNPICKLABLE, Figures, held_fraction, key_of
from .suspicions import Place, Suspicion

GIL_HELD_MARGIN = 0.3
GIL_PROVEN_MARGIN = 0.15
CPU_FRACTION_MARGIN = 0.2
CPU_SECONDS_RATIO = 2.0
BYTES_RATIO = 2.0
BYTES_MARGIN = 1000
IMPORT_RATIO = 2.0
IMPORT_MARGIN_SECONDS = 0.3
MEMORY_RATIO = 1.5
MEMORY_MARGIN_BYTES = 50_000_000
UNEXPLAINED_GAP_RATIO = 2.5
"""As ``wrong_model.GAP_RATIO``, where nothing that decides the model has moved: the baseline may be of a busy time."""
BY_CHANCE = ("race", "different-results", "same-random-stream")
"""Findings that a run may miss: no news where the source is the same."""


def carries_over(old: Figures, new: Figures) -> bool:
    """Whether all may be compared, or only what does not depend on the machine and the interpreter."""
    return (old.machine, old.python) == (new.machine, new.python)


def against_baseline(place: Place, old: Figures, new: Figures, report: Report) -> Iterator[Suspicion]:
    """All that is worse than it was."""
    yield from _pickling(place, old, new, report)
    yield from _bytes(place, old, new)
    yield from _findings(place, old, new, report)
    # Without a GIL the share means something else.
    if ("GIL" in old.python) == ("GIL" in new.python):
        yield from _gil(place, old, new, report)
    if carries_over(old, new):
        yield from _class(place, old, new)
        yield from _import(place, old, new)
        yield from _memory(place, old, new)
        yield from _recommendation(place, old, new, report)


def _pickling(place: Place, old: Figures, new: Figures, report: Report) -> Iterator[Suspicion]:
    for code in UNPICKLABLE:
        if code in new.unpicklable and code not in old.unpicklable:
            why = next((f.evidence for f in report.findings if f.code == code), "")
            what = "Calls" if code == "unpicklable-call" else "Results"
            message = f"{what} cannot be pickled any more, so no process can take part."
            yield Suspicion(finding=place.finding("newly-unpicklable", message, old="picklable", new=why))


def _bytes(place: Place, old: Figures, new: Figures) -> Iterator[Suspicion]:
    for what, code in (("argument", "argument-bytes-grown"), ("result", "result-bytes-grown")):
        before, now = getattr(old, f"{what}_bytes"), getattr(new, f"{what}_bytes")
        if before is None or now is None:
            continue
        most = max(BYTES_RATIO * before, before + BYTES_MARGIN)
        if now > most:
            yield Suspicion(
                finding=place.finding(
                    code,
                    f"A pickled {what} is {fmt.ratio(now / max(before, 1))} as large as it was; "
                    "processes pay for that in each call.",
                    old=fmt.size(before), new=fmt.size(now), threshold=f"at most {fmt.size(most)}",
                )
            )  # fmt: skip


def _findings(place: Place, old: Figures, new: Figures, report: Report) -> Iterator[Suspicion]:
    untouched = old.unchanged_hash is not None and old.unchanged_hash == new.unchanged_hash
    for finding in report.findings:
        if finding.code not in CHANGES_STATE or key_of(finding, place.root) in old.findings:
            continue
        file, line = place.at(finding)
        by_chance = untouched and finding.code in BY_CHANCE
        gate = place.finding(
            finding.code,
            f"{finding.message.rstrip('.')}. {'The source is as it was.' if by_chance else 'That is new.'}",
            old="not found", new=finding.evidence or finding.message,
            level="warning" if by_chance else "note" if finding.severity == "note" else "error",
        )  # fmt: skip
        yield Suspicion(finding=_moved(gate, file, line))


def _moved(finding: GateFinding, file: str | None, line: int | None) -> GateFinding:
    return replace(finding, file=file, line=line)


def _gil(place: Place, old: Figures, new: Figures, report: Report) -> Iterator[Suspicion]:
    before, now, proven = old.gil_held_fraction, new.gil_held_fraction, held_fraction(report.profile, proven=True)
    if before is None or now is None or proven is None:
        return
    if now > before + GIL_HELD_MARGIN and proven > before + GIL_PROVEN_MARGIN:
        yield Suspicion(
            finding=place.finding(
                "gil-held-up",
                f"A call holds the GIL for {fmt.share(now)} of its time, so threads gain at most "
                f"{fmt.ratio(1 / max(now, 0.01))}.",
                old=fmt.share(before), new=fmt.share(now), threshold=f"at most {fmt.share(before + GIL_HELD_MARGIN)}",
            ),
            repeat="profile",
        )  # fmt: skip


def _class(place: Place, old: Figures, new: Figures) -> Iterator[Suspicion]:
    if old.classification == new.classification:
        return
    trivial = "trivial" in (old.classification, new.classification)
    times = max(new.cpu_seconds, 1e-9) / max(old.cpu_seconds, 1e-9)
    moved = (
        not 1 / CPU_SECONDS_RATIO < times < CPU_SECONDS_RATIO
        if trivial
        else abs(new.cpu_fraction - old.cpu_fraction) > CPU_FRACTION_MARGIN
    )
    if not moved:
        return
    before, now, threshold = (
        (f"{fmt.seconds(old.cpu_seconds)} of CPU", f"{fmt.seconds(new.cpu_seconds)} of CPU", "within a factor of 2")
        if trivial
        else (
            f"{fmt.share(old.cpu_fraction)} computing", f"{fmt.share(new.cpu_fraction)} computing",
            f"within {fmt.share(CPU_FRACTION_MARGIN)}",
        )
    )  # fmt: skip
    yield Suspicion(
        finding=place.finding(
            "class-changed",
            f"The function was {old.classification} and is {new.classification} now.",
            old=f"{old.classification}, {before}", new=f"{new.classification}, {now}", threshold=threshold,
        ),
        repeat="profile",
    )  # fmt: skip


def _import(place: Place, old: Figures, new: Figures) -> Iterator[Suspicion]:
    most = max(IMPORT_RATIO * old.import_seconds, old.import_seconds + IMPORT_MARGIN_SECONDS)
    if new.import_seconds > most:
        yield Suspicion(
            finding=place.finding(
                "import-time-up",
                "Importing the target takes longer; each new process pays for that unless it is forked.",
                old=fmt.seconds(old.import_seconds), new=fmt.seconds(new.import_seconds),
                threshold=f"at most {fmt.seconds(most)}",
            ),
            repeat="profile",
        )  # fmt: skip


def _memory(place: Place, old: Figures, new: Figures) -> Iterator[Suspicion]:
    most = max(MEMORY_RATIO * old.worker_bytes, old.worker_bytes + MEMORY_MARGIN_BYTES)
    if new.worker_bytes > most:
        yield Suspicion(
            finding=place.finding(
                "worker-memory-up", "A worker needs more memory.",
                old=fmt.size(old.worker_bytes), new=fmt.size(new.worker_bytes), threshold=f"at most {fmt.size(most)}",
            ),
            repeat="profile",
        )  # fmt: skip


def _has_moved(old: Figures, new: Figures) -> bool:
    """Whether anything that decides the model is another than it was."""
    if (old.classification, old.findings, old.unpicklable) != (new.classification, new.findings, new.unpicklable):
        return True
    if abs((new.gil_held_fraction or 0.0) - (old.gil_held_fraction or 0.0)) > GIL_PROVEN_MARGIN:
        return True
    pairs = ((old.argument_bytes, new.argument_bytes), (old.result_bytes, new.result_bytes))
    grown = [now for before, now in pairs if before and now and now > BYTES_RATIO * before]
    times = new.cpu_seconds / old.cpu_seconds if old.cpu_seconds else 1.0
    return bool(grown) or not 1 / CPU_SECONDS_RATIO < times < CPU_SECONDS_RATIO


def _recommendation(place: Place, old: Figures, new: Figures, report: Report) -> Iterator[Suspicion]:
    moved = _has_moved(old, new)
    if is_undecided(report) or old.model is None or (old.model == "serial" and not moved):
        return
    misfitting = wrong_model.find(report, (old.model,), old, wrong_model.GAP_RATIO if moved else UNEXPLAINED_GAP_RATIO)
    if misfitting is not None:
        yield Suspicion(
            finding=place.finding(
                "recommendation-changed",
                f"{old.model.capitalize()} is no longer the right model: {misfitting.cause}",
                old=old.model, new=misfitting.recommended, threshold=misfitting.threshold,
            ),
            repeat=misfitting.repeat,
        )  # fmt: skip
