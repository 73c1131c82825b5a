"""Trials and findings -> Recommendation; pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ..formatting import count, ratio, ratio_range, seconds, share, workers
from ..records import Finding, Plan, Profile, Recommendation, Trial
from .choice import choose
from .confidence import assure
from .evidence.estimates import PlanEstimate, serial_job_seconds
from .evidence.expected_time import expected_job_seconds, is_limited
from .evidence.weighed_estimates import weighed_estimates
from .model import chunking, cost_model
from .problem import Problem, start_method
from .search.next_trial import step_for

TRIALS_TO_DECIDE = 2
"""One to see a plan, one to confirm it."""


def recommend(
    problem: Problem,
    profile: Profile,
    trials: Sequence[Trial],
    findings: Sequence[Finding],
    write_snippet: Callable[[Plan], str],
) -> Recommendation | None:
    """The simplest plan that nothing safe beats by more than 5 %; ``None`` before the first serial trial.

    ``write_snippet`` makes the code to paste for the plan that is advised.
    """
    estimates = weighed_estimates(problem, trials)
    serial_seconds = serial_job_seconds(trials)
    if serial_seconds is None or not estimates:
        return None
    ahead = choose(problem, estimates)
    disputed = ahead if ahead.speedup_low <= 1.0 and ahead.plan.model != "serial" else None
    chosen = ahead if disputed is None else next(e for e in estimates if e.plan.model == "serial")
    assurance = assure(problem, trials, estimates, chosen)
    outlasted = problem.timing is not None and problem.timing.outlasted
    headline = _headline(problem, chosen, serial_seconds)
    if outlasted:
        headline = _outlasted(problem, trials, assurance.open_plan, serial_seconds)
    elif assurance.open_plan is not None:
        headline = _open_question(problem, trials, assurance.open_plan, serial_seconds)
    elif disputed is not None:
        headline = _disputed(problem, disputed)
    return Recommendation(
        plan=chosen.plan,
        speedup=chosen.speedup,
        speedup_low=chosen.speedup_low,
        speedup_high=chosen.speedup_high,
        confidence=assurance.confidence if not outlasted and disputed is None else "low",
        break_even_calls=break_even_calls(problem, chosen, serial_seconds),
        serial_job_seconds=serial_seconds,
        job_seconds=serial_seconds / chosen.speedup,
        headline=headline,
        reasons=_reasons(problem, profile, trials, chosen, estimates, findings, assurance.open_plan),
        snippet=write_snippet(chosen.plan),
        decided=assurance.open_plan is None and disputed is None and not outlasted,
    )


def _disputed(problem: Problem, ahead: PlanEstimate) -> str:
    """Of a plan that ran faster and may as well be slower."""
    within = ratio_range(ahead.speedup_low, ahead.speedup_high)
    return (
        f"Undecided: {ahead.plan.model} with {workers(ahead.plan)} ran {problem.facts.name} {ratio(ahead.speedup)} as "
        f"fast, but its runs disagree so much that it may as well be slower ({within}). "
        "Analyze again when the machine is quiet, or with a larger --budget."
    )


def _open_question(problem: Problem, trials: Sequence[Trial], plan: Plan, serial_seconds: float) -> str:
    """What is expected of a plan that was not tried, and what it would take to know."""
    name, calls = problem.facts.name, count(problem.facts.calls, "call")
    expected_seconds = expected_job_seconds(problem, trials, plan)
    return (
        f"Undecided: {plan.model} with {workers(plan)} should run {name} {ratio(serial_seconds / expected_seconds)} as "
        f"fast, {calls} in {seconds(expected_seconds)} instead of {seconds(serial_seconds)}, but was not tried; "
        f"{_to_decide(problem, trials, plan)}"
    )


def _outlasted(problem: Problem, trials: Sequence[Trial], plan: Plan | None, serial_seconds: float) -> str:
    """What follows from a part of a call."""
    seen = (
        f"Undecided: a call of {problem.facts.name} takes longer than the {seconds(problem.demand.wall_seconds)} that "
        "one was given."
    )
    if plan is None:
        budget = math.ceil(2 * problem.options.budget_seconds)
        return f"{seen} By the part that was watched no plan would gain; --budget {budget} gives a call twice as long."
    gain = ratio(serial_seconds / expected_job_seconds(problem, trials, plan))
    return (
        f"{seen} By the part that was watched, {plan.model} with {workers(plan)} should run "
        f"{count(problem.facts.calls, 'call')} {gain} as fast, but was not tried; "
        f"at least {_to_decide(problem, trials, plan)}"
    )


def _to_decide(problem: Problem, trials: Sequence[Trial], plan: Plan) -> str:
    more_seconds = math.ceil(TRIALS_TO_DECIDE * step_for(problem, trials, plan).expected_seconds)
    return f"{more_seconds} s more would tell: --budget {math.ceil(problem.options.budget_seconds) + more_seconds}."


def break_even_calls(problem: Problem, chosen: PlanEstimate, serial_seconds: float) -> int | None:
    """Calls from which start-up is earned back: start-up over what each call saves."""
    if chosen.plan.model == "serial":
        return None
    calls = problem.demand.calls
    saved = (serial_seconds - (chosen.job_seconds - chosen.startup_seconds)) / calls
    if saved <= 0:
        return None
    return max(2, math.ceil(chosen.startup_seconds / saved))


def _headline(problem: Problem, chosen: PlanEstimate, serial_seconds: float) -> str:
    name, calls = problem.facts.name, count(problem.facts.calls, "call")
    if chosen.plan.model == "serial":
        return f"Keep {name} serial: {calls} take {seconds(serial_seconds)}, and nothing tried is worth more code."
    then = seconds(serial_seconds / chosen.speedup)
    return (
        f"Run {name} under {chosen.plan.model} with {workers(chosen.plan)}: {calls} take {then} "
        f"instead of {seconds(serial_seconds)}, {ratio(chosen.speedup)} as fast."
    )


def _reasons(
    problem: Problem,
    profile: Profile,
    trials: Sequence[Trial],
    chosen: PlanEstimate,
    estimates: Sequence[PlanEstimate],
    findings: Sequence[Finding],
    open_plan: Plan | None,
) -> tuple[str, ...]:
    reasons = [profile.explanation]
    if open_plan is not None:
        reasons.append(f"What {open_plan.model} gains is predicted from the profile alone; no trial of it fitted in.")
    elif chosen.plan.model == "serial":
        reasons.append(_why_serial(problem, estimates, findings))
    else:
        reasons.append(_why_chosen(problem, profile, trials, chosen, estimates))
    return tuple(reasons)


def _why_serial(problem: Problem, estimates: Sequence[PlanEstimate], findings: Sequence[Finding]) -> str:
    excluded = [finding for finding in findings if finding.excludes]
    pools = [e for e in estimates if e.plan.model != "serial"]
    best = max(pools, key=lambda e: e.speedup, default=None)
    if best is not None and best.speedup >= problem.options.min_speedup_ratio:
        return (
            f"The best of what was tried, {best.plan.model} with {workers(best.plan)}, ran {ratio(best.speedup)} as "
            f"fast at its middle, {ratio_range(best.speedup_low, best.speedup_high)}: too uncertain for its code."
        )
    if best is not None:
        return (
            f"The best of what was tried, {best.plan.model} with {workers(best.plan)}, ran {ratio(best.speedup)} "
            f"as fast; below {ratio(problem.options.min_speedup_ratio)} a pool is not worth its code."
        )
    if excluded:
        return f"What could have helped is ruled out: {excluded[0].message}"
    return (
        f"No plan could win: the whole job takes {seconds(problem.demand.serial_job_seconds)}, and starting "
        f"and feeding workers would take as long as it saves.{_what_would_pay(problem)}"
    )


def _what_would_pay(problem: Problem) -> str:
    """For calls too small or too few: in which chunks processes would pay, and from how many calls on."""
    if "multiprocessing" in problem.excluded or "multiprocessing" not in problem.options.models:
        return ""
    plan = Plan(
        model="multiprocessing",
        idiom="Pool.map",
        processes=problem.machine.usable_cores,
        start_method=start_method(problem),
    )
    paying = chunking.paying_job(plan, problem.demand, problem.machine, problem.options.min_speedup_ratio)
    if paying is None:
        return (
            " Sending a call to a process takes so long that none would pay, however many calls and in whatever chunks."
        )
    chunk_size, calls = paying
    return f" Processes would pay from about {calls:,} calls on, {chunk_size:,} to a chunk."


def _what_binds(problem: Problem, trials: Sequence[Trial], chosen: PlanEstimate) -> str:
    """The lowest ceiling, or a limit that the profile does not know."""
    if is_limited(problem, trials, chosen):
        modelled = cost_model.job_seconds(chosen.plan, problem.demand, problem.machine)
        allowed = ratio(problem.demand.serial_job_seconds / modelled)
        return f"outside the call (a server, a lock, memory): its own figures allow {allowed}"
    return cost_model.ceiling_name(chosen.plan, problem.demand, problem.machine)


def _why_chosen(
    problem: Problem,
    profile: Profile,
    trials: Sequence[Trial],
    chosen: PlanEstimate,
    estimates: Sequence[PlanEstimate],
) -> str:
    binds = _what_binds(problem, trials, chosen)
    why = {
        "threading": "Threads overlap what does not hold the GIL: "
        f"{share(1 - profile.gil_held_seconds_per_call / profile.wall_seconds_per_call)} of a call",
        "asyncio": "One thread keeps all the waiting in flight",
        "multiprocessing": "Each process has a GIL of its own",
        "hybrid": "Processes share out the GIL and threads in each overlap the rest",
        "serial": "",
    }[chosen.plan.model]
    rivals = [e for e in estimates if e.plan.model not in (chosen.plan.model, "serial")]
    text = f"{why}; what binds is {binds}"
    if rivals:
        rival = max(rivals, key=lambda e: e.speedup)
        text += f"; the best {rival.plan.model} plan tried ran {ratio(rival.speedup)} as fast"
    return text + "."
