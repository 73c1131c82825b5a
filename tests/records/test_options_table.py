"""That no door lacks an option of the table, and none has one that the table does not know."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import click
import pytest
from click.testing import CliRunner

from advisor.check.gate import CheckOptions
from advisor.check.targets import Requirements
from advisor.cli import main
from advisor.errors import UnusableError
from advisor.inputs import checked_options, settings_tables
from advisor.integrations import notebook, pytest_advice
from advisor.records import Options
from advisor.records.options_table import OPTIONS, OUTPUT_FORMATS, offered, select
from advisor.reports import changes, files, machine_table
from advisor.reports.check.formats import CHECK_FORMATS, CHECK_SUFFIXES

COMMANDS = ("analyze", "check", "show", "compare", "machine")


def names(door: Any, *subjects: Any) -> set[str]:
    return {option.name for option in offered(door, *subjects)}


def command(name: str) -> click.Command:
    found = main.cli.get_command(click.Context(main.cli), name)
    assert found is not None
    return found


def of_click(found: click.Command) -> set[str]:
    return {parameter.name or "" for parameter in found.params if isinstance(parameter, click.Option)}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_the_tables_options_and_no_others(name: str) -> None:
    assert of_click(command(name)) == names(name)


def test_every_command_is_a_door_of_some_option() -> None:
    assert set(main.COMMANDS) >= set(COMMANDS)


def test_the_magic_has_the_tables_options_and_the_file_to_keep() -> None:
    assert of_click(notebook.options_of_line) == names("notebook") | {"module"}


def test_the_tables_of_a_file_have_the_tables_keys() -> None:
    assert set(settings_tables._DEFAULTS.model_fields) == names("defaults table") | {"targets", "review"}
    assert set(settings_tables._TARGET.model_fields) == names("target table") | {"target"}


def test_keyword_arguments_are_the_tables() -> None:
    job = set(inspect.signature(checked_options.make_job).parameters) - {"target"}
    assert job == names("library", "job")
    assert set(inspect.signature(checked_options.make_options).parameters) == names("library", "trying")
    assert names("library") == names("library", "job", "trying")


@pytest.mark.parametrize("option", offered("pytest"), ids=lambda option: option.name)
def test_a_test_may_give_any_option_that_pytest_is_a_door_of(option: Any) -> None:
    assert option.name in pytest_advice.asked({}, {option.name: None})


def test_the_records_hold_every_option() -> None:
    trying = {option.record_field or option.name for option in offered("analyze", "trying")}
    # Whether a timeout was given at all follows from the option itself.
    assert trying | {"timeout_given"} == {field.name for field in fields(Options)}
    assert names("target table", "requirement") == {field.name for field in fields(Requirements)}
    held = {"total_budget_seconds": "total_budget", "report_folder": "report_dir"}
    check = {held.get(field.name, field.name) for field in fields(CheckOptions)}
    # A review stands beside the check: the command makes it.
    assert check == names("check", "check") - {"review"} | {"report_dir"}


def test_defaults_are_the_tables() -> None:
    signature = inspect.signature(checked_options.make_options).parameters
    made = checked_options.make_options()
    for option in offered("library", "trying"):
        assert signature[option.name].default == option.default
        if option.default is not None:
            assert getattr(made, option.record_field or option.name) == option.default
    assert pytest_advice.DEFAULTS == {"lines": False}


def test_an_option_is_once_at_a_door() -> None:
    assert max(Counter((option.name, door) for option in OPTIONS for door in option.doors).values()) == 1


def test_the_formats_named_are_those_there_are() -> None:
    assert tuple(CHECK_FORMATS) == OUTPUT_FORMATS
    renderers: Mapping[str, Mapping[str, Callable[..., str]]] = {
        "analyze": files.RENDERERS,
        "show": files.RENDERERS,
        "check": CHECK_SUFFIXES,
        "compare": changes.RENDERERS,
        "machine": machine_table.RENDERERS,
    }
    for door, suffixes in renderers.items():
        (option,) = (option for option in offered(door, "output") if option.name == "outputs")  # type: ignore[arg-type] # the names of commands are doors
        assert option.help.endswith(f": {' '.join(suffixes)}.")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_lists_each_option_once_with_what_the_table_says(name: str) -> None:
    said = " ".join(CliRunner().invoke(main.cli, [name, "--help"]).output.split())
    for option in offered(name):  # type: ignore[arg-type] # the names of commands are doors
        assert option.help in said
        assert all(choice in said for choice in option.choices)


def test_help_is_in_groups() -> None:
    said = CliRunner().invoke(main.cli, ["check", "--help"]).output
    titles = [line for line in said.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == [
        "The calls to make:", "How to try:", "What a target has to keep to:", "The check as a whole:",
        "What comes out:", "Options:",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"max_gil_held_fraction": 2}, "--max-gil-held-fraction 2: it must be from 0 to 1."),
        ({"max_gil_held_fraction": float("nan")}, "--max-gil-held-fraction nan: it must be from 0 to 1."),
        ({"max_result_bytes": -1}, "--max-result-bytes -1: it must be at least 0."),
        ({"max_import_seconds": 0}, "--max-import-seconds 0: it must be more than 0."),
        ({"total_budget": 0.5}, "--total-budget 0.5: it must be at least 1."),
        ({"calls": "many"}, "--calls many: it must be from 1 to 1000000000000."),
    ],
)
def test_a_number_out_of_its_range_is_refused_with_the_range(given: dict[str, Any], said: str) -> None:
    with pytest.raises(UnusableError) as refused:
        checked_options.check_numbers("check", given)
    assert str(refused.value) == said


def test_options_are_selected_by_what_they_are_about() -> None:
    given = {"calls": 3, "budget": 5, "expect": ("serial",), "target": "a:f"}
    assert select(given, "check", "job") == {"calls": 3}
    assert select(given, "check", "trying", "requirement") == {"budget": 5, "expect": ("serial",)}
    assert select(given, "library") == {"calls": 3, "budget": 5}
