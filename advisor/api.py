"""The library's door: the command's options as keyword arguments, and a report that can show and save itself."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import records
from .child.interpreter import MARKER
from .errors import UnusableError
from .inputs import checked_options, console_function, live_objects, program_options
from .pipeline import analysis
from .pipeline.progress import Progress, open_progress
from .records import Job
from .records import program as program_records
from .records.options_table import select

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False, kw_only=True)
class Report(records.Report):
    """What ``analyze`` returns: the records of the analysis, with ways to look at them."""

    def __str__(self) -> str:
        """The verdict, as the command prints it."""
        from .reports import terminal

        return terminal.render(self).rstrip("\n")

    def __repr__(self) -> str:
        """One line; the records themselves would fill pages."""
        from .reports import wording

        return f"<Report: {wording.verdict(self)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: a part of a page, without scripts, that asks for nothing."""
        from .reports import html_fragment

        return html_fragment.render(self)

    def to_frame(self) -> pd.DataFrame:
        """The trials, one a row, units in the names of the columns."""
        from .reports import trial_frame

        return trial_frame.trials_frame(self)

    def save(self, path: str | Path) -> None:
        """Write the report; the suffix picks the format.

        Raises:
            UnusableError: the suffix is unknown or the file cannot be written.
        """
        from .reports import files

        files.write(self, (Path(path),))


@dataclass(frozen=True, repr=False, kw_only=True)
class ProgramReport(program_records.ProgramReport):
    """What ``find`` returns: the records of the whole program, with ways to look at them."""

    site_reports: Mapping[str, records.Report]
    """The full analysis of each site that was tried, by its id."""

    def __str__(self) -> str:
        """The ranking, as the command prints it."""
        from .reports.program import terminal

        return terminal.render(self).rstrip("\n")

    def __repr__(self) -> str:
        """One line; the records themselves would fill pages."""
        return f"<ProgramReport: {self.headline}>"

    def save(self, path: str | Path) -> None:
        """Write the report, and beside it the sites' own; the suffix picks the format.

        Raises:
            UnusableError: the suffix is unknown or a file cannot be written.
        """
        from .reports.program import files

        plain = {field.name: getattr(self, field.name) for field in fields(program_records.ProgramReport)}
        files.check_writable((Path(path),))
        files.write(program_records.ProgramReport(**plain), self.site_reports, (Path(path),))


def analyze(
    target: str | Callable[..., Any],
    items: Iterable[Any] | None = None,
    *,
    progress: bool | Progress = False,
    module: str | Path | None = None,
    **options: Any,
) -> Report:
    """Analyse a function and return the report.

    Args:
        target: ``module:function`` or ``path/to/file.py:function``, as on the command line; or the function itself.
            One that was typed into a notebook is copied, with what it uses, into a module that workers can import.
        items: what to call it with, one item a call; or name them with ``inputs_from``, ``inputs_expr``, ``inputs``.
        module: the file that a function of a notebook is copied to; by default one that goes with the session.
        progress: whether to say on standard error how far it is, or what to tell instead.
        **options: those of the command line with underscores (``inputs_expr="range(9)"``, ``budget=10``,
            ``models=("threading",)``).

    Raises:
        UnusableError: the target, the items or an option cannot be used.
        FunctionFailedError: the function failed on its own.
    """
    if MARKER in os.environ:
        raise UnusableError(
            "analyze() ran while the module of the function under analysis was imported. "
            'Call it under if __name__ == "__main__": or from another file.'
        )
    about_the_job = select(options, "library", "job")
    job = make_job(target, items, Path(module) if module is not None else None, **about_the_job)
    trying = checked_options.make_options(**{name: options[name] for name in options if name not in about_the_job})
    shown = open_progress(not progress, trying.budget_seconds) if isinstance(progress, bool) else progress
    try:
        return of(analysis.analyze(job, trying, shown))
    finally:
        shown.close()


def find(
    script: str | Path | None = None,
    arguments: Iterable[str] = (),
    *,
    module: str | None = None,
    progress: bool | Progress = False,
    **options: Any,
) -> ProgramReport:
    """Run a whole program and rank the places in it by what the program would gain.

    Args:
        script: the program's file; its standard streams are those of this process.
        arguments: what follows it on its command line.
        module: a module to run as ``python -m`` does, instead of a script.
        progress: whether to say on standard error how far it is, or what to tell instead.
        **options: those of the command line with underscores (``top=3``, ``replay_effects=True``, ``budget=10``).

    Raises:
        UnusableError: the program cannot be started, or an option cannot be used.
        FunctionFailedError: the program failed on its own.
    """
    from .program import finding

    if MARKER in os.environ:
        raise UnusableError("find() ran in the program that it looks at. Call it from another file.")
    words = [] if script is None else [str(script)]
    command = program_options.make_command([*words, *arguments], module)
    looking = program_options.make_options(**options)
    shown = open_progress(not progress, None) if isinstance(progress, bool) else progress
    try:
        found = finding.find(command, looking, Path.cwd(), shown)
    finally:
        shown.close()
    report = found.program
    return ProgramReport(
        **{field.name: getattr(report, field.name) for field in fields(report)}, site_reports=dict(found.reports)
    )


def of(report: records.Report) -> Report:
    """The same report, with its ways to look at it."""
    return Report(**{field.name: getattr(report, field.name) for field in fields(report)})


def make_job(
    target: str | Callable[..., Any], items: Iterable[Any] | None = None, module: Path | None = None, **options: Any
) -> Job:
    """The calls to make, with functions and items of this session where other interpreters find them.

    Args:
        target: as for ``analyze``.
        items: as for ``analyze``.
        module: where a function of a notebook is copied to; by default a file that goes when the session ends.
        **options: those of ``checked_options.make_job``.

    Raises:
        UnusableError: the target, the items or an option cannot be used.
    """
    folder = Path(options.pop("app_dir", None) or Path.cwd())
    if isinstance(target, str) and items is None:
        return checked_options.make_job(target, folder, **options)
    if items is not None and not isinstance(items, range):
        items = list(items)
        console_function.check_portable("An item", items)
    spool = _session_folder() / uuid.uuid4().hex / "items.pickle"
    if isinstance(target, str) or not console_function.is_typed_in(target):
        return live_objects.make_job(target, items, folder, spool, **options)
    qualname = console_function.qualname_of(target)
    path = module or spool.with_name(f"notebook_{qualname.split('.')[0]}.py")
    console_function.write_module(target, path, expression=options.get("inputs_expr"))
    roots = (*live_objects.own_roots(sys.path), str(folder.resolve()), str(path.parent.resolve()))
    job = live_objects.make_job(f"{path.stem}:{qualname}", items, path.parent, spool, **options)
    return replace(job, target=replace(job.target, import_roots=tuple(dict.fromkeys(roots))))


@functools.cache
def _session_folder() -> Path:
    """What only this session needs."""
    folder = tempfile.mkdtemp(prefix="advisor-session-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
