"""The sentences that more than one format needs."""

from __future__ import annotations

from typing import NamedTuple

from .. import formatting as fmt
from ..records import Profile, Report, Trial

NO_TRIALS = "Nothing was tried."
WORTH_A_WORD = 0.01
NO_FINDINGS = "Nothing was found that speaks against any model."


class Part(NamedTuple):
    """One of the parts of a call's time."""

    key: str
    label: str
    seconds: float
    fraction: float
    """Of all parts together."""


def verdict(report: Report) -> str:
    """The recommendation in one sentence, or why there is none."""
    if report.recommendation is not None:
        return fmt.one_line(report.recommendation.headline)
    stopped = fmt.one_line(report.interrupted or "no plan could be compared with serial")
    return f"No recommendation: the analysis stopped early ({stopped.rstrip('.')})."


def interruption(report: Report) -> str:
    """That the advice rests on part of the work; empty where all was done, or where there is no advice."""
    if report.interrupted is None or report.recommendation is None:
        return ""
    where = fmt.one_line(report.interrupted).rstrip(".")
    return f"Interrupted {where}: the advice rests on what was done till then."


def gain(report: Report) -> str:
    """What the real number of calls takes now and then; empty where nothing is recommended."""
    advice = report.recommendation
    if advice is None:
        return ""
    calls = fmt.count(report.target.calls, "call")
    now = fmt.seconds(advice.serial_job_seconds)
    if advice.plan.model == "serial":
        return f"{calls}: {now}, one after another"
    return f"{calls}: {now} now, {fmt.seconds(advice.job_seconds)} then ({fmt.ratio(advice.speedup)})"


def confidence(report: Report) -> str:
    """How sure the advice is and from how many calls on it pays; empty where nothing is recommended."""
    advice = report.recommendation
    if advice is None:
        return ""
    if advice.plan.model == "serial":
        return f"Confidence: {advice.confidence}."
    interval = fmt.ratio_range(advice.speedup_low, advice.speedup_high)
    return f"Confidence: {advice.confidence}, {interval}. {break_even(report)}".strip()


def break_even(report: Report) -> str:
    """From how many calls on the advice pays; empty where that says nothing."""
    advice = report.recommendation
    if advice is None or advice.plan.model == "serial" or advice.break_even_calls is None:
        return ""
    return f"It pays from {fmt.count(advice.break_even_calls, 'call')} on."


def safety(report: Report) -> str:
    """The findings in a few words."""
    ruled_out = sorted({model for finding in report.findings for model in finding.excludes})
    notable = [finding for finding in report.findings if finding.severity != "note"]
    if ruled_out:
        return f"Ruled out: {', '.join(ruled_out)}."
    if notable:
        return f"{fmt.count(len(notable), 'thing')} to know before you use it."
    if report.findings:
        return f"{NO_FINDINGS} See the {fmt.count(len(report.findings), 'note')}."
    return NO_FINDINGS


def certificate(report: Report) -> tuple[str, ...]:
    """The models by how safe they are, and what shows it for the advised one; empty in a report without."""
    verdicts = [v for v in report.certificate if report.target.is_coroutine or v.model != "asyncio"]
    by_verdict = {
        word: ", ".join(v.model for v in verdicts if v.verdict == word) for word in ("safe", "unproven", "unsafe")
    }
    told = " ".join(f"{word.capitalize()}: {models}." for word, models in by_verdict.items() if models)
    advised = report.recommendation.plan.model if report.recommendation else None
    because = [v for v in verdicts if v.model == advised != "serial" and v.because]
    return tuple(line for line in (told, *(f"{v.model}: {fmt.one_line(v.because[0])}" for v in because)) if line)


def parts(profile: Profile) -> tuple[Part, ...]:
    """Where a call's time goes: with the GIL, without it, waiting; and queued, where that is worth a word."""
    queued_seconds = profile.timing.queued_seconds_per_call
    figures = [
        ("held", "running with the GIL", profile.gil_held_seconds_per_call),
        ("free", "running without the GIL", profile.gil_free_seconds_per_call),
        ("wait", "waiting", profile.wait_seconds_per_call),
    ]
    if queued_seconds >= WORTH_A_WORD * sum(seconds for _, _, seconds in figures):
        figures.append(("queued", "ready, but without a processor", queued_seconds))
    whole = sum(seconds for _, _, seconds in figures)
    return tuple(Part(key, label, seconds, seconds / whole if whole else 0.0) for key, label, seconds in figures)


def profile_line(report: Report) -> str:
    """One sentence on what a call does."""
    profile = report.profile
    spent = ", ".join(f"{fmt.share(part.fraction)} {part.label}" for part in parts(profile))
    return f"A call takes {fmt.seconds(profile.wall_seconds_per_call)} ({profile.classification}): {spent}."


def is_explained(report: Report) -> bool:
    """Whether the reasons already say what a call does."""
    advice = report.recommendation
    return advice is not None and report.profile.explanation in advice.reasons


def no_hot_lines(profile: Profile) -> str:
    """Why there are no hot lines; empty where there are some."""
    if profile.hot_lines:
        return ""
    return fmt.one_line(profile.hot_lines_note or "No line stood out, or the lines were not asked for.")


def how_measured(report: Report) -> tuple[str, ...]:
    """What was run, where, and how figures came about."""
    cost, machine, target = report.cost, report.machine, report.target
    gil = "with the GIL" if target.gil_enabled else "without the GIL"
    used = fmt.count(machine.usable_cores, "usable core")
    physical = fmt.count(machine.physical_cores, "physical core")
    owned = "" if machine.physical_cores is None else f" ({physical})"
    work = f"{fmt.count(cost.trials_run, 'trial')} and {fmt.count(cost.calls_made, 'call')}"
    job = f"{fmt.count(target.items, 'different item')}, {fmt.count(target.calls, 'call')} in the real job"
    place = f"Python {fmt.one_line(target.python_version)} {gil}, on {fmt.one_line(machine.platform)}"
    return (
        f"{work} in {fmt.seconds(cost.elapsed_seconds)}, seed {report.options.seed}.",
        f"{place} with {used}{owned} and {fmt.size(machine.memory_limit_bytes)} of memory.",
        f"{job}, items passed as {_UNPACKED[target.unpack]}.",
        _METHOD,
        "A predicted speed-up is what the cost model said before the trial ran.",
    )


def trial_note(trial: Trial) -> str:
    """Why a trial has no figures; empty for one that has."""
    if trial.failure is None:
        return ""
    return fmt.one_line(trial.failure.message) or "no reason was given."


_METHOD = (
    "Each trial ran in a fresh interpreter and is compared with the serial run nearest to it in time; "
    "its time includes starting and stopping the workers."
)
_UNPACKED = {"none": "f(item)", "args": "f(*item)", "kwargs": "f(**item)"}
