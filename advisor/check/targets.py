"""What to check: the tables of the file and the words of the command line, put together target by target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import AdvisorError, UnusableError
from ..inputs import checked_options
from ..inputs.project_settings import INPUT_KEYS, Settings
from ..records import Job, Model, Options

JOB_KEYS = ("app_dir", *INPUT_KEYS, "unpack", "calls", "setup")
LIMIT_KEYS = (
    "expect",
    "forbid",
    "max_gil_held_fraction",
    "max_result_bytes",
    "max_argument_bytes",
    "max_import_seconds",
)
TARGET_SECONDS = 8.0
"""What a target may take unless told otherwise."""


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What a target has to keep to; ``None`` and empty where nothing is asked."""

    expect: tuple[Model, ...] = ()
    forbid: tuple[str, ...] = ()
    """Codes of findings."""
    max_gil_held_fraction: float | None = None
    """Of a call's time, other work's share of the processor aside."""
    max_result_bytes: int | None = None
    max_argument_bytes: int | None = None
    max_import_seconds: float | None = None
    min_speedup: float | None = None


@dataclass(frozen=True, kw_only=True)
class GateTarget:
    """A target with all that is to be known before it is run."""

    name: str
    job: Job
    options: Options
    requirements: Requirements


@dataclass(frozen=True, kw_only=True)
class Unusable:
    """A target that cannot even be asked for, and why."""

    name: str
    reason: str


def selected(settings: Settings, names: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The tables of the targets named, or all of them; a name that has none stands for itself.

    Raises:
        UnusableError: there is nothing to check.
    """
    if not names and not settings.targets:
        raise UnusableError(
            "There is nothing to check. Name a target, or write [[tool.advisor.targets]] into pyproject.toml."
        )
    tables = {table["target"]: table for table in settings.targets}
    if not names:
        return settings.targets
    return tuple(tables.get(name, {"target": name, "app_dir": Path.cwd()}) for name in dict.fromkeys(names))


def put_together(
    settings: Settings, tables: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
) -> tuple[GateTarget | Unusable, ...]:
    """Each target under all that was said of it.

    Args:
        settings: What the file says for all.
        tables: What it says for each.
        given: What was typed or is in the environment: it outranks both.
    """
    return tuple(_target(settings, table, given) for table in tables)


def words_for_check(settings: Settings, table: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The words with which a target is checked, limits included."""
    started = {"app_dir": settings.folder, "budget": TARGET_SECONDS, "lines": False}
    return {**started, **_said(settings.defaults, table, given), **given}


def words_for_analysis(settings: Settings, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The words with which ``analyze`` runs a target: what was typed over what the file says; no limits."""
    own = [{"app_dir": settings.folder, **table} for table in settings.targets if table["target"] == name]
    words = {**_said(settings.defaults, own[0] if own else {}, given), **given}
    return {key: value for key, value in words.items() if key not in (*LIMIT_KEYS, "target")}


def _said(defaults: Mapping[str, Any], table: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says of one target. A source of items that is typed replaces its own, with its ``unpack``."""
    words = {**defaults, **{key: value for key, value in table.items() if key != "min_speedup"}}
    replaced = (*INPUT_KEYS, "unpack") if any(key in given for key in INPUT_KEYS) else ()
    return {key: value for key, value in words.items() if key not in replaced}


def _target(settings: Settings, table: Mapping[str, Any], given: Mapping[str, Any]) -> GateTarget | Unusable:
    words = words_for_check(settings, table, given)
    name = str(words.pop("target"))
    requirements = Requirements(
        **{key: words.pop(key) for key in LIMIT_KEYS if key in words},
        min_speedup=table.get("min_speedup"),
    )
    job_words = {key: words.pop(key) for key in JOB_KEYS if key in words}
    for key in ("app_dir", "inputs"):
        if key in job_words:
            job_words[key] = Path(job_words[key])
    try:
        return GateTarget(
            name=name,
            job=checked_options.make_job(name, **job_words),
            options=checked_options.make_options(**words),
            requirements=requirements,
        )
    except AdvisorError as error:
        return Unusable(name=name, reason=str(error))
