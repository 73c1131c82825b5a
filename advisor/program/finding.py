"""`advisor find` on one screen: a program in, its sites ranked by what the program gains out."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..child.interpreter import Children
from ..child.known_interpreters import KnownInterpreters
from ..pipeline.analysis import MEMORY_FRACTION
from ..pipeline.machine_costs import measure_machine, memory_limit_bytes
from ..pipeline.progress import Progress
from ..records import Cost, Report
from ..records.program import FindOptions, Program, ProgramCommand, ProgramReport, SourceFile
from . import choosing, close_look, edits, ranked, survey, telling
from .judging import Judgement, Workplace, judge_site
from .reading import read_bodies
from .standard_input import StandardInput
from .surveying import Surveyed, survey_program

SHARED_RUN = 0.8
"""Of one run of the program: what all sites get together beside their budgets."""
MOST_MORE_SECONDS = 20.0
Clock = Callable[[], float]


@dataclass(frozen=True, kw_only=True)
class Found:
    """The program's report, and the full report of each site that was tried, by its id."""

    program: ProgramReport
    reports: Mapping[str, Report]


def find(
    command: ProgramCommand,
    options: FindOptions,
    folder: Path,
    progress: Progress | None = None,
    clock: Clock = time.monotonic,
) -> Found:
    """Run the program, judge the places in it that would gain, and rank them by what the program gains.

    Raises:
        UnusableError: the program cannot be started.
        FunctionFailedError: it failed on its own.
        KeyboardInterrupt: the command itself was told to end.
    """
    started = clock()
    progress = progress or Progress()
    memory_bytes = int(MEMORY_FRACTION * memory_limit_bytes())
    with Children(options.trying.seed) as children:
        ask = KnownInterpreters(children.ask).ask
        standard_input = StandardInput(children.folder)
        surveyed = survey_program(children, ask, command, options, folder, standard_input, memory_bytes)

        progress.stage("reading the loops that take its time")
        looked_at = choosing.to_look_at(surveyed.times, options.least_share, options.top)
        bodies = read_bodies(ask, options.trying.python, looked_at, surveyed, memory_bytes)
        progress.stage("running the program again, with hooks in its loops")
        again, seen = close_look.look_closely(
            children, options.trying.python, command, surveyed.sources, surveyed.paths, bodies, surveyed.run,
            standard_input,
        )  # fmt: skip

        machine = measure_machine(ask, options.trying.python)
        chosen = choosing.to_judge(looked_at, {name: body.analysis for name, body in bodies.items()}, seen, options.top)
        workplace = Workplace(
            ask=ask,
            folder=children.folder,
            surveyed=surveyed,
            options=_with_budget(options, surveyed.run.wall_seconds, len(chosen)),
            memory_bytes=memory_bytes,
        )
        judgements: dict[str, Judgement] = {}
        for number, name in enumerate(chosen, start=1):
            progress.stage(f"judging site {number} of {len(chosen)}, {name}")
            judgements[name] = judge_site(workplace, bodies[name], seen.get(name))
        known = [
            ranked.Known(
                time=each,
                body=bodies[each.site.id],
                seen=seen.get(each.site.id),
                judgement=judgements.get(each.site.id),
            )
            for each in looked_at
        ]
        seconds = surveyed.run.wall_seconds
        overlaps = ranked.overlaps_of(surveyed, known)
        sources = surveyed.texts_by_name
        sites = edits.with_diffs(ranked.rank(known, seconds, options), sources)
        best = ranked.best_of(sites, ranked.gains_of(known), overlaps, seconds)
        sites = ranked.only_the_better(sites, best, overlaps)
        best = edits.diff_of_all(best, sites, sources)
        report = ProgramReport(
            command=command,
            options=options,
            program=_program(command, surveyed, folder),
            machine=machine,
            sites=sites,
            best=best,
            findings=telling.findings(known, surveyed, close_look.difference(surveyed.run, again)),
            cost=_cost(clock() - started, judgements),
            time_places=survey.time_places(surveyed.samples, surveyed.run.wall_seconds, _lines(surveyed)),
            sources=tuple(SourceFile(path=name, sha256=digest) for name, digest in surveyed.digests.items()),
        )
        _keep_items(children, options)
    report = replace(report, headline=telling.headline(report))
    return Found(program=report, reports={name: each.report for name, each in judgements.items() if each.report})


def _with_budget(options: FindOptions, program_seconds: float, sites: int) -> FindOptions:
    """The options with what each site gets of one more run of the program."""
    if not options.budget_grows or not sites:
        return options
    more = min(MOST_MORE_SECONDS, SHARED_RUN * program_seconds / sites)
    trying = options.trying
    return replace(options, trying=replace(trying, budget_seconds=trying.budget_seconds + more))


def _program(command: ProgramCommand, surveyed: Surveyed, folder: Path) -> Program:
    run = surveyed.run
    return Program(
        argv=command.argv,
        folder=str(folder),
        python_version=str((run.watched or {}).get("python_version", platform.python_version())),
        wall_seconds=run.wall_seconds,
        cpu_seconds=run.cpu_seconds,
        exit_status=run.exit_status,
    )


def _cost(elapsed_seconds: float, judgements: Mapping[str, Judgement]) -> Cost:
    reports = [each.report for each in judgements.values() if each.report is not None]
    return Cost(
        elapsed_seconds=elapsed_seconds,
        calls_made=sum(report.cost.calls_made for report in reports),
        trials_run=sum(report.cost.trials_run for report in reports),
    )


def _lines(surveyed: Surveyed) -> dict[str, list[str]]:
    return {path: content.decode("utf-8", "replace").splitlines() for path, content in surveyed.texts.items()}


def _keep_items(children: Children, options: FindOptions) -> None:
    """Move what was kept of the program's data to where the user wants it; else it goes with the private folder."""
    if options.keep_items is None:
        return
    import shutil

    there = Path(options.keep_items)
    there.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = close_look.items_folder(children)
    if source.is_dir():
        for file in source.iterdir():
            shutil.copy2(file, there / file.name)
