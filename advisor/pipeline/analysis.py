"""The program on one screen: a job in, a report out."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from ..child.interpreter import Children
from ..child.known_interpreters import KnownInterpreters
from ..child.warm_interpreter import WarmInterpreter
from ..decide.model.cost_model import demand_of
from ..decide.problem import Problem
from ..decide.search.first_opinion import first_opinion
from ..inputs import asked_idiom
from ..inputs import item_files as input_files
from ..records import Inputs, Job, Options, Report, TargetFacts
from . import hot_lines, long_call, safety_run, serial_profile
from .budget import OVERTIME_SECONDS, AnalysisBudget
from .machine_costs import measure_machine, memory_limit_bytes
from .progress import Progress
from .report_so_far import Clock, Keep, UnfinishedAnalysis
from .trials import probe_request

MEMORY_FRACTION = 0.8
"""Of the machine's or the cgroup's limit: what one child may hold."""


def analyze(
    job: Job,
    options: Options,
    progress: Progress | None = None,
    keep: Keep = lambda _report: None,
    clock: Clock = time.monotonic,
    tell: Keep = lambda _report: None,
) -> Report:
    """Measure the job and say how to run it.

    Args:
        job: The calls to make.
        options: How to try.
        progress: Told of every stage.
        keep: Given the report so far after every trial.
        clock: Seconds that only ever grow.
        tell: Given the report as soon as its verdict stands; what is found after that does not bear on it.

    Raises:
        UnusableError: the target or the inputs cannot be used.
        FunctionFailedError: the function failed on its own, so that no advice is possible.
    """
    started = clock()
    progress = progress or Progress()
    memory_bytes = int(MEMORY_FRACTION * memory_limit_bytes())
    ends_seconds = started + options.budget_seconds + options.timeout_seconds + OVERTIME_SECONDS
    bounds = AnalysisBudget(clock, ends_seconds, options.max_calls)
    with Children(options.seed) as children, WarmInterpreter(children) as warm:
        interpreters = KnownInterpreters(warm.ask)
        ask = bounds.around(interpreters.ask)
        request = probe_request("profile", job, spooled(job, children), options)

        progress.stage("timing it serially")
        facts, timing = long_call.time_or_watch(ask, request, options, memory_bytes, progress)
        if options.idiom is not None:
            asked_idiom.check_fits(options.idiom, facts)
        progress.stage("reading what this machine's pools cost")
        machine = measure_machine(interpreters.ask, options.python)
        profile = serial_profile.make_profile(timing, machine.costs)

        problem = Problem(
            demand=demand_of(profile, facts, machine.costs),
            facts=facts,
            machine=machine,
            options=options,
            timing=timing,
        )
        progress.opinion(first_opinion(problem))
        progress.stage("watching what the calls share")
        inspection = safety_run.inspect(ask, request, profile, problem, memory_bytes)
        unfinished = UnfinishedAnalysis(job, problem, profile, clock, started, inspection, bounds)
        trials, findings = unfinished.try_plans(ask, request, memory_bytes, progress, keep)
        tell(unfinished.report(profile, trials, findings, None))

        verified = unfinished.verify(ask, request, memory_bytes, progress, trials, findings)
        progress.stage("finding the hot lines")
        lines, note = hot_lines.find_hot_lines(children, request, facts, options, bounds)
        profile = replace(profile, hot_lines=lines, hot_lines_note=note)
        return unfinished.report(profile, trials, findings, None, verified)


def describe(job: Job, options: Options) -> TargetFacts:
    """What the target and its items are. Imports the target and makes the items, in a child; calls nothing.

    Raises:
        UnusableError: the target or the inputs cannot be used.
    """
    memory_bytes = int(MEMORY_FRACTION * memory_limit_bytes())
    with Children(options.seed) as children:
        request = probe_request("profile", job, spooled(job, children), options)
        facts = serial_profile.read_facts(children.ask, request, options, memory_bytes)
    if options.idiom is not None:
        asked_idiom.check_fits(options.idiom, facts)
    return facts


def spooled(job: Job, children: Children) -> Inputs:
    """Rows of a file are read once, here; the children find them spooled."""
    if job.inputs.kind != "file":
        return job.inputs
    rows = input_files.read_rows(Path(job.inputs.source or ""), job.unpack or "none")
    return replace(job.inputs, source=input_files.spool(rows, children.folder))
