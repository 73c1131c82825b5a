"""``[tool.advisor]`` of a ``pyproject.toml``: read, checked key by key, and put together with what was typed.

What was typed outranks the environment, which outranks a target's own table, which outranks ``[tool.advisor]``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import UnusableError
from ..records.options_table import offered, select
from . import settings_tables
from .target import looking_at

FILE_NAME = "pyproject.toml"
INPUT_KEYS = ("inputs_from", "inputs_expr", "inputs")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a project's file says. Paths in it are absolute."""

    folder: Path
    """That of the file, or the working directory where there is none."""
    file: Path | None
    defaults: Mapping[str, Any]
    """By the names of the command line, with underscores; only what is given."""
    targets: tuple[Mapping[str, Any], ...]
    """Likewise; each has a ``target``."""
    review: Mapping[str, Any] = field(default_factory=dict)
    """Of ``[tool.advisor.review]``, likewise."""


def find(start: Path) -> Path | None:
    """The nearest ``pyproject.toml`` with a ``[tool.advisor]``, in the folder or above it, within its repository."""
    for folder in (start, *start.parents):
        path = folder / FILE_NAME
        if path.is_file() and _tool_table(path) is not None:
            return path
        if (folder / ".git").exists():
            return None
    return None


def read(start: Path, file: Path | None = None) -> Settings:
    """The settings that hold in a folder, or those of the file named.

    Raises:
        UnusableError: the file cannot be read, or one line says which key is wrong and what it should be.
    """
    path = file or find(start)
    if path is None:
        return Settings(folder=start, file=None, defaults={}, targets=())
    table = _tool_table(path)
    if table is None:
        raise UnusableError(f"{path} has no [tool.advisor].")
    return settings_of(table, path.resolve(), path.name)


def read_here() -> Settings:
    """The settings that hold in the working directory.

    Raises:
        UnusableError: as ``read``; or that directory is gone.
    """
    with looking_at("the current folder"):
        folder = Path.cwd()
    return read(folder)


def settings_of(table: Mapping[str, Any], path: Path, name: str = FILE_NAME) -> Settings:
    """Check a ``[tool.advisor]`` table.

    Raises:
        UnusableError: as ``read``.
    """
    if isinstance(table.get("targets"), Mapping):
        raise UnusableError(f"{name}: write [[tool.advisor.targets]], with two brackets, for each target.")
    named = {
        key: tuple(value) if key == "targets" and isinstance(value, list) else value for key, value in table.items()
    }
    defaults = settings_tables.check_defaults(named, f"{name}: [tool.advisor]")
    targets: list[Mapping[str, Any]] = []
    for number, raw in enumerate(named.get("targets", ()), 1):
        said = raw.get("target")
        place = f"{name}: [[tool.advisor.targets]] number {number}" + (f" ({said})" if isinstance(said, str) else "")
        target = settings_tables.check_target(raw, place)
        if sum(key in target for key in INPUT_KEYS) > 1:
            raise UnusableError(f"{place}: give one of {', '.join(INPUT_KEYS)}, not several.")
        if any(target["target"] == earlier["target"] for earlier in targets):
            raise UnusableError(f"{place}: this target is there twice; one table each.")
        targets.append(_absolute(target, path.parent))
    defaults.pop("targets", None)
    review = settings_tables.check_review(defaults.pop("review", None) or {}, f"{name}: [tool.advisor.review]")
    return Settings(
        folder=path.parent, file=path, defaults=_absolute(defaults, path.parent), targets=tuple(targets), review=review
    )


def table_in(text: str) -> Mapping[str, Any] | None:
    """``[tool.advisor]`` of a file's text; ``None`` where it has none.

    Raises:
        ValueError: it is not TOML, or that is no table.
    """
    tool = tomllib.loads(text).get("tool", {})
    table = tool.get("advisor") if isinstance(tool, Mapping) else None
    if table is not None and not isinstance(table, Mapping):
        raise ValueError("tool.advisor must be a table")
    return table


def _tool_table(path: Path) -> Mapping[str, Any] | None:
    with looking_at(str(path)):
        text = path.read_bytes()
    try:
        return table_in(text.decode("utf-8-sig"))
    except ValueError as error:
        raise UnusableError(f"{path} cannot be used: {error}.") from None


def _absolute(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Paths in a file are meant from its own folder."""
    given = dict(table)
    for key in ("app_dir", "inputs"):
        if key in given:
            given[key] = folder / given[key]
    # A bare name, python3.12, is looked for on the path.
    if "/" in given.get("python", ""):
        given["python"] = str(folder / given["python"])
    return given


def options_for_check(settings: Settings, table: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The options with which a target is checked, requirements included.

    Args:
        settings: What the file says for all targets.
        table: What it says for this one.
        typed: What was typed or is in the environment.
    """
    own = {option.name: option.default_at["check"] for option in offered("check") if "check" in option.default_at}
    return {"app_dir": settings.folder, **own, **_said(settings.defaults, table, typed), **typed}


def options_for_analysis(settings: Settings, name: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The options with which ``analyze`` runs a target: what was typed over what the file says; no requirements."""
    own = [{"app_dir": settings.folder, **table} for table in settings.targets if table["target"] == name]
    options = {**_said(settings.defaults, own[0] if own else {}, typed), **typed}
    return select(options, "analyze", "job", "trying")


def _said(defaults: Mapping[str, Any], table: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says of one target. A source of items that is typed replaces its own, with its ``unpack``."""
    # A target's own min_speedup is a requirement; how to try is said elsewhere.
    options = {**defaults, **{key: value for key, value in table.items() if key != "min_speedup"}}
    replaced = (*INPUT_KEYS, "unpack") if any(key in typed for key in INPUT_KEYS) else ()
    return {key: value for key, value in options.items() if key not in replaced}
