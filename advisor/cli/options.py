"""The options that commands share, as decorators; and which of them were given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def job_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The contract's options on the calls to make."""
    for option in reversed(
        (
            click.option("--app-dir", type=click.Path(path_type=Path), help="Folder to import from [.]"),
            click.option("--inputs-from", metavar="MODULE:NAME", help="An iterable, or a callable returning one."),
            click.option("--inputs-expr", metavar="EXPR", help="An expression, evaluated in the target's module."),
            click.option(
                "--inputs",
                metavar="FILE",
                type=click.Path(path_type=Path),
                help=".json .jsonl .csv or .parquet",
            ),
            click.option(
                "--unpack",
                type=click.Choice(["none", "args", "kwargs"]),
                help="f(item), f(*item) or f(**item).",
            ),
            click.option("--calls", type=int, help="How many calls the real job makes."),
            click.option("--setup", metavar="MODULE:NAME", help="Run once in each fresh interpreter, untimed."),
        )
    ):
        command = option(command)
    return command


def trying_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The contract's options on how to try."""
    for option in reversed(
        (
            click.option("--budget", type=float, default=20.0, help="Seconds for a target [analyze 20, check 8]."),
            click.option("--timeout", type=float, help="Seconds for one call [half the budget]."),
            click.option("--models", metavar="LIST", help="Comma-separated; serial is always measured."),
            click.option("--idiom", metavar="NAME", help="One way of running, such as Pool.map."),
            click.option("--stream", is_flag=True, help="Results are wanted as they come."),
            click.option("--max-workers", type=int, help="No plan with more calls in flight."),
            click.option("--max-calls", type=int, help="No more calls of the function than this, in all."),
            click.option("--start-method", metavar="NAME", help="fork, forkserver or spawn."),
            click.option("--python", metavar="PATH", help="Another interpreter to run the function in."),
            click.option(
                "--min-speedup",
                type=float,
                default=1.1,
                show_default=True,
                help="Below it, serial is the advice.",
            ),
            click.option("--seed", type=int, default=0, show_default=True, help="Which calls are sampled."),
            click.option("--lines/--no-lines", default=True, help="Ask Scalene for the hot lines."),
        )
    ):
        command = option(command)
    return command


def requirement_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a target has to keep to, as in its table of the project's file."""
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


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of a check as a whole."""
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


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the answer goes, and whether it is printed."""
    for option in reversed(
        (
            click.option(
                "-o", "outputs", metavar="FILE", multiple=True, type=click.Path(path_type=Path),
                help="Repeatable; the suffix picks the format.",
            ),
            click.option("-q", "--quiet", is_flag=True, help="Nothing but errors, and the files."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


def given(raw: dict[str, Any]) -> dict[str, Any]:
    """The options that were typed or are in the environment: they outrank the file's, which outranks the defaults."""
    context, sources = click.get_current_context(), click.core.ParameterSource
    typed = {
        name: value
        for name, value in raw.items()
        if context.get_parameter_source(name) in (sources.COMMANDLINE, sources.ENVIRONMENT)
    }
    lists = ("models", "expect", "forbid")
    return {name: value.split(",") if name in lists else value for name, value in typed.items()}
