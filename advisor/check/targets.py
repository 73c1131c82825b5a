"""What to check: the tables of the file and the options of the command line, put together target by target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import AdvisorError, UnusableError
from ..inputs import checked_options
from ..inputs.project_settings import Settings, options_for_check
from ..records import Job, Model, Options
from ..records.options_table import select


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


def _target(settings: Settings, table: Mapping[str, Any], given: Mapping[str, Any]) -> GateTarget | Unusable:
    asked = options_for_check(settings, table, given)
    name = str(table["target"])
    try:
        return GateTarget(
            name=name,
            job=checked_options.make_job(name, **select(asked, "check", "job")),
            options=checked_options.make_options(**select(asked, "check", "trying")),
            requirements=Requirements(**select(asked, "check", "requirement"), min_speedup=table.get("min_speedup")),
        )
    except AdvisorError as error:
        return Unusable(name=name, reason=str(error))
