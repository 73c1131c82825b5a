"""The group of commands: each is found by its name, and none is loaded to list them."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from advisor.cli import main

LOADED = (
    "import sys; from click.testing import CliRunner; from advisor.cli import main; "
    "CliRunner().invoke(main.cli, ['--help']); print([name for name in sys.modules if name.startswith('advisor')])"
)


@pytest.mark.parametrize("name", main.COMMANDS)
def test_a_command_is_a_module_whose_help_begins_with_its_line_in_the_table(name: str) -> None:
    context = click.Context(main.cli)
    command = main.cli.get_command(context, name)
    assert command is not None
    assert command.name == name
    assert command.help is not None
    assert command.help.splitlines()[0] == main.COMMANDS[name]


def test_every_command_is_listed_with_its_whole_line() -> None:
    said = " ".join(CliRunner().invoke(main.cli, ["--help"]).output.split())
    assert all(f"{name} {line}" in said for name, line in main.COMMANDS.items())


@pytest.mark.skipif(not hasattr(click.exceptions, "NoSuchCommand"), reason="click suggests commands since 8.4")
def test_a_misspelt_command_is_refused_with_the_one_that_is_near() -> None:
    with pytest.raises(click.UsageError) as refused:
        main.cli.main(["analze"], standalone_mode=False)
    assert "analze'. Did you mean 'analyze'?" in refused.value.format_message()


def test_listing_the_commands_loads_none_of_them() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['advisor', 'advisor.cli', 'advisor.cli.main']"
