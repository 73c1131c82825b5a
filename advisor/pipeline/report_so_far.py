"""A report in the making: trials until the verdict stands, and the report as far as it goes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from .. import formatting as fmt
from ..child.interpreter import Ask
from ..decide import safety, verdict
from ..decide.evidence.estimates import estimate_plans
from ..decide.model.cost_model import learn_sizes
from ..decide.outlook import make_outlook, with_verified
from ..decide.problem import Problem
from ..decide.safety import certificate
from ..decide.search import next_trial
from ..decide.what_ifs import next_verification, rank
from ..errors import FunctionFailedError, failure_advice
from ..records import Cost, Finding, Inspection, Job, Options, Profile, Report, Trial
from ..snippets.snippet import make_snippet
from .budget import AnalysisBudget
from .progress import Progress
from .trials import profiled_serial_trial, run_trial

HOT_LINES_SECONDS = 1.5
"""Kept back from the trials for Scalene's run."""

Clock = Callable[[], float]
Keep = Callable[[Report], None]


class UnfinishedAnalysis:
    """An analysis from the end of its profile on: runs the trials, and makes the report as far as it goes."""

    def __init__(
        self,
        job: Job,
        problem: Problem,
        profile: Profile,
        clock: Clock,
        started_seconds: float,
        inspection: Inspection | None = None,
        bounds: AnalysisBudget | None = None,
    ) -> None:
        self._job = job
        self._problem = problem
        self._profile = profile
        self._clock = clock
        self._started_seconds = started_seconds
        self._inspection = inspection
        self._write_snippet = partial(make_snippet, job, problem.facts)
        self._bounds = bounds or AnalysisBudget(clock, math.inf)

    def try_plans(
        self, ask: Ask, request: dict[str, object], memory_bytes: int, progress: Progress, keep: Keep
    ) -> tuple[tuple[Trial, ...], tuple[Finding, ...]]:
        """Trials until none can change the verdict, or the budget or the calls there may be are spent.

        Raises:
            FunctionFailedError: the calls of the first serial trial failed, so that there is nothing to compare.
        """
        profiled = profiled_serial_trial(self._problem, self._profile.timing)
        trials: tuple[Trial, ...] = () if profiled is None else (profiled,)
        findings = safety.assess(self._problem, self._profile, trials, self._inspection)
        keep(self.report(self._profile, trials, findings, "before the first trial"))
        while True:
            problem = self._problem_after(trials, findings)
            problem = replace(problem, options=self._bounds.workers(problem.options))
            wanted = next_trial.next_step(problem, trials, self._remaining_seconds())
            step = wanted and self._bounds.fitting(wanted, first=not trials)
            if step is None:
                return trials, (*findings, *self._bounds.findings(wanted))
            progress.trial(step, trials)
            trial = run_trial(ask, request, step, problem, trials, memory_bytes)
            if trial.failure is not None and not trials:
                raise FunctionFailedError(failure_advice(trial.failure.kind, trial.failure.message))
            trials = (*trials, trial)
            findings = safety.assess(problem, self._profile, trials, self._inspection)
            keep(self.report(self._profile, trials, findings, f"after {fmt.count(len(trials), 'trial')}"))

    def verify(
        self,
        ask: Ask,
        request: dict[str, object],
        memory_bytes: int,
        progress: Progress,
        trials: tuple[Trial, ...],
        findings: tuple[Finding, ...],
    ) -> tuple[tuple[str, Trial], ...]:
        """What-ifs tried in what is left of the budget, each by its code; none of them bears on the verdict."""
        problem = self._problem_after(trials, findings)
        advice = verdict.recommend(problem, self._profile, trials, findings, self._write_snippet)
        ledger = rank(problem, self._profile.timing, trials, advice)
        verification = next_verification(problem, ledger, trials, self._remaining_seconds())
        if verification is None:
            return ()
        step = self._bounds.fitting(verification.step, first=False)
        if step is None:
            return ()
        progress.stage("trying what would make it faster")
        trial = run_trial(ask, request, step, problem, trials, memory_bytes)
        return ((verification.code, trial),)

    def report(
        self,
        profile: Profile,
        trials: tuple[Trial, ...],
        findings: tuple[Finding, ...],
        interrupted: str | None,
        verified: tuple[tuple[str, Trial], ...] = (),
    ) -> Report:
        """The report as far as it goes."""
        problem = self._problem_after(trials, findings)
        advice = self._bounds.qualified(
            verdict.recommend(problem, profile, trials, findings, self._write_snippet), trials
        )
        return Report(
            job=self._job,
            options=self._problem.options,
            target=problem.facts,
            machine=problem.machine,
            profile=profile,
            trials=_with_intervals(trials),
            findings=findings,
            recommendation=advice,
            cost=Cost(
                elapsed_seconds=self._clock() - self._started_seconds,
                # Whoever keeps the bounds counts all; a simulation's answers are counted here.
                calls_made=self._bounds.calls_made
                or profile.timing.calls_made + sum(trial.calls for trial in (*trials, *dict(verified).values())),
                trials_run=len(trials) + len(verified),
            ),
            interrupted=interrupted,
            outlook=with_verified(
                make_outlook(problem, profile.timing, trials, advice), {code: trial.speedup for code, trial in verified}
            ),
            certificate=certificate.certify(problem.facts, trials, findings, self._inspection),
        )

    def _problem_after(self, trials: tuple[Trial, ...], findings: tuple[Finding, ...]) -> Problem:
        demand = learn_sizes(self._problem.demand, trials)
        options = _within(self._problem.options, self._inspection)
        return replace(self._problem, demand=demand, excluded=safety.excluded_models(findings), options=options)

    def _remaining_seconds(self) -> float:
        spent = self._clock() - self._started_seconds
        kept_back = HOT_LINES_SECONDS if self._problem.options.lines else 0.0
        return self._problem.options.budget_seconds - spent - kept_back


def _within(options: Options, inspection: Inspection | None) -> Options:
    """No more workers than what the calls ask takes at once."""
    most = inspection.most_at_once if inspection is not None else None
    return options if most is None else replace(options, max_workers=min(most, options.max_workers or most))


def _with_intervals(trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
    """Each trial with the interval that all runs of its plan give together."""
    by_plan = {estimate.plan: estimate for estimate in estimate_plans(trials)}
    return tuple(
        replace(trial, speedup_low=by_plan[trial.plan].speedup_low, speedup_high=by_plan[trial.plan].speedup_high)
        if trial.speedup is not None
        else trial
        for trial in trials
    )
