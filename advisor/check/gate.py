"""The command ``check``: settings and options -> tasks -> outcome, with the files that it reads and leaves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import UnusableError
from ..inputs import checked_options, project_settings
from ..pipeline.progress import Progress
from ..records.checked import CheckReport, TargetCheck
from ..records.options_table import select
from ..reports import files
from ..reports.check import html_index
from . import baseline, environment, git, source_files, targets, targets_run
from .against_baseline import carries_over
from .against_settings import is_undecided
from .deciding_figures import Figures, figures_of, settled
from .measuring import RealMeasure
from .targets import GateTarget, Unusable
from .targets_run import Task

INDEX_NAME = "index.html"


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """Options of the run as a whole."""

    config: Path | None = None
    baseline: Path | None = None
    save_baseline: bool = False
    changed_since: str | None = None
    trust_unchanged: bool = False
    total_budget_seconds: float | None = None
    report_folder: Path | None = Path("reports")
    """``None`` where no reports are wanted."""


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What a run rests on."""

    settings: project_settings.Settings
    path: Path
    """Of the baseline."""
    saved: Mapping[str, Figures] | None
    """What the baseline holds; ``None`` where there is none."""
    root: str
    tasks: tuple[Task, ...]
    whole: bool
    """Whether every target of the project is looked at."""


def prepare(names: Sequence[str], given: Mapping[str, Any], options: CheckOptions) -> _Run:
    """All that is to be known before anything is measured.

    Args:
        names: The targets named; none for all of the file's.
        given: What was typed or is in the environment, by the names of the command line with underscores.
        options: On the run as a whole.

    Raises:
        UnusableError: settings, options or baseline cannot be used, or there is nothing to check.
    """
    read = project_settings.read_here() if options.config is None else project_settings.read(Path.cwd(), options.config)
    given = _checked(given, options.total_budget_seconds)
    tables = targets.selected(read, names)
    path = options.baseline or read.folder / baseline.DEFAULT_PATH
    saved = _saved(path, anew=options.save_baseline and not names)
    top = git.top_folder(read.folder)
    changed = git.changed_since(options.changed_since, read.folder) if options.changed_since else None
    before = _tables_before(options.changed_since, read) if options.changed_since else {}
    tasks = tuple(
        _task(
            target,
            options,
            read.folder,
            None if changed is None or before.get(table["target"], table) != table else changed,
            (saved or {}).get(_key(str(table["target"]), read.folder)),
        )
        for table, target in zip(tables, targets.put_together(read, tables, given), strict=True)
    )
    whole = {table["target"] for table in tables} >= {table["target"] for table in read.targets}
    return _Run(
        settings=read,
        path=path,
        saved=saved,
        root=(top or read.folder).as_posix(),
        tasks=tasks,
        whole=whole and bool(read.targets),
    )


def run(
    names: Sequence[str],
    given: Mapping[str, Any],
    options: CheckOptions,
    progress: Progress,
    clock: Callable[[], float] = time.monotonic,
) -> CheckReport:
    """Check, and leave the reports, the index and, where asked for, the baseline.

    Raises:
        UnusableError: as ``prepare``; or a file cannot be written.
    """
    started = clock()
    prepared = prepare(names, given, options)
    tasks = prepared.tasks
    if options.report_folder is not None:
        files.check_writable((options.report_folder / INDEX_NAME,))
    if options.save_baseline:
        files.check_writable((prepared.path,))
    measure = RealMeasure(progress if len(tasks) == 1 else Progress())
    _know_machines(tasks, measure, progress)

    def on_start(number: int, task: Task) -> None:
        progress.stage(f"{number} of {len(tasks)}: {task.target.name}")

    checks = targets_run.check_tasks(
        tasks, measure, prepared.root, options.total_budget_seconds, on_start, _keeper(options.report_folder), clock
    )
    notes: list[str] = []
    if options.save_baseline:
        notes.append(_save(prepared, checks))
    checked = CheckReport(
        targets=checks,
        baseline_note=_baseline_note(prepared, checks, options),
        elapsed_seconds=clock() - started,
        root=prepared.root,
        notes=tuple(notes),
    )
    if options.report_folder is not None:
        index = options.report_folder / INDEX_NAME
        files.write_rendered((index,), {".html": lambda: html_index.render(checked, options.report_folder)})
    return checked


def _saved(path: Path, anew: bool) -> dict[str, Figures] | None:
    """What the baseline holds. One that cannot be read is no obstacle where all of it is saved anew."""
    try:
        return baseline.read(path)
    except UnusableError:
        if anew:
            return None
        raise


def _checked(given: Mapping[str, Any], total_budget_seconds: float | None) -> dict[str, Any]:
    """What was typed; where it is wrong it is wrong for all targets alike, and said once."""
    checked_options.check_numbers("check", {**given, "total_budget": total_budget_seconds})
    checked_options.make_options(**select(given, "check", "trying"))
    if "expect" not in given:
        return dict(given)
    expected = given["expect"]
    return {**given, "expect": checked_options.check_models(f"--expect {','.join(expected)}", expected)}


def _key(name: str, folder: Path) -> str:
    """A target's name in the baseline: one that was named by an absolute path says nothing of the machine's folders."""
    place, _, function = name.rpartition(":")
    inside = Path(place).is_absolute() and Path(place).is_relative_to(folder)
    return f"{Path(place).relative_to(folder).as_posix()}:{function}" if inside else name


def _task(
    target: GateTarget | Unusable,
    options: CheckOptions,
    folder: Path,
    changed: frozenset[Path] | None,
    entry: Figures | None,
) -> Task:
    if isinstance(target, Unusable):
        return Task(target=target)
    files = source_files.files_of(target, _reader(changed or frozenset()))
    digest = source_files.digest(target, files, folder, __version__) if files else None
    same = entry is not None and digest is not None and entry.unchanged_hash == digest
    because = None
    if files and changed is not None and not _touched(files, changed):
        because = f"nothing that it is made of has changed since {options.changed_since}"
    elif options.trust_unchanged and same and entry is not None and _same_place(entry, target):
        because = "unchanged: same source, same inputs, same class of machine as the baseline"
    return Task(
        target=target,
        earlier=None if options.save_baseline else entry,
        unchanged_hash=digest,
        changed=not same,
        skip_because=because,
    )


def _reader(changed: frozenset[Path]) -> source_files.ReadBytes:
    """A file that was deleted still counts among those that a target is made of."""

    def read(path: Path) -> bytes | None:
        content = source_files.read_bytes(path)
        return b"" if content is None and path in changed and not path.exists() else content

    return read


def _touched(files: Mapping[Path, bytes], changed: frozenset[Path]) -> bool:
    return any(path.resolve() in changed or path in changed for path in files)


def _tables_before(reference: str | None, read: project_settings.Settings) -> dict[str, Mapping[str, Any]]:
    """The targets' tables as they were: one that was changed is checked though no source was."""
    if reference is None or read.file is None:
        return {}
    text = git.content_at(reference, read.file, read.folder)
    if text is None:
        return {}
    try:
        then = project_settings.settings_of(project_settings.table_in(text) or {}, read.file)
    except (UnusableError, ValueError):
        return {}
    missing: dict[str, Mapping[str, Any]] = {table["target"]: {} for table in read.targets}
    return {**missing, **{table["target"]: table for table in then.targets}}


def _same_place(entry: Figures, target: GateTarget) -> bool:
    return (entry.machine, entry.python) == (environment.machine(), environment.python(target.options.python))


def _know_machines(tasks: Sequence[Task], measure: RealMeasure, progress: Progress) -> None:
    """The cost of pools, once for each interpreter that will be used."""
    first: dict[str, GateTarget] = {}
    for task in tasks:
        if isinstance(task.target, GateTarget) and task.skip_because is None:
            first.setdefault(task.target.options.python, task.target)
    for target in first.values():
        progress.stage("reading what this machine's pools cost")
        measure.know_machine(target)


def _keeper(folder: Path | None) -> Any:
    def keep(check: TargetCheck) -> TargetCheck:
        if folder is None or check.report is None:
            return check
        paths = files.default_paths(check.target, folder)
        files.write(check.report, paths)
        return replace(check, report_file=paths[0].as_posix())

    return keep


def _save(prepared: _Run, checks: Sequence[TargetCheck]) -> str:
    """Write the baseline; a target that could not be checked keeps what was saved of it."""
    saved, folder = prepared.saved or {}, prepared.settings.folder
    anew = {}
    for task, check in zip(prepared.tasks, checks, strict=True):
        if check.report is not None and not is_undecided(check.report):
            name = _key(check.target, folder)
            digest = task.unchanged_hash if check.status == "passed" else None
            anew[name] = settled(figures_of(check.report, prepared.root, digest), saved.get(name))
    configured = frozenset(_key(table["target"], folder) for table in prepared.settings.targets)
    document = baseline.updated(saved, anew, configured if prepared.whole else None)
    text = baseline.to_text(document)
    files.write_rendered((prepared.path,), {prepared.path.suffix.lower(): lambda: text})
    return f"Baseline of {len(anew)} of {len(checks)} target{'s' if len(checks) != 1 else ''} saved: {prepared.path}."


def _baseline_note(prepared: _Run, checks: Sequence[TargetCheck], options: CheckOptions) -> str | None:
    if options.save_baseline:
        return None
    if prepared.saved is None:
        return "There is no baseline to compare with; advisor check --save-baseline makes one."
    ran = [(task, check) for task, check in zip(prepared.tasks, checks, strict=True) if check.report is not None]
    new = [check.target for task, check in ran if task.earlier is None]
    said = [f"Not in the baseline: {', '.join(new)}; add with advisor check --save-baseline."] if new else []
    for task, check in ran:
        if task.earlier is None or check.report is None:
            continue
        now = figures_of(check.report)
        if not carries_over(task.earlier, now):
            said.append(
                f"Warning: the baseline is of {task.earlier.machine}, Python {task.earlier.python}; this is "
                f"{now.machine}, Python {now.python}. Compared is only what carries over: bytes, pickling, findings "
                "and the share of the GIL."
            )
            break
    return " ".join(said) or None
