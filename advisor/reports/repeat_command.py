"""The command that repeats an analysis."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from ..records import MODELS, Job, Options, Report
from ..records.option import Option
from ..records.options_table import offered

_SOURCES = {"object": "inputs_from", "expression": "inputs_expr", "file": "inputs"}


def repeating(report: Report) -> str:
    """The command with every option that is not at its default, quoted for a POSIX shell."""
    values = {**_about_the_job(report.job), **_about_trying(report.options)}
    words = [word for option in offered("analyze") if option.name in values for word in _typed(option, values)]
    return shlex.join(["advisor", "analyze", report.job.target.text, *words])


def _about_the_job(job: Job) -> dict[str, Any]:
    """The values by the names of the options; ``None`` for the default."""
    given = job.inputs.kind != "none"
    return {
        # The last root is the folder that the target was named from.
        "app_dir": job.target.import_roots[-1] if job.target.import_roots else None,
        **({_SOURCES[job.inputs.kind]: job.inputs.source} if given else {}),
        "unpack": job.unpack if given else None,
        "calls": job.calls,
        "setup": job.setup,
    }


def _about_trying(options: Options) -> dict[str, Any]:
    values = {
        option.name: getattr(options, option.record_field or option.name) for option in offered("analyze", "trying")
    }
    if not options.timeout_given:
        values["timeout"] = None
    if values["models"] == MODELS:
        values["models"] = None
    return values


def _typed(option: Option, values: dict[str, Any]) -> Iterator[str]:
    """The words of one option; none where its value is the default."""
    value = values[option.name]
    if value is None or value == option.default_for("analyze"):
        return
    if option.kind == "flag":
        yield option.flag if value else f"--no-{option.flag.removeprefix('--')}"
        return
    yield option.flag
    if option.kind == "names":
        yield ",".join(value)
    else:
        yield _number(value) if isinstance(value, float) else str(value)


def _number(value: float) -> str:
    """As short as gives the same number back."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)
