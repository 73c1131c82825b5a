"""The exhaustive sweep: what every plan takes for a whole job, in fresh interpreters.

``python -m benchmarks.oracle [NAME ...]`` sweeps the catalogue, or the workloads named, and keeps the seconds in
``reports/oracle/NAME.json``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from advisor.child.host import THIS_SYSTEM
from advisor.child.interpreter import Ask, ChildFailedError, ChildLimits, Children
from advisor.decide.model.cost_model import demand_of
from advisor.decide.search.candidates import uses_several_cores
from advisor.inputs import checked_options
from advisor.pipeline import serial_profile
from advisor.pipeline.machine_costs import measure_machine
from advisor.pipeline.trials import probe_request
from advisor.records import Job, Options, Plan
from advisor.snippets import engine_sources
from benchmarks.plans import every_plan, serial_plan
from workloads.catalogue import chosen
from workloads.labels.workload import Workload

FOLDER = Path("reports/oracle")
HOPELESS_RATIO = 2.0
"""A plan this many times slower than serial is cut off: how slow exactly is of no interest."""
SETTLE_SECONDS = 3.0
"""For a fresh interpreter to import and make its items."""
MEMORY_BYTES = 16_000_000_000


def job_of(workload: Workload) -> Job:
    """The workload as the command line would name it."""
    return checked_options.make_job(
        workload.target,
        inputs_from=workload.inputs_from,
        unpack=workload.unpack if workload.inputs_from is not None else None,
        calls=workload.calls,
        setup=workload.setup,
    )


def options_for_measuring() -> Options:
    """Everything allowed, and time enough."""
    return checked_options.make_options(budget=600, timeout=60, lines=False)


def job_seconds(ask: Ask, job: Job, options: Options, plan: Plan, calls: int, most_seconds: float) -> float | None:
    """One run of the whole job; ``None`` where it failed or was cut off."""
    request = {
        **probe_request("trial", job, job.inputs, options),
        "idiom": plan.idiom,
        "parameters": engine_sources.parameters(plan),
        "environment": engine_sources.environment(plan),
        "sample_calls": calls,
        "warm": False,
    }
    limits = ChildLimits(
        silence_seconds=most_seconds + SETTLE_SECONDS,
        total_seconds=most_seconds + SETTLE_SECONDS,
        memory_bytes=MEMORY_BYTES,
    )
    try:
        answer = ask(options.python, request, limits)
    except ChildFailedError:
        return None
    return float(answer["wall_seconds"])


def sweep(workload: Workload) -> dict[str, Any]:
    """Every plan's seconds for the whole job, and what the sweep cost."""
    job, options = job_of(workload), options_for_measuring()
    started = time.monotonic()
    with Children(seed=0) as children:
        request = probe_request("profile", job, job.inputs, options)
        facts, timing = serial_profile.time_serially(children.ask, request, options, MEMORY_BYTES, lambda _facts: None)
        costs = measure_machine(children.ask, options.python).costs
        has_helpers = uses_several_cores(demand_of(serial_profile.make_profile(timing, costs), facts, costs))
        serial = min(
            seconds
            for _ in range(2)
            if (seconds := job_seconds(children.ask, job, options, serial_plan(facts), facts.calls, 60))
        )
        rows = []
        for plan in every_plan(facts, THIS_SYSTEM.usable_cores(), has_helpers=has_helpers):
            seconds = job_seconds(children.ask, job, options, plan, facts.calls, HOPELESS_RATIO * serial)
            rows.append({"plan": asdict(plan), "seconds": seconds})
    return {
        "name": workload.name,
        "rows": rows,
        "sweep_seconds": time.monotonic() - started,
        "facts": asdict(facts),
        "timing": asdict(timing),
        "costs": asdict(costs),
    }


def fastest_plans(swept: dict[str, Any]) -> list[tuple[Plan, float]]:
    """The plans that ran, fastest first."""
    ran = [(Plan(**row["plan"]), row["seconds"]) for row in swept["rows"] if row["seconds"] is not None]
    return sorted(ran, key=lambda pair: pair[1])


def load(workload: Workload) -> dict[str, Any]:
    """The kept sweep of a workload, swept now where there is none."""
    path = FOLDER / f"{workload.name}.json"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(sweep(workload), indent=1), encoding="utf-8")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def main(names: Sequence[str]) -> None:
    """Sweep and print the fastest three of each workload."""
    for workload in chosen(names):
        swept = load(workload)
        best = [f"{plan.model} x{plan.workers} {seconds:.3f} s" for plan, seconds in fastest_plans(swept)[:3]]
        print(f"{workload.name:28} {swept['sweep_seconds']:6.1f} s   {';  '.join(best)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
