"""Report -> the figures that decide the model and carry from one run to the next; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..records import Classification, Finding, Model, Profile, Report, TargetFacts

UNPICKLABLE = ("unpicklable-call", "unpicklable-result")
CHANGES_STATE = (
    "unpicklable-exception", "different-results", "race", "same-random-stream", "writes-global",
    "writes-class-attribute", "writes-closure", "changes-item", "changes-environment", "changes-directory",
    "changes-random-state", "leaves-files-open", "threads-at-import", "pool-in-daemon", "shared-handle",
    "asyncio-loop", "holds-lock",
)  # fmt: skip
"""Findings that come from the code, not from the machine or the moment: a new one fails the gate."""
SAME_RATIO = 1.25
"""A figure that moved by less is saved as it was, so that a baseline saved again hardly changes."""
SAME_FRACTION = 0.1
SAME_SECONDS = 0.05
"""Of import."""
_MOST_WORDS = 160


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One target's line in the baseline. ``None`` where a figure could not be had."""

    argument_bytes: int | None
    """Pickled, a call's mean."""
    classification: Classification
    cpu_fraction: float
    cpu_seconds: float
    """A call's, user and system."""
    findings: tuple[str, ...]
    """Of ``CHANGES_STATE``, each ``code: message`` without what varies from run to run, in order."""
    gil_held_fraction: float | None
    """Of a call's time, other work's share of the processor aside."""
    import_seconds: float
    machine: str
    """Its class: system, kind of processor, cores. No name."""
    model: Model | None
    """What is recommended."""
    python: str
    result_bytes: int | None
    """Pickled, a call's mean."""
    unchanged_hash: str | None
    """Of sources, inputs and bounds; ``None`` where the target did not pass or has no source."""
    unpicklable: tuple[str, ...]
    """Of ``UNPICKLABLE``."""
    worker_bytes: int
    """The most memory that one interpreter took that imports the target and calls it."""


def figures_of(report: Report, root: str | None = None, unchanged_hash: str | None = None) -> Figures:
    """The figures of an analysis; ``root`` is left out of the texts."""
    timing, facts = report.profile.timing, report.target
    advice = report.recommendation
    return Figures(
        argument_bytes=timing.argument_bytes,
        classification=report.profile.classification,
        cpu_fraction=report.profile.cpu_fraction,
        cpu_seconds=timing.cpu_seconds_per_call,
        findings=tuple(sorted({key_of(f, root) for f in report.findings if f.code in CHANGES_STATE})),
        gil_held_fraction=held_fraction(report.profile),
        import_seconds=facts.import_seconds,
        machine=machine_class(report.machine.platform, report.machine.usable_cores),
        model=advice.plan.model if advice else None,
        python=python_class(facts),
        result_bytes=timing.result_bytes,
        unchanged_hash=unchanged_hash,
        unpicklable=tuple(sorted({f.code for f in report.findings if f.code in UNPICKLABLE})),
        worker_bytes=timing.peak_rss_bytes,
    )


def held_fraction(profile: Profile, proven: bool = False) -> float | None:
    """The share of a call's time in which it holds the GIL: as measured, or as far as chance is ruled out."""
    timing = profile.timing
    wall_seconds = timing.wall_seconds_per_call - timing.queued_seconds_per_call
    if timing.gil_held_fraction is None or wall_seconds <= 0:
        return None
    held = profile.gil_held_low_seconds_per_call if proven else profile.gil_held_seconds_per_call
    return min(1.0, held / wall_seconds)


def machine_class(platform: str, usable_cores: int) -> str:
    """System, kind of processor and cores, from what ``platform.platform()`` says: ``Linux x86_64, 4 cores``."""
    system = platform.partition("-")[0] or "unknown"
    kinds = re.findall(r"x86_64|amd64|aarch64|arm64|i[3-6]86|ppc64le|s390x|riscv64", platform, re.IGNORECASE)
    kind = f" {kinds[0].lower()}" if kinds else ""
    return f"{system}{kind}, {usable_cores} core{'' if usable_cores == 1 else 's'}"


def python_class(facts: TargetFacts) -> str:
    """``3.11``, or ``3.13 without the GIL``."""
    version = ".".join(facts.python_version.split(".")[:2])
    return version if facts.gil_enabled else f"{version} without the GIL"


def key_of(finding: Finding, root: str | None) -> str:
    """A finding without what varies while it stays the same: folders and figures."""
    text = finding.message.replace(f"{root}/", "") if root else finding.message
    text = re.sub(r"(?<!\w)/(?:[^\s/:]+/)+", "", text)
    text = re.sub(r"0x[0-9a-f]+|(?<![\w.])\d[\d.,]*", "#", text)
    return f"{finding.code}: {' '.join(text.split())[:_MOST_WORDS]}"


def settled(figures: Figures, earlier: Figures | None) -> Figures:
    """Rounded, and as saved earlier where the difference is nothing: what goes into the file."""
    rounded = replace(
        figures,
        argument_bytes=_digits(figures.argument_bytes),
        cpu_fraction=round(figures.cpu_fraction, 2),
        cpu_seconds=float(f"{figures.cpu_seconds:.2g}"),
        gil_held_fraction=None if figures.gil_held_fraction is None else round(figures.gil_held_fraction, 2),
        import_seconds=float(f"{figures.import_seconds:.2g}"),
        result_bytes=_digits(figures.result_bytes),
        worker_bytes=_digits(figures.worker_bytes) or 0,
    )
    if earlier is None or (earlier.machine, earlier.python) != (figures.machine, figures.python):
        return rounded
    unmoved: dict[str, Any] = dict(_unmoved(rounded, earlier))
    return replace(rounded, **unmoved)


def _unmoved(figures: Figures, earlier: Figures) -> Iterator[tuple[str, float]]:
    for name in ("cpu_seconds", "import_seconds", "worker_bytes", "argument_bytes", "result_bytes"):
        new, old = getattr(figures, name), getattr(earlier, name)
        if new and old and abs(math.log(new / old)) < math.log(SAME_RATIO):
            yield name, old
    if abs(figures.import_seconds - earlier.import_seconds) < SAME_SECONDS:
        yield "import_seconds", earlier.import_seconds
    for name in ("cpu_fraction", "gil_held_fraction"):
        new, old = getattr(figures, name), getattr(earlier, name)
        if new is not None and old is not None and abs(new - old) < SAME_FRACTION:
            yield name, old


def _digits(value: int | None) -> int | None:
    return None if value is None else int(float(f"{value:.3g}"))
