"""Two reports -> what changed between them and whether it is more than noise; pure.

A ratio of two figures from different runs has the interval of both together: their half widths in log units are
added as independent errors are (the root of the sum of the squares). The half widths are those of ``estimates``.
A ratio whose interval holds 1 is within noise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ..formatting import count, ratio_range, share, size, workers
from ..records import Plan, Report, SerialTiming, Severity
from ..records.compared import Change, Comparison, Meaning, Unit
from .evidence.estimates import LEAST_HALF_WIDTH, PlanEstimate, estimate_plans, interval

SAME_SIZE_RATIO = 1.01
"""Pickled sizes repeat to the byte or nearly so."""
SAME_MEMORY_RATIO = 1.1
LEAST_SHARE_APART = 0.05
"""Of a call's time: what the heartbeat tells apart at best."""
BUSY_FRACTION = 0.05
"""Of a call's time, spent ready but without a processor."""
DEVIATIONS_95 = 1.96


def compare(old: Report, new: Report) -> Comparison:
    """Lay two reports of one function side by side."""
    changes = [*_texts(old, new), *_times(old, new), *_speedups(old, new), *_profile(old, new), *_memory(old, new)]
    order = {"worse": 0, "better": 1, "changed": 2, "noise": 3}
    return Comparison(
        target=new.target.name,
        headline=_headline(old, new),
        caveats=tuple(_caveats(old, new)),
        changes=tuple(sorted(changes, key=lambda change: order[change.meaning])),
    )


def ratio_of(old: Sequence[float], new: Sequence[float]) -> tuple[float, float, float]:
    """(middle, low, high) of new over old at 95 %, from independent runs of each.

    Args:
        old: Figures above 0 of one unit, one a run; at least one.
        new: As ``old``.
    """
    old_middle, _, old_high = interval(old)
    new_middle, _, new_high = interval(new)
    half = math.hypot(math.log(old_high / old_middle), math.log(new_high / new_middle))
    return _around(new_middle / old_middle, half)


def _around(middle: float, half: float) -> tuple[float, float, float]:
    return middle, middle * math.exp(-half), middle * math.exp(half)


def _measured(
    what: str, unit: Unit, old: float, new: float, ratio: tuple[float, float, float], more_is_better: bool
) -> Change:
    middle, low, high = ratio
    meaning: Meaning = "noise"
    if low > 1 or high < 1:
        meaning = "better" if (middle > 1) == more_is_better else "worse"
    return Change(what=what, unit=unit, old=old, new=new, meaning=meaning, ratio=middle, ratio_low=low, ratio_high=high)


def _headline(old: Report, new: Report) -> str:
    before, after = old.recommendation, new.recommendation
    if before is None or after is None:
        lacking = " and ".join(name for name, advice in (("old", before), ("new", after)) if advice is None)
        return f"No advice to compare: the {lacking} analysis stopped early."
    if _how(before.plan) == _how(after.plan):
        return f"The advice stands: {_how(after.plan)}."
    text = f"The advice changed from {_how(before.plan)} to {_how(after.plan)}"
    paired = _paired(new, before.plan, after.plan)
    if paired is None:
        return f"{text}; the old plan was not tried again."
    _, low, high = interval(paired)
    if low > 1 or high < 1:
        return f"{text}, which ran {ratio_range(low, high)} as fast as the old plan in the new analysis."
    return f"{text}, but within noise: in the new analysis it ran {ratio_range(low, high)} as fast as the old plan."


def _paired(report: Report, before: Plan, after: Plan) -> list[float] | None:
    """How much faster the second plan ran than the first, by rounds in which both ran."""
    seconds: dict[tuple[str, int], float] = {}
    for trial in report.trials:
        if trial.job_seconds:
            seconds[_how(trial.plan), trial.round] = trial.job_seconds
    rounds = sorted({round_number for _, round_number in seconds})
    ratios = [
        seconds[_how(before), number] / seconds[_how(after), number]
        for number in rounds
        if (_how(before), number) in seconds and (_how(after), number) in seconds
    ]
    return ratios or None


def _how(plan: Plan) -> str:
    return "serial" if plan.model == "serial" else f"{plan.model} with {workers(plan)}"


def _caveats(old: Report, new: Report) -> Iterator[str]:
    if old.target.name != new.target.name:
        yield f"These are different functions: {old.target.name} and {new.target.name}."
    for what, before, after in (
        ("The job", count(old.target.calls, "call"), count(new.target.calls, "call")),
        ("Different items", count(old.target.items), count(new.target.items)),
        ("The inputs", old.job.inputs.source or "none", new.job.inputs.source or "none"),
        ("Python", old.target.python_version, new.target.python_version),
        ("The GIL", _on(old.target.gil_enabled), _on(new.target.gil_enabled)),
        ("The platform", old.machine.platform, new.machine.platform),
        ("Usable cores", str(old.machine.usable_cores), str(new.machine.usable_cores)),
        ("Memory", size(old.machine.memory_limit_bytes), size(new.machine.memory_limit_bytes)),
    ):
        if before != after:
            yield f"{what}: {before} then, {after} now."
    for name, report in (("old", old), ("new", new)):
        timing = report.profile.timing
        if timing.queued_seconds_per_call > BUSY_FRACTION * timing.wall_seconds_per_call:
            queued = share(timing.queued_seconds_per_call / timing.wall_seconds_per_call)
            yield f"During the {name} analysis other work had the processors for {queued} of a call's time."
        if report.interrupted is not None:
            yield f"The {name} analysis was interrupted ({report.interrupted.rstrip('.')})."


def _on(enabled: bool) -> str:
    return "on" if enabled else "off"


def _texts(old: Report, new: Report) -> Iterator[Change]:
    yield from _findings(old, new)
    then = {verdict.model: verdict.verdict for verdict in old.certificate}
    for verdict in new.certificate:
        before = then.get(verdict.model)
        if before is not None and before != verdict.verdict and "unsafe" in {before, verdict.verdict}:
            meaning: Meaning = "worse" if verdict.verdict == "unsafe" else "better"
            yield Change(
                what=f"safety of {verdict.model}", unit="text", old=before, new=verdict.verdict, meaning=meaning
            )
    texts: list[tuple[str, str, str]] = [("class", old.profile.classification, new.profile.classification)]
    if old.recommendation is not None and new.recommendation is not None:
        texts.append(("advice", _how(old.recommendation.plan), _how(new.recommendation.plan)))
        texts.append(("confidence", old.recommendation.confidence, new.recommendation.confidence))
    yield from (Change(what=what, unit="text", old=a, new=b, meaning="changed") for what, a, b in texts if a != b)


def _findings(old: Report, new: Report) -> Iterator[Change]:
    before, after = ({(f.code, f.excludes): f for f in report.findings} for report in (old, new))
    for key, finding in after.items():
        if key not in before:
            what = f"new {finding.severity} {finding.code}"
            yield Change(
                what=what, unit="text", old=None, new=finding.message, meaning=_weight(finding.severity, "worse")
            )
    for key, finding in before.items():
        if key not in after:
            what = f"gone: {finding.severity} {finding.code}"
            yield Change(
                what=what, unit="text", old=finding.message, new=None, meaning=_weight(finding.severity, "better")
            )


def _weight(severity: Severity, meaning: Meaning) -> Meaning:
    return "changed" if severity == "note" else meaning


def _times(old: Report, new: Report) -> Iterator[Change]:
    """Whole jobs as they ran, where both are of the same length; a call of its own in any case."""
    yield _measured(
        "a call", "seconds", old.profile.wall_seconds_per_call, new.profile.wall_seconds_per_call,
        _call_ratio(old.profile.timing, new.profile.timing), more_is_better=False,
    )  # fmt: skip
    if old.target.calls != new.target.calls:
        return
    before, after = old.recommendation, new.recommendation
    plans = [("the job, serial", _serial(old), _serial(new))]
    if before is not None and after is not None and {before.plan.model, after.plan.model} != {"serial"}:
        plans.append(("the job, as advised", _runs(old, before.plan), _runs(new, after.plan)))
    for what, old_runs, new_runs in plans:
        if old_runs and new_runs:
            figures = (interval(old_runs)[0], interval(new_runs)[0])
            yield _measured(what, "seconds", *figures, ratio_of(old_runs, new_runs), more_is_better=False)


def _call_ratio(old: SerialTiming, new: SerialTiming) -> tuple[float, float, float]:
    half = math.hypot(*(max(LEAST_HALF_WIDTH, _standard_error(timing)) for timing in (old, new)))
    return _around(_over(new.wall_seconds_per_call, old.wall_seconds_per_call), half)


def _standard_error(timing: SerialTiming) -> float:
    """Half the width of the interval of the mean call, as a share of it."""
    spread = _over(timing.wall_seconds_deviation, timing.wall_seconds_per_call)
    return DEVIATIONS_95 * spread / math.sqrt(max(1, timing.calls))


def _over(new: float, old: float) -> float:
    return new / old if old > 0 and new > 0 else 1.0


def _serial(report: Report) -> list[float]:
    return [t.job_seconds for t in report.trials if t.plan.model == "serial" and t.job_seconds]


def _runs(report: Report, plan: Plan) -> list[float]:
    return [t.job_seconds for t in report.trials if t.plan == plan and t.job_seconds]


def _speedups(old: Report, new: Report) -> Iterator[Change]:
    """Plans that both tried; a speed-up is a ratio to serial of its own day, so a slower machine cancels out."""
    then = {_key(estimate.plan): estimate for estimate in estimate_plans(old.trials)}
    for after in estimate_plans(new.trials):
        before = then.get(_key(after.plan))
        if before is None or after.plan.model == "serial":
            continue
        half = math.hypot(_half_width(before), _half_width(after))
        ratio = _around(after.speedup / before.speedup, half)
        yield _measured(_how(after.plan), "speedup", before.speedup, after.speedup, ratio, more_is_better=True)
    failed_then = {trial.plan for trial in old.trials if trial.failure is not None}
    for trial in new.trials:
        if trial.failure is not None and trial.plan not in failed_then and _key(trial.plan) in then:
            yield Change(
                what=f"{_how(trial.plan)} fails now",
                unit="text",
                old="ran",
                new=trial.failure.message,
                meaning="worse",
            )


def _key(plan: Plan) -> tuple[str, str, int]:
    """Chunk sizes follow from the number of calls; they do not make another plan."""
    return _how(plan), plan.idiom, plan.workers


def _half_width(estimate: PlanEstimate) -> float:
    return math.log(estimate.speedup_high / estimate.speedup)


def _profile(old: Report, new: Report) -> Iterator[Change]:
    shares = []
    for report in (old, new):
        timing = report.profile.timing
        if timing.gil_held_fraction is None:
            return
        variance = timing.gil_held_fraction * (1 - timing.gil_held_fraction) / max(1, timing.gil_samples)
        shares.append((timing.gil_held_fraction, DEVIATIONS_95 * math.sqrt(variance)))
    (before, before_half), (after, after_half) = shares
    apart = abs(after - before) > max(LEAST_SHARE_APART, math.hypot(before_half, after_half))
    yield Change(
        what="time holding the GIL", unit="fraction", old=before, new=after, meaning="changed" if apart else "noise"
    )


def _memory(old: Report, new: Report) -> Iterator[Change]:
    before, after = old.profile.timing, new.profile.timing
    for what, then, now, same in (
        ("argument, pickled", before.argument_bytes, after.argument_bytes, SAME_SIZE_RATIO),
        ("result, pickled", before.result_bytes, after.result_bytes, SAME_SIZE_RATIO),
        ("peak memory, serial", before.peak_rss_bytes, after.peak_rss_bytes, SAME_MEMORY_RATIO),
    ):
        if then is None or now is None:
            continue
        ratio = _over(now, then)
        meaning: Meaning = "noise" if max(ratio, 1 / ratio) <= same else "worse" if now > then else "better"
        yield Change(what=what, unit="bytes", old=then, new=now, meaning=meaning, ratio=ratio)
