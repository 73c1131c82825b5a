"""The commands and their options, from the command line itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from advisor.cli.main import cli
from docs.generators.tables import table

HEADS = ("option", "meaning", "default")


def markdown() -> str:
    """A section a command: what it does, how it is written, its options."""
    context = click.Context(cli, info_name="advisor")
    return "\n\n".join(section(context, command) for command in commands())


def commands() -> Iterator[click.Command]:
    """Every command, by name."""
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if command is not None:
            yield command


def section(group: click.Context, command: click.Command) -> str:
    """One command."""
    context = click.Context(command, info_name=command.name, parent=group)
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    text = literal(inspect.cleandoc(command.help or ""))
    options = [option for option in command.params if isinstance(option, click.Option)]
    rows = [(f"`{spelling(option)}`", literal(meaning(option)), default(option)) for option in options]
    return f"## advisor {command.name}\n\n{text}\n\n```text\n{usage}\n```\n\n{table(HEADS, rows)}"


def spelling(option: click.Option) -> str:
    """The option as it is typed, with what follows it."""
    names = ", ".join(option.opts) + "".join(f" / {name}" for name in option.secondary_opts)
    return names if option.is_flag else f"{names} {metavar(option)}"


def metavar(option: click.Option) -> str:
    """What stands for its value."""
    return option.make_metavar(click.Context(cli))


def meaning(option: click.Option) -> str:
    """Its help."""
    repeatable = " Repeatable." if option.multiple and "Repeatable" not in (option.help or "") else ""
    return (option.help or "") + repeatable


def default(option: click.Option) -> str:
    """What it is where it is not given: as the help states it, or the value."""
    if isinstance(option.show_default, str):
        return literal(option.show_default)
    if option.is_flag:
        return "on" if option.default is True else ""
    value = option.default
    return f"`{value}`" if isinstance(value, int | float | str) and value != "" else ""


def literal(text: str) -> str:
    """A sentence of the help as Markdown, in which nothing is a link, a tag or a wildcard."""
    return re.sub(r"([\[\]<>*_`])", r"\\\1", text)
