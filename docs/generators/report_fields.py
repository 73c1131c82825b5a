"""The fields of ``report.json``, from the records that are written to it."""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import re
import types
import typing
from collections.abc import Iterator

from advisor import records
from docs.generators.docstrings import assigned
from docs.generators.tables import table

EMBEDDED = {
    (records.Trial, "plan"): records.Plan,
    (records.Recommendation, "plan"): records.Plan,
    (records.Profile, "timing"): records.SerialTiming,
}
"""Records whose fields stand in their owner: see ``advisor.reports.report_json``."""
SECTIONS = (
    *("target", "machine", "profile", "trials", "recommendation", "findings", "certificate", "outlook", "cost"),
    *("interrupted", "job", "options"),
)
"""The fields of the document, in its order."""
HEADS = ("field", "type", "meaning")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Field:
    """One field as the document has it."""

    name: str
    kind: str
    meaning: str


RESPELT: dict[tuple[type, str], tuple[Field, ...]] = {
    (records.Trial, "failure"): (
        Field(name="failure", kind="string or null", meaning="Why the trial gave no answer, in plain words."),
        Field(name="failure_kind", kind="string or null", meaning="What kind of failure that was."),
        Field(name="calls_per_second", kind="number or null", meaning="Throughput of the trial, start-up included."),
    ),
    (records.MachineCosts, "process_start_seconds"): (
        Field(
            name="process_start_seconds",
            kind="object",
            meaning="By start method: from `Process.start` to the worker's first line, nothing imported.",
        ),
    ),
}
"""Fields that ``report_json`` spells otherwise than the records do."""


def markdown() -> str:
    """A table of the document, then one for each record in it."""
    fields = {field.name: field for field in documented(records.Report)}
    rows = [("`schema_version`", "number", "1")]
    rows += [(f"`{name}`", fields[name].kind, fields[name].meaning) for name in SECTIONS]
    parts = [f"## The document\n\n{table(HEADS, rows)}"]
    for record in reached():
        described = [(f"`{field.name}`", field.kind, field.meaning) for field in documented(record)]
        parts.append(f"## {record.__name__}\n\n{summary(record)}\n\n{table(HEADS, described)}")
    return "\n\n".join(parts)


def documented(record: type) -> tuple[Field, ...]:
    """The fields of a record as the document has them, those of an embedded record in its place."""
    hints, fields = typing.get_type_hints(record), list[Field]()
    for field in dataclasses.fields(record):
        place = (record, field.name)
        if place in EMBEDDED:
            fields += documented(EMBEDDED[place])
        elif place in RESPELT:
            fields += RESPELT[place]
        else:
            fields.append(Field(name=field.name, kind=kind(hints[field.name]), meaning=meaning(record, field.name)))
    return tuple(fields)


def reached() -> tuple[type, ...]:
    """Every record that is an object of the document, each once, in the order in which the document has them."""
    found: dict[type, None] = {}
    hints = typing.get_type_hints(records.Report)
    for section in SECTIONS:
        for record in _records_in(hints[section]):
            _follow(record, found)
    return tuple(found)


def _follow(record: type, found: dict[type, None]) -> None:
    """Add a record and those below it."""
    if record in found:
        return
    found[record] = None
    for name, part in _parts(record):
        if (record, name) in EMBEDDED:
            for _, below in _parts(part):
                _follow(below, found)
        elif (record, name) not in RESPELT:
            _follow(part, found)


def _parts(record: type) -> Iterator[tuple[str, type]]:
    """(field, record in it) of a record."""
    hints = typing.get_type_hints(record)
    for field in dataclasses.fields(record):
        for part in _records_in(hints[field.name]):
            yield field.name, part


def kind(hint: object) -> str:
    """A type in the words of JSON."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return " or ".join(kind(part) for part in typing.get_args(hint))
    if typing.get_origin(hint) is typing.Literal:
        return ", ".join(f'`"{word}"`' for word in typing.get_args(hint))
    if typing.get_origin(hint) is tuple:
        return _list_kind(typing.get_args(hint))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return _PLAIN[hint]


def _list_kind(parts: tuple[object, ...]) -> str:
    if parts[-1] is Ellipsis:
        return f"list of {kind(parts[0])}"
    return f"[{', '.join(kind(part) for part in parts)}]"


_PLAIN: dict[object, str] = {
    str: "string", int: "number", float: "number", bool: "true or false", type(None): "null",
}  # fmt: skip


def _records_in(hint: object) -> Iterator[type]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    for part in typing.get_args(hint):
        yield from _records_in(part)


def summary(record: type) -> str:
    """What a record is."""
    return re.sub(r"``(.+?)``", r"`\1`", inspect.getdoc(record) or "")


def meaning(record: type, name: str) -> str:
    """The docstring of one of its fields; empty where the name says it all."""
    return _docstrings(record)[name].replace("``None``", "``null``")


@functools.cache
def _docstrings(record: type) -> dict[str, str]:
    (defined,) = (one for one in ast.parse(inspect.getsource(record)).body if isinstance(one, ast.ClassDef))
    return {one.name: one.docstring for one in assigned(defined.body)}
