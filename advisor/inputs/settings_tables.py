"""``[tool.advisor]`` and a target's table, checked key by key; their keys are those of the table of options."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, create_model

from ..errors import UnusableError
from ..records.option import Door, Option
from ..records.options_table import OPTIONS, offered


class _Table(BaseModel):
    """``None`` where the table says nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_Text = Annotated[str, StringConstraints(min_length=1)]


def _listed(value: object) -> object:
    """One name for a list of one; the lists of records are tuples."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(","))
    return tuple(value) if isinstance(value, list) else value


def _type_of(option: Option) -> Any:
    """What a key holds, with its range, as pydantic checks it."""
    if option.kind in ("integer", "number"):
        number = int if option.kind == "integer" else float
        return Annotated[number, Field(ge=option.least, gt=option.more_than, le=option.most)]
    if option.kind == "names":
        # Where the names are known there must be some.
        name: Any = Literal[option.choices] if option.choices else _Text
        return Annotated[tuple[name, ...], Field(min_length=1 if option.choices else 0), BeforeValidator(_listed)]
    if option.kind == "choice":
        return Literal[option.choices]
    return bool if option.kind == "flag" else _Text


def _model(door: Door, **own: Any) -> type[_Table]:
    keys: dict[str, Any] = {option.name: (_type_of(option) | None, None) for option in offered(door)}
    return create_model(f"_{door}", __base__=_Table, **own, **keys)


_DEFAULTS = _model(
    "defaults table", targets=(tuple[Mapping[str, object], ...], ()), review=(Mapping[str, object] | None, None)
)
_REVIEW = _model("review table")
_TARGET = _model("target table", target=(_Text, ...))


def check_defaults(raw: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What ``[tool.advisor]`` says, lists as tuples.

    Args:
        raw: The table as it was read.
        place: Where it stands, for the complaint.

    Raises:
        UnusableError: one line says which key is wrong and what it should be.
    """
    return _checked(_DEFAULTS, raw, place)


def check_review(raw: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What ``[tool.advisor.review]`` says; as ``check_defaults``."""
    return _checked(_REVIEW, raw, place)


def check_target(raw: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What one of ``[[tool.advisor.targets]]`` says; as ``check_defaults``."""
    return _checked(_TARGET, raw, place)


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
    if key == "review":
        return "a table, [tool.advisor.review]"
    names = next((option.choices for option in OPTIONS if option.name == key and option.kind == "names"), ())
    if names:
        return f"some of {', '.join(names)}"
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
