"""Every example of README and pages is one that its reader can use."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib

import click
import pytest
import yaml

from advisor.cli.main import cli
from tests.docs.fenced_blocks import Block, blocks, examples

ADVISOR = [
    pytest.param(shlex.split(example.command), id=f"{block.name} {example.command}")
    for block in blocks("console")
    for example in examples(block)
    if example.command.startswith("advisor ")
]


# What that check is about is source that cannot be parsed.
COMPILING = [block for block in blocks("python") if "ADV001" not in block.name]


@pytest.mark.parametrize("block", COMPILING, ids=lambda block: block.name)
def test_python_compiles(block: Block) -> None:
    ast.parse(block.text)


@pytest.mark.parametrize("block", blocks("yaml"), ids=lambda block: block.name)
def test_yaml_parses_and_no_checkout_leaves_its_credentials(block: Block) -> None:
    assert yaml.safe_load(block.text)
    for _, settings in re.findall(r"( *)- uses: actions/checkout@\S+\n((?:\1 .*\n)*)", block.text):
        assert "persist-credentials: false" in settings


@pytest.mark.parametrize("block", blocks("toml"), ids=lambda block: block.name)
def test_toml_parses(block: Block) -> None:
    assert tomllib.loads(block.text)["tool"]["advisor"]


@pytest.mark.parametrize("words", ADVISOR)
def test_every_option_of_a_command_exists(words: list[str]) -> None:
    _, name, *given = words
    if name == "--version":
        return
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    command.make_context(name, given, resilient_parsing=False)


def test_there_are_examples_to_look_at() -> None:
    assert len(ADVISOR) > 8
    assert sum("runs" in block.words for block in blocks("console")) >= 5
