"""One site's job for the existing analysis: its body as the target, its kept iterations as the items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import AdvisorError
from ..records import MODELS, Inputs, Job, Model, Options, Target
from .close_look import KeptPart, SiteSeen

STAND_IN = '''"""Waits and computes as long as each iteration of the program did: nothing of the program runs here."""

import time


def iteration(wait_seconds, busy_seconds, padding=b""):
    """Wait, then keep the processor and the GIL busy."""
    if wait_seconds > 0:
        time.sleep(wait_seconds)
    began = time.thread_time()
    while time.thread_time() - began < busy_seconds:
        sum(range(200))
'''
EDITABLE: tuple[Model, ...] = ("serial", "threading", "multiprocessing", "asyncio")
"""The models that an edit can be written for."""
LEAST_SECONDS = 1e-5
MOST_STAND_IN_ITEMS = 400
LEAST_TRY_SECONDS = 1.0


class NotTriedError(AdvisorError):
    """A site cannot be tried; the message is one plain sentence."""


@dataclass(frozen=True, kw_only=True)
class BodyModule:
    """A module in a private folder that holds a site's body as a function."""

    target: Target
    main_module: str | None
    """The module that stands for the program's ``__main__``."""


def job_of_replays(body: BodyModule, kept: Sequence[KeptPart], calls: int) -> Job:
    """Calls of the body function on the kept iterations, as many as one execution of the loop makes."""
    parts = [[part.file, len(part.iterations)] for part in kept]
    source = f"__import__('_advisor_probe.program.kept_items', fromlist=['load']).load({parts!r}, {body.main_module!r})"
    return Job(
        target=body.target,
        inputs=Inputs(kind="expression", source=source),
        unpack="args",
        calls=calls,
    )


def job_of_stand_in(seen: SiteSeen, calls: int, folder: Path) -> Job:
    """Calls that wait and compute as the run's own iterations did, in their order."""
    path = folder / "advisor_stand_in.py"
    path.write_text(STAND_IN, encoding="utf-8")
    padding = seen.kept_bytes // seen.items_kept if seen.items_kept else 0
    step = max(1, len(seen.timed) // MOST_STAND_IN_ITEMS)
    items = [
        (round(max(0.0, wall - cpu), 7), round(cpu, 7)) for wall, cpu in seen.timed[::step] if wall > LEAST_SECONDS
    ] or [(0.0, LEAST_SECONDS)]
    source = f"[(wait, busy, bytes({padding})) for wait, busy in {items!r}]"
    return Job(
        target=Target(
            text="advisor_stand_in:iteration",
            module="advisor_stand_in",
            qualname="iteration",
            import_roots=(str(folder),),
        ),
        inputs=Inputs(kind="expression", source=source),
        unpack="args",
        calls=calls,
    )


def models_for(options: Options, needs_no_pickle: bool) -> tuple[Model, ...]:
    """Those asked for; where something cannot be pickled, those that need no pickle."""
    asked = options.models or MODELS
    allowed = tuple(model for model in EDITABLE if model in asked) if asked == MODELS else asked
    if not needs_no_pickle:
        return allowed
    return tuple(model for model in allowed if model in ("serial", "threading", "asyncio"))
