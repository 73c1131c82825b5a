"""Records from the JSON fields that spell them, whoever sent or saved them."""

from __future__ import annotations

import functools
import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_EMBEDDED = frozenset({"plan", "timing"})
"""Records whose fields stand in their owner, so that no message names them."""

Record = TypeVar("Record")


def decode(record_type: type[Record], mapping: Mapping[str, Any]) -> Record:
    """Build a record from JSON fields, passing over those it does not have.

    Raises:
        ValueError: one line that names the first field that is missing or wrong.
    """
    from pydantic import ValidationError

    try:
        record: Record = _adapter(cast("Hashable", record_type)).validate_python(json_value(mapping))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(_complaint(first["type"], first["loc"], first["msg"])) from None
    return record


@functools.cache
def _adapter(record_type: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(record_type)


def _complaint(kind: str, location: tuple[int | str, ...], message: str) -> str:
    place = ""
    for part in location:
        if isinstance(part, int):
            place += f"[{part}]"
        elif part not in _EMBEDDED:
            place += f".{part}" if place else part
    if kind == "missing":
        return f"{place} is missing."
    return f"{place}: {message[:1].lower()}{message[1:]}."


def json_value(value: Any) -> Any:
    """The value as JSON has it: a number that is not finite is ``None``, a tuple is a list, a key is a string."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): json_value(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(part) for part in value]
    return value
