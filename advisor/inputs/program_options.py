"""Raw options of ``advisor find`` -> frozen records; every check of them is here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import UnusableError
from ..records.program import FindOptions, ProgramCommand
from . import checked_options
from .target import is_dotted_name

SITE_SECONDS = 5.0
"""The trials of one site take so long, and longer where the program itself does, unless a budget is given."""


def make_command(words: Sequence[str], module: str | None) -> ProgramCommand:
    """The program, and what follows it.

    Raises:
        UnusableError: there is none, or the module's name is none.
    """
    if module is not None:
        if not is_dotted_name(module):
            raise UnusableError(f"-m {module}: that is not a module's name.")
        return ProgramCommand(module=module, arguments=tuple(words))
    if not words:
        raise UnusableError("Name the program to run: a script, or -m and a module.")
    return ProgramCommand(script=words[0], arguments=tuple(words[1:]))


def make_options(
    *,
    top: int = 5,
    min_share: float = 0.05,
    includes: Sequence[str] = (),
    replay_effects: bool = False,
    keep_items: Path | str | None = None,
    budget: float | None = None,
    timeout: float | None = None,
    models: Sequence[str] | None = None,
    max_workers: int | None = None,
    start_method: str | None = None,
    python: str | None = None,
    min_speedup: float = 1.1,
    seed: int = 0,
) -> FindOptions:
    """How to look, and how to try.

    Raises:
        UnusableError: a value is out of its range or a name unknown.
    """
    wrong = next((name for name in includes if not is_dotted_name(name)), None)
    if wrong is not None:
        raise UnusableError(f"--include {wrong}: that is not a package's name.")
    checked_options.check_numbers("find", {"top": top, "min_share": min_share})
    trying = checked_options.make_options(
        python=python, budget=SITE_SECONDS if budget is None else budget, timeout=timeout, models=models,
        max_workers=max_workers, start_method=start_method, min_speedup=min_speedup, seed=seed, lines=False,
    )  # fmt: skip
    folder = None if keep_items is None else str(keep_items)
    options = FindOptions(trying=trying, top=top, least_share=min_share, includes=tuple(includes), keep_items=folder)
    return replace(options, replay_effects=replay_effects, budget_grows=budget is None)
