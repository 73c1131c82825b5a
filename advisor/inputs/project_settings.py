"""``[tool.advisor]`` of a ``pyproject.toml``: read, checked key by key, and put together with what was typed.

What was typed outranks the environment, which outranks a target's own table, which outranks ``[tool.advisor]``.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from ..errors import UnusableError
from ..records import MODELS, Model, StartMethod, Unpack
from .checked_options import RANGES
from .target import looking_at

FILE_NAME = "pyproject.toml"
INPUT_KEYS = ("inputs_from", "inputs_expr", "inputs")


def _listed(value: object) -> object:
    """One name for a list of one; a list's records are tuples."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(","))
    return tuple(value) if isinstance(value, list) else value


_Text = Annotated[str, StringConstraints(min_length=1)]
_Models = Annotated[tuple[Model, ...], Field(min_length=1), BeforeValidator(_listed)]
_Codes = Annotated[tuple[_Text, ...], BeforeValidator(_listed)]
_Bytes = Annotated[int, Field(ge=0)]
_Seconds = Annotated[float, Field(gt=0)]
_Fraction = Annotated[float, Field(ge=0, le=1)]


def _within(option: str) -> Any:
    least, most = RANGES[option]
    return Field(ge=least, le=most)


class _Table(BaseModel):
    """What any table may hold: how to try, and limits. ``None`` where it says nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    app_dir: _Text | None = None
    calls: Annotated[int, _within("--calls")] | None = None
    setup: _Text | None = None
    budget: Annotated[float, _within("--budget")] | None = None
    timeout: Annotated[float, _within("--timeout")] | None = None
    models: _Models | None = None
    idiom: _Text | None = None
    stream: bool | None = None
    max_workers: Annotated[int, _within("--max-workers")] | None = None
    max_calls: Annotated[int, _within("--max-calls")] | None = None
    start_method: StartMethod | None = None
    python: _Text | None = None
    seed: Annotated[int, _within("--seed")] | None = None
    lines: bool | None = None
    expect: _Models | None = None
    forbid: _Codes | None = None
    max_gil_held_fraction: _Fraction | None = None
    max_result_bytes: _Bytes | None = None
    max_argument_bytes: _Bytes | None = None
    max_import_seconds: _Seconds | None = None
    min_speedup: Annotated[float, Field(gt=0)] | None = None
    """In ``[tool.advisor]``, below what speed-up serial is the advice; in a target's table, a limit."""


class _Defaults(_Table):
    targets: tuple[Mapping[str, object], ...] = ()


class _TargetTable(_Table):
    target: _Text
    inputs_from: _Text | None = None
    inputs_expr: _Text | None = None
    inputs: _Text | None = None
    unpack: Unpack | None = None


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
    defaults = _checked(_Defaults, named, f"{name}: [tool.advisor]")
    targets: list[Mapping[str, Any]] = []
    for number, raw in enumerate(named.get("targets", ()), 1):
        said = raw.get("target")
        place = f"{name}: [[tool.advisor.targets]] number {number}" + (f" ({said})" if isinstance(said, str) else "")
        target = _checked(_TargetTable, raw, place)
        if sum(key in target for key in INPUT_KEYS) > 1:
            raise UnusableError(f"{place}: give one of {', '.join(INPUT_KEYS)}, not several.")
        if any(target["target"] == earlier["target"] for earlier in targets):
            raise UnusableError(f"{place}: this target is there twice; one table each.")
        targets.append(_absolute(target, path.parent))
    defaults.pop("targets", None)
    return Settings(folder=path.parent, file=path, defaults=_absolute(defaults, path.parent), targets=tuple(targets))


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


def _checked(kind: type[_Table], raw: Mapping[str, Any], place: str) -> dict[str, Any]:
    try:
        table = kind.model_validate(dict(raw))
    except ValidationError as error:
        raise UnusableError(f"{place}{_complaint(error.errors(include_url=False)[0], kind)}") from None
    return {key: getattr(table, key) for key in table.model_fields_set}


def _complaint(error: Any, kind_of_table: type[_Table]) -> str:
    key = str(error["loc"][0])
    kind = error["type"]
    if kind == "missing":
        return f" has no {key}."
    if kind == "extra_forbidden":
        known = list(kind_of_table.model_fields)
        near = difflib.get_close_matches(key, known, 1)
        hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}."
        return f' has no key "{key}"; {hint}'
    return f": {key} = {_shown(error['input'])}: it must be {_wanted(key, kind, error.get('ctx', {}))}."


def _wanted(key: str, kind: str, context: Mapping[str, Any]) -> str:
    if key == "targets":
        return "tables, each under [[tool.advisor.targets]]"
    if key in ("expect", "models"):
        return f"some of {', '.join(MODELS)}"
    wanted = {
        "int_type": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "string_type": "a text in quotes",
        "string_too_short": "a text that is not empty",
        "tuple_type": "a list",
        "greater_than_equal": f"at least {context.get('ge')}",
        "greater_than": f"more than {context.get('gt')}",
        "less_than_equal": f"at most {context.get('le')}",
        "literal_error": str(context.get("expected", "")).replace("'", '"'),
    }
    return wanted.get(kind, "something else")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value[:60]}"' if isinstance(value, str) else str(value)[:60]


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
