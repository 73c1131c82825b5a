"""The command that repeats an analysis."""

from __future__ import annotations

import shlex

from ..records import MODELS, Job, Options, Report, Unpack

_INPUT_OPTIONS = {"object": "--inputs-from", "expression": "--inputs-expr", "file": "--inputs"}


def repeating(report: Report) -> str:
    """The command with every option that is not at its default, quoted for a POSIX shell."""
    return shlex.join(
        ["advisor", "analyze", *_job_words(report.job, report.target.unpack), *_option_words(report.options)]
    )


def _job_words(job: Job, unpack: Unpack) -> list[str]:
    words = [job.target.text]
    if job.target.import_roots:
        # The last root is the folder that the target was named from.
        words += ["--app-dir", job.target.import_roots[-1]]
    if job.inputs.kind != "none" and job.inputs.source is not None:
        words += [_INPUT_OPTIONS[job.inputs.kind], job.inputs.source]
    if job.unpack is not None:
        words += ["--unpack", unpack]
    if job.calls is not None:
        words += ["--calls", str(job.calls)]
    if job.setup is not None:
        words += ["--setup", job.setup]
    return words


def _option_words(options: Options) -> list[str]:
    models = ",".join(options.models) if options.models != MODELS else None
    given = {
        "--budget": _changed(options.budget_seconds, Options.budget_seconds),
        "--timeout": _changed(options.timeout_seconds, Options.timeout_seconds),
        "--models": models,
        "--max-workers": options.max_workers,
        "--start-method": options.start_method,
        "--idiom": options.idiom,
        "--min-speedup": _changed(options.min_speedup_ratio, Options.min_speedup_ratio),
        "--seed": options.seed or None,
        "--python": options.python,
    }
    words = [word for name, value in given.items() if value is not None for word in (name, str(value))]
    words += ["--stream"] if options.stream else []
    return words + ([] if options.lines else ["--no-lines"])


def _changed(value: float, default: float) -> str | None:
    return None if value == default else f"{value:g}"
