"""The program on one screen: a job in, a report out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from . import inputs as input_files
from . import profiler, safety, scalene_profile, search, verdict
from .candidates import Problem
from .child import Children
from .cost_model import demand_of
from .machine import measure_machine, memory_limit_bytes
from .progress import Progress
from .records import Cost, Finding, Inputs, Job, Machine, Options, Profile, Report, TargetFacts, Trial
from .trials import Ask, probe_request, run_trial

MEMORY_FRACTION = 0.8
"""Of the machine's or the cgroup's limit: what one child may hold."""
HOT_LINES_SECONDS = 2.5
"""Kept back from the trials for Scalene's run."""

Clock = Callable[[], float]
Keep = Callable[[Report], None]


def analyze(
    job: Job,
    options: Options,
    progress: Progress | None = None,
    keep: Keep = lambda _report: None,
    clock: Clock = time.monotonic,
) -> Report:
    """Measure the job and say how to run it. ``keep`` is given the report so far after every trial.

    Raises:
        UnusableError: the target or the inputs cannot be used.
        FunctionFailedError: the function failed on its own, so that no advice is possible.
    """
    started = clock()
    progress = progress or Progress()
    memory_bytes = int(MEMORY_FRACTION * memory_limit_bytes())
    with Children(options.seed) as children:
        request = probe_request("profile", job, _spooled(job, children), options)

        progress.stage("timing it serially")
        facts, timing = profiler.time_serially(children.ask, request, options, memory_bytes, progress.facts)
        progress.stage("reading what this machine's pools cost")
        machine = measure_machine(children, options.python)
        profile = profiler.make_profile(timing, machine.costs)

        draft = Draft(job, options, facts, machine, profile, clock, started)
        trials, findings = draft.try_plans(children.ask, request, memory_bytes, progress, keep)

        progress.stage("finding the hot lines")
        hot_lines, note = scalene_profile.find_hot_lines(children, request, facts, options)
        profile = replace(profile, hot_lines=hot_lines, hot_lines_note=note)
        return draft.report(profile, trials, findings, None)


class Draft:
    """A report in the making."""

    def __init__(
        self,
        job: Job,
        options: Options,
        facts: TargetFacts,
        machine: Machine,
        profile: Profile,
        clock: Clock,
        started: float,
    ) -> None:
        self._job = job
        self._options = options
        self._profile = profile
        self._clock = clock
        self._started = started
        self.problem = Problem(demand_of(profile, facts, machine.costs), facts, machine, options)

    def try_plans(
        self, ask: Ask, request: dict[str, object], memory_bytes: int, progress: Progress, keep: Keep
    ) -> tuple[tuple[Trial, ...], tuple[Finding, ...]]:
        """Trials until none can change the verdict or the budget is spent."""
        problem, options = self.problem, self._options
        trials: tuple[Trial, ...] = ()
        findings = safety.assess(problem.facts, self._profile, problem.machine, trials)
        while True:
            problem = replace(self.problem, excluded=safety.excluded_models(findings))
            step = search.next_step(problem, trials, self._remaining_seconds())
            if step is None:
                return trials, findings
            progress.trial(step, trials)
            trial = run_trial(ask, request, step, problem.facts, options, trials, memory_bytes)
            trials = (*trials, trial)
            findings = safety.assess(problem.facts, self._profile, problem.machine, trials)
            keep(self.report(self._profile, trials, findings, f"after {len(trials)} trials"))

    def report(
        self,
        profile: Profile,
        trials: tuple[Trial, ...],
        findings: tuple[Finding, ...],
        interrupted: str | None,
    ) -> Report:
        """The report as far as it goes."""
        problem = replace(self.problem, excluded=safety.excluded_models(findings))
        return Report(
            job=self._job,
            options=self._options,
            target=problem.facts,
            machine=problem.machine,
            profile=profile,
            trials=trials,
            findings=findings,
            recommendation=verdict.recommend(problem, self._job, profile, trials, findings),
            cost=Cost(
                elapsed_seconds=self._clock() - self._started,
                calls_made=profile.timing.calls_made + sum(trial.calls for trial in trials),
                trials_run=len(trials),
            ),
            interrupted=interrupted,
        )

    def _remaining_seconds(self) -> float:
        spent = self._clock() - self._started
        kept_back = HOT_LINES_SECONDS if self._options.lines else 0.0
        return self._options.budget_seconds - spent - kept_back


def _spooled(job: Job, children: Children) -> Inputs:
    """Rows of a file are read once, here; the children find them spooled."""
    if job.inputs.kind != "file":
        return job.inputs
    rows = input_files.read_rows(Path(job.inputs.source or ""), job.unpack or "none")
    return replace(job.inputs, source=input_files.spool(rows, children.folder))
