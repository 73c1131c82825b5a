"""The magics of a notebook: ``%advise FUNCTION [ITEMS]`` and ``%%advise [FUNCTION] [ITEMS]`` above a cell.

IPython is imported here alone, and only by those who run it.
"""

from __future__ import annotations

import ast
import contextlib
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import no_var_expand
from IPython.display import DisplayHandle, clear_output, display

from .. import api
from ..errors import AdvisorError, UnusableError
from ..inputs.click_options import options_for
from ..pipeline.progress import Progress, Standing
from . import magic_line
from .magic_line import MagicLine

USAGE = "Usage: %advise FUNCTION [ITEMS] [options], or %%advise [FUNCTION] [ITEMS] [options] above the cell that "
USAGE += "defines the function. ITEMS is any expression of this notebook; --module FILE.py keeps the module that is "
USAGE += "made of the function; --no-progress; all else as for the command advisor analyze."


Analyze = Callable[..., api.Report]


def register(shell: InteractiveShell, analyze: Analyze = api.analyze) -> None:
    """Make the magics known."""

    def advise(line: str, cell: str | None = None) -> api.Report | None:
        try:
            return _report(shell, line, cell, analyze)
        except click.ClickException as error:
            _complain(f"{error.format_message()} {USAGE}")
        except AdvisorError as error:
            _complain(str(error))
        return None

    advise.__doc__ = USAGE
    shell.register_magic_function(no_var_expand(advise), "line_cell", "advise")


@click.command("advise", add_help_option=False)
@click.option("--module", type=click.Path(path_type=Path))
@options_for("notebook")
def options_of_line(**options: Any) -> dict[str, Any]:
    """The options of the magic's line, by name."""
    return options


_TAKES_VALUE = {
    flag: not option.is_flag
    for option in options_of_line.params
    if isinstance(option, click.Option)
    for flag in (*option.opts, *option.secondary_opts)
}


class _DisplayProgress(Standing):
    """One line below the cell, which gives way to the report."""

    def __init__(self, budget_seconds: float) -> None:
        super().__init__(budget_seconds, time.monotonic)
        self._handle: DisplayHandle | None = None

    def close(self) -> None:
        """Take the line away."""
        if self._handle is not None:
            clear_output(wait=True)
            self._handle = None

    def _changed(self) -> None:
        aside = "; ".join(part for part in (self.best, self.time_left()) if part)
        text = {"text/plain": f"{self.now} … {aside}"}
        if self._handle is None:
            self._handle = display(text, raw=True, display_id=True)
        else:
            self._handle.update(text, raw=True)


def _report(shell: InteractiveShell, line: str, cell: str | None, analyze: Analyze) -> api.Report | None:
    parts = _split(line)
    name = parts.function
    options: dict[str, Any] = options_of_line.main(list(parts.options), standalone_mode=False)
    progress = Progress() if options.pop("no_progress") else _DisplayProgress(options["budget"])
    if cell is not None:
        done = shell.run_cell(cell)
        if not done.success:
            return None
        name = name or _last_defined(cell)
    if name is None:
        raise UnusableError(f"Which function? {USAGE}")
    function = _evaluated(shell, name)
    items: Iterable[Any] | None = None if parts.items is None else _evaluated(shell, parts.items)
    return analyze(_as_target(function, name), items, progress=progress, **_without_defaults(options))


def _split(line: str) -> MagicLine:
    try:
        return magic_line.split(line, _TAKES_VALUE)
    except ValueError as error:
        raise click.UsageError(f"{line}: {error}.") from None


def _as_target(function: object, name: str) -> Callable[..., Any] | str:
    if isinstance(function, str) or callable(function):
        return function
    raise UnusableError(f"{name} is not a function: it is a {type(function).__name__}. {USAGE}")


def _evaluated(shell: InteractiveShell, expression: str) -> Any:
    """What an expression means in the notebook; ``module:function`` stands for itself."""
    if ":" in expression and all(part.isidentifier() for part in expression.replace(":", ".").split(".")):
        return expression
    try:
        return shell.ev(expression)
    except Exception as error:
        raise UnusableError(f"{expression}: {type(error).__name__}: {error}.") from None


def _last_defined(cell: str) -> str | None:
    """The name of the last function at the top level of a cell."""
    with contextlib.suppress(SyntaxError):
        tree = compile(cell, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        return names[-1] if names else None
    return None


def _without_defaults(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _complain(message: str) -> None:
    print(f"advisor: {message}", file=sys.stderr)
