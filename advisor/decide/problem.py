"""What there is to decide, and what follows from it alone: the serial plan, the start method, the idiom; pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..records import Machine, Model, Options, Plan, SerialTiming, StartMethod, TargetFacts
from ..records.idioms import default_idiom, model_of
from .model.cost_model import Demand

FEWEST_WORKERS = 2
"""Of a plan that is not serial."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What there is to decide."""

    demand: Demand
    facts: TargetFacts
    machine: Machine
    options: Options
    excluded: tuple[Model, ...] = ()
    timing: SerialTiming | None = None
    """What a call holds in memory; ``None``: memory sets no limit."""


def serial_plan(problem: Problem) -> Plan:
    """The plan that all others are measured against."""
    return Plan(model="serial", idiom=idiom_of(problem, "serial"))


def start_method(problem: Problem) -> StartMethod:
    """How processes are started: as asked, as the interpreter would, but never by fork past live threads."""
    asked, facts = problem.options.start_method, problem.facts
    if asked is not None:
        return asked
    if facts.threads_after_import > 1 and copies_imports(facts, facts.default_start_method):
        forks_nothing = "forkserver" in facts.start_methods and not facts.forkserver_imports_main
        return "forkserver" if forks_nothing else "spawn"
    return facts.default_start_method


def copies_imports(facts: TargetFacts, method: StartMethod) -> bool:
    """Whether workers are copies of a process that has imported the target: threads, handles, random streams."""
    return method == "fork" or (method == "forkserver" and facts.forkserver_imports_main)


def idiom_of(problem: Problem, model: Model) -> str:
    """How calls are run under a model: as asked, or as a user would write it."""
    wanted, facts = problem.options.idiom, problem.facts
    if wanted is not None and model_of(wanted) == model:
        return wanted
    return default_idiom(model, facts.unpack, facts.is_coroutine, problem.options.stream)
