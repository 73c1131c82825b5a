"""How sites and their gains are put into words, the same in every format."""

from __future__ import annotations

from ... import formatting as fmt
from ...records.program import ProgramReport, ProgramSite

SAFETY = {
    "independent": "its iterations are independent, as far as was seen",
    "reduction": "its iterations meet only in results that are put together in order",
    "dependent": "its iterations depend on each other",
    "unknown": "whether its iterations are independent was not seen",
}


def advice(site: ProgramSite) -> str:
    """What to do, in a few words; why not, where nothing is advised."""
    if site.applies and site.recommendation is not None:
        plan = site.recommendation.plan
        return "one after the other" if plan.model == "serial" else f"{plan.model}, {fmt.workers(plan)}"
    return "leave it"


def gain(site: ProgramSite) -> str:
    """What the program gains, with its interval."""
    if site.program_speedup is None:
        return ""
    interval = fmt.ratio_range(site.program_speedup_low, site.program_speedup_high)
    return f"{fmt.ratio(site.program_speedup)} ({interval})"


def counts(site: ProgramSite) -> str:
    """How often it is executed, and how many iterations that makes."""
    if site.iterations is None or site.times_entered is None:
        return ""
    executions = fmt.count(site.times_entered, "execution")
    return f"{fmt.count(site.iterations, 'iteration')} in {executions}"


def run(report: ProgramReport) -> str:
    """What was run, and what it took."""
    program = report.program
    status = "" if program.exit_status == 0 else f", exit status {program.exit_status}"
    took = f"{fmt.seconds(program.wall_seconds)}, {fmt.seconds(program.cpu_seconds)} of processor time{status}"
    return f"{fmt.one_line(' '.join(program.argv))}: {took}, Python {program.python_version}"
