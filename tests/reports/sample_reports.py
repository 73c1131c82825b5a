"""Realistic reports for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from advisor import formatting as fmt
from advisor.decide.model.cost_model import demand_of
from advisor.decide.outlook import make_outlook
from advisor.decide.problem import Problem
from advisor.decide.safety import excluded_models
from advisor.decide.safety.certificate import certify
from advisor.records import (
    Classification,
    Cost,
    Failure,
    Finding,
    HotLine,
    Inputs,
    Inspection,
    Job,
    Machine,
    MachineCosts,
    Options,
    Plan,
    Profile,
    Recommendation,
    Report,
    ResultDigest,
    SerialTiming,
    Target,
    TargetFacts,
    Trial,
)

HOSTILE = (
    "</script><img src=x onerror=1>",
    "a|b `c` ``` </details> [link](http://example.com) @someone #1 **bold** $x$",
    '=HYPERLINK("http://example.com")',
    "line one\nline two\r\n\tline three \x1b[31mred\x1b[0m \x00 \u202egnp",
    "{{ 7 * 7 }} {% raw %} ]]> 👩‍💻 ﷽ 漢字漢字漢字",
)

SNIPPET = '''"""Run fetch over all items: ThreadPoolExecutor.map."""

from concurrent.futures import ThreadPoolExecutor

from workloads.web import fetch

THREADS = 8


def run(items, function=fetch, threads=THREADS):
    """Map the function over the items with a pool of threads."""
    with ThreadPoolExecutor(max_workers=threads) as executor:
        return list(executor.map(function, items))


if __name__ == "__main__":
    from workloads.web import paths

    items = list(paths())
    results = run(items)
    print(f"{len(results)} results")
'''

ROOT = "/home/ann/shop"
SERIAL = Plan(model="serial", idiom="loop")
THREADS = Plan(model="threading", idiom="ThreadPoolExecutor.map", threads=8)
POOL = Plan(model="multiprocessing", idiom="Pool.map", processes=2, chunk_size=8, start_method="forkserver")
HYBRID = Plan(model="hybrid", idiom="Process + Thread", processes=2, threads=4, chunk_size=4, start_method="forkserver")
TASKS = Plan(model="asyncio", idiom="asyncio tasks", tasks=16)


def threading_report() -> Report:
    """A function that waits for a server."""
    return _report(
        THREADS, 6.23, "io-bound", (0.0041, 0.0, 0.021),
        trials=(
            _trial(SERIAL, 1.0), _trial(THREADS, 6.2, predicted=6.3),
            _trial(replace(THREADS, threads=2), 1.96, predicted=1.9),
            _trial(replace(THREADS, threads=16), 6.1, predicted=6.3),
            _trial(POOL, 1.83, predicted=1.9), _trial(HYBRID, 5.7, predicted=6.9),
            _trial(SERIAL, 1.02, round_=1), _trial(THREADS, 6.26, predicted=6.3, round_=1),
            failed_trial(replace(POOL, start_method="spawn"), "timeout", "no answer within 12 s."),
        ),
    )  # fmt: skip


def multiprocessing_report() -> Report:
    """Pure Python; threads change its results."""
    finding = Finding(
        code="different-results",
        severity="error",
        message="Under threading the results are not those of the serial run.",
        evidence="ThreadPoolExecutor.map with 8 workers, compared call by call.",
        excludes=("threading",),
    )
    started = Finding(
        code="threads-at-import", severity="warning",
        message="Importing the module starts threads, so fork could leave a worker with a lock held for ever; "
        "processes are started by another method.", evidence="1 thread(s) alive after import.",
    )  # fmt: skip
    return _report(
        POOL, 1.87, "cpu-bound", (0.0482, 0.0, 0.0002), trials=(
            _trial(SERIAL, 1.0), _trial(THREADS, 0.97, predicted=1.0), _trial(POOL, 1.87, predicted=1.91),
        ),
        findings=(finding, started),
    )  # fmt: skip


def hybrid_report() -> Report:
    """Waiting and pure Python in turn; large, slow and in need of every line."""
    finding = Finding(
        code="memory",
        severity="warning",
        message="Process + Thread with 8 workers may need 6.9 GB of memory.",
        evidence="",
    )
    return _report(
        HYBRID, 7.9, "mixed", (0.0071, 0.0013, 0.0301), findings=(finding,) * 5,
        trials=(
            _trial(SERIAL, 1.0), _trial(THREADS, 5.1, predicted=5.4), _trial(POOL, 1.95, predicted=1.96),
            _trial(HYBRID, 7.9, predicted=8.8),
        ),
    )  # fmt: skip


def asyncio_report() -> Report:
    """A coroutine function, whose results no process can send back."""
    words = "item 17: TypeError: cannot pickle '_asyncio.Future' object. Return plain data instead."
    return _report(
        TASKS,
        15.2,
        "io-bound",
        (0.0003, 0.0, 0.05),
        trials=(
            _trial(replace(SERIAL, idiom="await loop"), 1.0),
            _trial(TASKS, 15.2, predicted=15.8),
            failed_trial(POOL, "unpicklable", words),
        ),
        findings=(
            Finding(
                code="trial-unpicklable",
                severity="warning",
                message=words,
                evidence="Pool.map",
                excludes=("multiprocessing", "hybrid"),
            ),
        ),
    )


def serial_report() -> Report:
    """Calls too small to ship."""
    report = _report(SERIAL, 1.0, "trivial", (8.1e-7, 0.0, 0.0), trials=(_trial(SERIAL, 1.0),))
    profile = replace(report.profile, hot_lines=(), hot_lines_note="Scalene saw too little time to name lines.")
    return replace(report, profile=profile)


def partial_report() -> Report:
    """An analysis that was interrupted during its first trial."""
    report = threading_report()
    profile = replace(report.profile, hot_lines=(), hot_lines_note=None)
    return replace(
        report,
        profile=profile,
        trials=(),
        recommendation=None,
        interrupted="while trying threading with 8 threads",
    )


def bare_report() -> Report:
    """Whatever may be missing is missing."""
    report = threading_report()
    timing = replace(
        report.profile.timing, gil_held_fraction=None, argument_bytes=None, result_bytes=None,
        pickle_seconds_per_call=None, result_obstacle="cannot pickle 'generator' object",
    )  # fmt: skip
    return replace(
        report,
        target=replace(report.target, file=None, line=None),
        machine=replace(report.machine, physical_cores=None),
        profile=replace(report.profile, timing=timing, hot_lines=()),
        trials=(
            Trial(
                plan=THREADS,
                round=0,
                calls=100,
                wall_seconds=None,
                startup_seconds=None,
                job_seconds=None,
                speedup=None,
                predicted_speedup=None,
                peak_rss_bytes=None,
            ),
        ),
    )


def hostile_report(text: str) -> Report:
    """Every place for foreign text holds ``text``."""
    report, profile = threading_report(), threading_report().profile
    assert report.recommendation is not None
    return replace(
        report,
        job=Job(
            target=Target(text=text, module=text, qualname=text, import_roots=(text,)),
            inputs=Inputs(kind="expression", source=text),
            unpack="args",
            calls=7,
            setup=text,
        ),
        options=replace(report.options, python=text, idiom=text),
        target=replace(report.target, name=text, file=text, python_version=text, shipping_obstacle=text),
        machine=replace(report.machine, platform=text),
        profile=replace(
            profile,
            explanation=text,
            hot_lines=tuple(replace(h, file=text, source=text) for h in profile.hot_lines),
        ),
        trials=(*report.trials, failed_trial(replace(POOL, idiom=text), "raised", text)),
        findings=(Finding(code=text, severity="error", message=text, evidence=text, excludes=("hybrid",)),),
        recommendation=replace(report.recommendation, headline=text, reasons=(text, text), snippet=text),
    )


def every_report() -> dict[str, Report]:
    """All of them by name."""
    hostile = {f"hostile {number}": hostile_report(text) for number, text in enumerate(HOSTILE)}
    return {
        "threading": threading_report(),
        "multiprocessing": multiprocessing_report(),
        "hybrid": hybrid_report(),
        "asyncio": asyncio_report(),
        "serial": serial_report(),
        "partial": partial_report(),
        "cut short": replace(hybrid_report(), interrupted="after 4 trials"),
        "bare": bare_report(),
        "endless": hostile_report("word `x` | <b> " * 400),
        **hostile,
    }


def failed_trial(plan: Plan, kind: Any, message: str) -> Trial:
    """A trial that gave no figures."""
    return Trial(
        plan=plan,
        round=0,
        calls=100,
        wall_seconds=None,
        startup_seconds=None,
        job_seconds=None,
        speedup=None,
        predicted_speedup=1.9,
        peak_rss_bytes=None,
        failure=Failure(kind=kind, message=message),
    )


def _trial(plan: Plan, speedup: float, predicted: float | None = None, round_: int = 0) -> Trial:
    seconds = 1 / speedup
    return Trial(
        plan=plan, round=round_, calls=100, wall_seconds=seconds, startup_seconds=0.0012 * plan.workers,
        job_seconds=seconds, speedup=speedup, speedup_low=0.97 * speedup, speedup_high=1.03 * speedup,
        predicted_speedup=predicted, peak_rss_bytes=31_400_000 * (plan.processes or 1),
        result_digests=(ResultDigest(calls=100, items="0d3f", results="5d41402a"),),
    )  # fmt: skip


def _scaled(trial: Trial, serial_seconds: float) -> Trial:
    seconds = trial.wall_seconds and serial_seconds * trial.wall_seconds
    return replace(trial, wall_seconds=seconds, job_seconds=seconds)


WATCHED = Inspection(calls_made=49, differs_on_repeat=False, stressed_calls=40, stressed_workers=8)


def _report(
    plan: Plan,
    speedup: float,
    classification: Classification,
    spent: tuple[float, float, float],
    trials: tuple[Trial, ...],
    findings: tuple[Finding, ...] = (),
) -> Report:
    name, profile = "workloads.web:fetch", _profile(classification, *spent)
    target = Target(text=name, module="workloads.web", qualname="fetch", import_roots=(ROOT,))
    report = Report(
        job=Job(target=target, inputs=Inputs(kind="object", source="workloads.web:paths")),
        options=Options(python=f"{ROOT}/.venv/bin/python"),
        target=TargetFacts(
            name=name, file=f"{ROOT}/workloads/web.py", line=88, python_version="3.13.5", gil_enabled=True,
            is_coroutine=plan.model == "asyncio", unpack="none", items=100, calls=100, import_seconds=0.081,
            threads_after_import=1, start_methods=("fork", "forkserver", "spawn"),
            default_start_method="forkserver", shipping_obstacle=None,
        ),
        machine=_machine(),
        profile=profile,
        trials=tuple(_scaled(trial, 100 * sum(spent)) for trial in trials),
        findings=findings,
        recommendation=_recommendation(plan, speedup, profile, name),
        cost=Cost(elapsed_seconds=18.4, calls_made=1_432, trials_run=len(trials)),
    )  # fmt: skip
    report = replace(report, certificate=certify(report.target, report.trials, findings, WATCHED))
    return replace(
        report, outlook=make_outlook(problem_of(report), profile.timing, report.trials, report.recommendation)
    )


def problem_of(report: Report) -> Problem:
    """What the report's analysis had to decide."""
    return Problem(
        demand=demand_of(report.profile, report.target, report.machine.costs),
        facts=report.target,
        machine=report.machine,
        options=report.options,
        excluded=excluded_models(report.findings),
    )


def _machine() -> Machine:
    costs = MachineCosts(
        thread_start_seconds=4.1e-5,
        process_start_seconds=(("fork", 0.0061), ("spawn", 0.061)),
        thread_task_seconds=1.9e-5,
        process_task_seconds=8e-5,
        asyncio_task_seconds=9e-6,
        pipe_bytes_per_second=1.2e9,
    )
    return Machine(
        usable_cores=2, physical_cores=1, memory_limit_bytes=8_300_000_000, platform="Linux-6.12-x86_64", costs=costs
    )


def _profile(classification: Classification, held: float, free: float, wait: float) -> Profile:
    wall, cpu = held + free + wait, held + free
    timing = SerialTiming(
        calls=40, wall_seconds_per_call=wall, wall_seconds_low=0.96 * wall, wall_seconds_high=1.05 * wall,
        wall_seconds_deviation=0.06 * wall, wall_seconds_most=1.3 * wall,
        first_call_seconds=1.4 * wall, cpu_seconds_per_call=cpu,
        main_cpu_seconds_per_call=cpu, children_cpu_seconds_per_call=0.0, queued_seconds_per_call=2.1e-5,
        gil_held_fraction=held / wall, gil_samples=812, argument_bytes=44, result_bytes=2_310,
        pickle_seconds_per_call=7.4e-6, result_obstacle=None, peak_rss_bytes=30_100_000,
    )  # fmt: skip
    file = f"{ROOT}/workloads/web.py"
    lines = (
        HotLine(
            file=file,
            line=91,
            source="    answer = connection.getresponse()",
            python_fraction=0.02,
            native_fraction=0.03,
            system_fraction=0.78,
        ),
        HotLine(
            file=file,
            line=94,
            source="    return json.loads(answer.read())",
            python_fraction=0.09,
            native_fraction=0.05,
            system_fraction=0.01,
        ),
    )
    explanation = (
        f"Of {fmt.seconds(wall)} a call, {fmt.share(held / wall)} holding the GIL, "
        f"{fmt.share(free / wall)} computing without it, {fmt.share(wait / wall)} waiting."
    )
    return Profile(
        timing=timing, gil_held_seconds_per_call=held, gil_held_low_seconds_per_call=0.9 * held,
        gil_free_seconds_per_call=free, wait_seconds_per_call=wait, cpu_fraction=cpu / wall,
        classification=classification, explanation=explanation, hot_lines=lines,
    )  # fmt: skip


def _recommendation(plan: Plan, speedup: float, profile: Profile, name: str) -> Recommendation:
    serial = plan.model == "serial"
    now_seconds = 100 * profile.wall_seconds_per_call
    now, then = fmt.seconds(now_seconds), fmt.seconds(now_seconds / speedup)
    headline = f"Keep {name} serial: 100 calls take {now}, and nothing tried is worth more code."
    why = "No plan could win: starting and feeding workers would take as long as it saves."
    if not serial:
        how = f"{plan.model} with {fmt.workers(plan)}"
        headline = f"Run {name} under {how}: 100 calls take {then}, not {now}, {fmt.ratio(speedup)} as fast."
        best = fmt.ratio(0.92 * speedup)
        why = f"What binds is the GIL; the best plan of another model that was tried ran {best} as fast."
    return Recommendation(
        plan=plan, speedup=speedup, speedup_low=0.97 * speedup, speedup_high=1.03 * speedup,
        confidence="moderate" if plan.model == "hybrid" else "high", break_even_calls=None if serial else 4,
        serial_job_seconds=now_seconds, job_seconds=now_seconds / speedup, headline=headline,
        reasons=(profile.explanation, why), snippet=SNIPPET,
    )  # fmt: skip
