"""Options in, exit status out; no logic. What is slow to import is imported where it is used."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..errors import AdvisorError, StoppedError
from . import check_options as gate_options
from . import page
from .apply import apply
from .find import find

if TYPE_CHECKING:
    from ..pipeline.progress import Progress
    from ..records import Report


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="advisor")
def cli() -> None:
    """Measure a Python function and say which concurrency model it should use."""


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


def _output_options(command: Callable[..., None]) -> Callable[..., None]:
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


@cli.command(context_settings={"auto_envvar_prefix": "ADVISOR"})
@click.argument("target")
@job_options
@trying_options
@_output_options
@click.option("--no-progress", is_flag=True, help="No progress on standard error.")
@click.option("--dry-run", is_flag=True, help="Import the target, say what would run, call nothing.")
def analyze(target: str, outputs: tuple[Path, ...], quiet: bool, no_progress: bool, dry_run: bool, **raw: Any) -> None:
    """Profile TARGET, try it under each model, recommend one, write the report."""
    from ..check import targets
    from ..inputs import checked_options, project_settings
    from ..pipeline import analysis
    from ..reports import files

    words = targets.words_for_analysis(project_settings.read_here(), target, gate_options.given(raw))
    job = checked_options.make_job(target, **{key: words.pop(key) for key in targets.JOB_KEYS if key in words})
    options = checked_options.make_options(**words)
    paths = outputs or files.default_paths(target)
    files.check_writable(paths)
    if dry_run:
        from ..reports import intended_run

        click.echo(intended_run.render(job, options, analysis.describe(job, options), paths), nl=False)
        return
    keeper = files.Keeper(paths)
    progress = _progress(quiet or no_progress, options.budget_seconds)
    try:
        report = analysis.analyze(job, options, progress, keeper.keep)
    except KeyboardInterrupt:
        raise StoppedError(keeper.finish()) from None
    finally:
        progress.close()
    try:
        files.write(report, paths)
    except AdvisorError:
        # What was measured is not lost with the file.
        paths = ()
        raise
    finally:
        if not quiet:
            _print_verdict(report, paths)


@cli.command(context_settings={"auto_envvar_prefix": "ADVISOR"})
@click.argument("target_names", metavar="[TARGET ...]", nargs=-1)
@job_options
@trying_options
@gate_options.on_limits
@gate_options.on_the_run
@click.option("--output-format", metavar="NAME", default="text", show_default=True, help="What to print.")
@_output_options
@click.option("--no-progress", is_flag=True, help="No progress on standard error.")
def check(
    target_names: tuple[str, ...],
    output_format: str,
    outputs: tuple[Path, ...],
    quiet: bool,
    no_progress: bool,
    **raw: Any,
) -> None:
    """The gate for code review: does each TARGET still use the right model?

    Without a TARGET, all of [[tool.advisor.targets]] in pyproject.toml.
    """
    from ..check import gate
    from ..reports import terminal
    from . import check_output

    check_output.check_choices(output_format, outputs)
    words = gate.CheckWords(
        **{name: raw.pop(name) for name in ("config", "baseline", "save_baseline", "changed_since", "trust_unchanged")},
        total_budget_seconds=raw.pop("total_budget"),
        report_folder=None if raw.pop("no_reports") else raw["report_dir"],
    )
    raw.pop("report_dir")
    progress = _progress(quiet or no_progress)
    try:
        checked = gate.run(target_names, gate_options.given(raw), words, progress)
    finally:
        progress.close()
    if not quiet:
        text = check_output.rendered(checked, output_format)
        click.echo(terminal.encodable(text, sys.stdout.encoding), nl=False)
    untold = check_output.append_summary(checked, os.environ)
    if untold:
        click.echo(f"advisor: {untold}", err=True)
    check_output.write(checked, outputs)
    if checked.exit_status:
        raise click.exceptions.Exit(checked.exit_status)


@cli.command()
@click.argument("report_file", metavar="REPORT.json", type=click.Path(path_type=Path))
@_output_options
def show(report_file: Path, outputs: tuple[Path, ...], quiet: bool) -> None:
    """Render a saved report again, in any format, measuring nothing."""
    from ..reports import files

    report = files.read(report_file)
    if outputs:
        files.check_writable(outputs)
        files.write(report, outputs)
    if not quiet:
        _print_verdict(report, outputs or (report_file,))


@cli.command()
@click.argument("old_file", metavar="OLD.json", type=click.Path(path_type=Path))
@click.argument("new_file", metavar="NEW.json", type=click.Path(path_type=Path))
@_output_options
def compare(old_file: Path, new_file: Path, outputs: tuple[Path, ...], quiet: bool) -> None:
    """What changed between two saved reports and whether it is more than noise, measuring nothing."""
    from ..decide import report_changes
    from ..reports import changes as rendering
    from ..reports import files, terminal

    files.check_writable(outputs, rendering.RENDERERS)
    compared = report_changes.compare(files.read(old_file), files.read(new_file))
    renderers = {suffix: functools.partial(render, compared) for suffix, render in rendering.RENDERERS.items()}
    files.write_rendered(outputs, renderers)
    if not quiet:
        width, colour = page.size()
        text = rendering.render_terminal(compared, width=width, colour=colour)
        click.echo(terminal.encodable(text, sys.stdout.encoding), nl=False, color=colour)


@cli.command()
@click.option("--python", metavar="PATH", help="Another interpreter to measure.")
@click.option("--refresh", is_flag=True, help="Measure anew what was kept from an earlier run.")
@_output_options
def machine(python: str | None, refresh: bool, outputs: tuple[Path, ...], quiet: bool) -> None:
    """What threads, processes and each way of passing data cost on this machine."""
    from ..child.interpreter import Children
    from ..inputs import checked_options
    from ..pipeline import machine_costs as costs
    from ..reports import files, machine_table

    files.check_writable(outputs, machine_table.RENDERERS)
    interpreter = checked_options.find_interpreter(python)
    progress = _progress(quiet)
    try:
        with Children(seed=0) as children:
            rows = costs.measure_rows(children.ask, interpreter, refresh=refresh, on_event=progress.cost)
    finally:
        progress.close()
    described = costs.machine_of(rows, interpreter)
    renderers = {
        suffix: functools.partial(render, described, rows) for suffix, render in machine_table.RENDERERS.items()
    }
    files.write_rendered(outputs, renderers)
    if not quiet:
        width, colour = page.size()
        click.echo(machine_table.render_terminal(described, rows, width=width, colour=colour), nl=False, color=colour)


def _progress(silent: bool, budget_seconds: float | None = None) -> Progress:
    from ..pipeline.progress import open_progress

    return open_progress(silent, budget_seconds)


def _print_verdict(report: Report, paths: Sequence[Path]) -> None:
    from ..reports import terminal

    width, colour = page.size()
    text = terminal.render(report, paths, width=width, lines=page.lines(), colour=colour)
    click.echo(terminal.encodable(text, sys.stdout.encoding), nl=False, color=colour)


cli.add_command(find)
cli.add_command(apply)
