"""Options of the table as click's, for commands and magics; their help in groups; and which of them were given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from ..records.option import Door, Option, Subject
from ..records.options_table import offered

_Function = TypeVar("_Function", bound=Callable[..., Any])

_TITLES: Mapping[Subject | None, str] = {
    "job": "The calls to make",
    "trying": "How to try",
    "requirement": "What a target has to keep to",
    "check": "The check as a whole",
    "review": "The review",
    "program": "Which loops to look at",
    "output": "What comes out",
    None: "Options",
}


class _TableOption(click.Option):
    """An option that knows what it is about."""

    def __init__(self, *arguments: Any, subject: Subject, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.subject = subject


class GroupedCommand(click.Command):
    """A command whose help lists its options by what they are about."""

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a section for each subject."""
        sections: dict[str, list[tuple[str, str]]] = {title: [] for title in _TITLES.values()}
        for parameter in self.get_params(context):
            line = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
            if line is not None:
                sections[_TITLES[getattr(parameter, "subject", None)]].append(line)
        for title, lines in sections.items():
            if lines:
                with formatter.section(title):
                    formatter.write_dl(lines)


def options_for(door: Door, *subjects: Subject) -> Callable[[_Function], _Function]:
    """A decorator that gives a command the options at a door: of some subjects where they are named, else all."""

    def decorate(function: _Function) -> _Function:
        for option in reversed(offered(door, *subjects)):
            function = _as_click(option, door)(function)
        return function

    return decorate


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the running command's values that were typed or are in the environment, without the defaults."""
    context, sources = click.get_current_context(), click.core.ParameterSource
    return {
        name: value
        for name, value in values.items()
        if context.get_parameter_source(name) in (sources.COMMANDLINE, sources.ENVIRONMENT)
    }


def _as_click(option: Option, door: Door) -> Callable[[_Function], _Function]:
    default = option.default_for(door)
    attributes: dict[str, Any] = {
        "help": option.help,
        "show_default": option.default_shown or (default is not None and option.default is not False),
    }
    if option.kind == "flag":
        attributes["is_flag"] = True
    else:
        attributes |= {"type": _type_of(option), "metavar": option.metavar, "multiple": option.repeatable}
    if default is not None:
        attributes["default"] = default
    return click.option(option.name, *_spelt(option), cls=_TableOption, subject=option.subject, **attributes)


def _spelt(option: Option) -> tuple[str, ...]:
    """As it can be typed; a flag that is on by default can be turned off."""
    if option.kind == "flag" and option.default is True:
        return (f"{option.flag}/--no-{option.flag.removeprefix('--')}",)
    return option.flags or (option.flag,)


def _type_of(option: Option) -> Any:
    """What click makes of the text; ranges are checked where records are made, for all doors alike."""
    paths = {
        "path": click.Path(path_type=Path),
        "file": click.Path(path_type=Path, dir_okay=False),
        "folder": click.Path(path_type=Path, file_okay=False),
    }
    if option.kind in paths:
        return paths[option.kind]
    if option.kind == "choice":
        return click.Choice(option.choices)
    if option.kind == "names":
        return _names_in
    return {"integer": int, "number": float}.get(option.kind, str)


def _names_in(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))
