"""``python -m benchmarks.safety_score [--page] [NAME ...]``: the safety certificate against the labelled corpus.

Prints how many unsafe functions were caught (every model that breaks them ruled out, for the labelled reason)
and how many safe ones were wrongly accused (any model ruled out). Status 1 where either is not perfect.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.child.interpreter import Children
from advisor.decide import safety
from advisor.decide.model.cost_model import demand_of
from advisor.decide.problem import Problem
from advisor.errors import AdvisorError
from advisor.inputs.target import parse_target
from advisor.pipeline import safety_run, serial_profile
from advisor.pipeline.machine_costs import measure_machine
from advisor.pipeline.progress import Progress
from advisor.pipeline.report_so_far import UnfinishedAnalysis
from advisor.pipeline.trials import probe_request
from advisor.records import Finding, Inputs, Job, Machine, Model, Options
from benchmarks import accuracy_page
from workloads.safety.cases import CASES, Case

CHILD_BYTES = 2_000_000_000
BUDGET_SECONDS = 20.0
SHORT_BUDGET_SECONDS = 6.0
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Outcome:
    """What was said of one function, and what is wrong with that."""

    case: Case
    findings: tuple[Finding, ...]
    seconds: float
    missed_models: tuple[Model, ...] = ()
    missed_findings: tuple[str, ...] = ()
    accused: tuple[Model, ...] = ()
    """Models ruled out that are safe."""
    error: str | None = None

    @property
    def right(self) -> bool:
        """Whether the certificate says what the label says."""
        return not (self.missed_models or self.missed_findings or self.accused or self.error)


def judge(case: Case) -> Outcome:
    """Look at one function as ``advisor analyze`` does; trials only where the case needs them."""
    started = time.monotonic()
    try:
        findings = _findings(case)
    except AdvisorError as error:
        return Outcome(case, (), time.monotonic() - started, error=str(error))
    excluded = safety.excluded_models(findings)
    codes = {finding.code for finding in findings}
    return Outcome(
        case,
        findings,
        time.monotonic() - started,
        missed_models=tuple(model for model in case.excluded if model not in excluded),
        missed_findings=tuple(code for code in case.findings if code not in codes),
        accused=tuple(model for model in excluded if model not in (*case.excluded, *case.tolerated)),
    )


def _findings(case: Case) -> tuple[Finding, ...]:
    options = Options(python=sys.executable, budget_seconds=BUDGET_SECONDS, start_method=case.start_method, lines=False)
    job = Job(target=parse_target(case.target, ROOT), inputs=Inputs(kind="object", source=case.inputs_from))
    with Children(0) as children:
        request = probe_request("profile", job, job.inputs, options)
        short = replace(options, budget_seconds=SHORT_BUDGET_SECONDS)
        facts, timing = serial_profile.time_serially(children.ask, request, short, CHILD_BYTES, lambda _facts: None)
        machine = _machine(case, measure_machine(children.ask, options.python))
        profile = serial_profile.make_profile(timing, machine.costs)
        problem = Problem(
            demand=demand_of(profile, facts, machine.costs),
            facts=facts,
            machine=machine,
            options=options,
            timing=timing,
        )
        seen = safety_run.inspect(children.ask, request, profile, problem, CHILD_BYTES)
        if not case.trials:
            return safety.assess(problem, profile, (), seen)
        draft = UnfinishedAnalysis(job, problem, profile, time.monotonic, time.monotonic(), seen)
        return draft.try_plans(children.ask, request, CHILD_BYTES, Progress(), lambda _report: None)[1]


def _machine(case: Case, machine: Machine) -> Machine:
    return machine if case.memory_limit_bytes is None else replace(machine, memory_limit_bytes=case.memory_limit_bytes)


def summary(outcomes: list[Outcome]) -> str:
    """Two lines: what was caught, who was accused."""
    unsafe = [outcome for outcome in outcomes if outcome.case.excluded]
    safe = [outcome for outcome in outcomes if not outcome.case.excluded]
    caught = sum(not (o.missed_models or o.missed_findings or o.error) for o in unsafe)
    accused = sum(bool(o.accused) for o in safe)
    beyond = sum(bool(o.accused) for o in unsafe)
    return (
        f"unsafe functions caught: {caught} of {len(unsafe)} (goal: all)\n"
        f"safe functions wrongly accused: {accused} of {len(safe)} (goal: none); "
        f"unsafe ones accused of more than they do: {beyond}"
    )


def _line(outcome: Outcome) -> str:
    wrong = [
        *(f"not ruled out: {model}" for model in outcome.missed_models),
        *(f"not found: {code}" for code in outcome.missed_findings),
        *(f"wrongly ruled out: {model}" for model in outcome.accused),
        *([outcome.error] if outcome.error else []),
    ]
    said = ", ".join(dict.fromkeys(finding.code for finding in outcome.findings)) or "nothing found"
    verdict = "; ".join(wrong) if wrong else "right"
    return f"{outcome.case.name:24} {outcome.seconds:5.1f} s  {verdict:40} {said}"


def main(words: list[str], say: Callable[[str], None] = print) -> int:
    """Judge the named cases, or all."""
    names = [word for word in words if word != accuracy_page.OPTION]
    outcomes = []
    for case in CASES:
        if not names or case.name in names:
            outcomes.append(judge(case))
            say(_line(outcomes[-1]))
    say(summary(outcomes))
    if accuracy_page.OPTION in words and not names:
        accuracy_page.keep("safety", summary(outcomes))
    return 0 if all(outcome.right for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
