"""What ``check`` adds to the command line, and which words of it were given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def on_limits(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a target has to keep to, as in its table."""
    count, seconds = click.IntRange(min=0), click.FloatRange(min=0, min_open=True)
    for option in reversed(
        (
            click.option("--expect", metavar="LIST", help="The models that are right, comma-separated."),
            click.option("--forbid", metavar="LIST", help="Codes of findings that fail the check."),
            click.option("--max-gil-held-fraction", type=click.FloatRange(0, 1), help="Of a call's time."),
            click.option("--max-result-bytes", type=count, help="Pickled, a call's."),
            click.option("--max-argument-bytes", type=count, help="Pickled, a call's."),
            click.option("--max-import-seconds", type=seconds, help="To import the target."),
        )
    ):
        command = option(command)
    return command


def on_the_run(command: Callable[..., Any]) -> Callable[..., Any]:
    """On a check as a whole."""
    file, folder = click.Path(path_type=Path, dir_okay=False), click.Path(path_type=Path, file_okay=False)
    for option in reversed(
        (
            click.option("--config", type=file, help="The file with [tool.advisor] [the nearest pyproject.toml]."),
            click.option("--baseline", type=file, help="What to compare with [.advisor/baseline.json]."),
            click.option("--save-baseline", is_flag=True, help="Save this run as the baseline."),
            click.option("--changed-since", metavar="REF", help="Only targets of which git sees a change."),
            click.option("--trust-unchanged", is_flag=True, help="Skip what is the same as in the baseline."),
            click.option("--total-budget", type=float, help="Seconds for all targets together."),
            click.option("--report-dir", type=folder, default="reports", show_default=True, help="For the reports."),
            click.option("--no-reports", is_flag=True, help="Leave no reports."),
        )
    ):
        command = option(command)
    return command


def given(raw: dict[str, Any]) -> dict[str, Any]:
    """The words that were typed or stand in the environment: they outrank the file's, which outranks defaults."""
    context, sources = click.get_current_context(), click.core.ParameterSource
    typed = {
        name: value
        for name, value in raw.items()
        if context.get_parameter_source(name) in (sources.COMMANDLINE, sources.ENVIRONMENT)
    }
    lists = ("models", "expect", "forbid")
    return {name: value.split(",") if name in lists else value for name, value in typed.items()}
