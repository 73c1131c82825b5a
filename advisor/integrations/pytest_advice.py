"""What the pytest plugin does once a test advises: options to an analysis, a report to a line and to what it lacks."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import api
from .. import formatting as fmt
from ..errors import UnusableError
from ..inputs import checked_options, live_objects
from ..records import Job, Options, Report
from ..records.options_table import offered, select

DEFAULTS: Mapping[str, Any] = {
    option.name: option.default_at["pytest"] for option in offered("pytest") if "pytest" in option.default_at
}
"""Where a test differs from the command: nobody reads hot lines there, and they take seconds."""


def asked(marked: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The marker's options and the call's own, which come first.

    Raises:
        UnusableError: an option is unknown, or names a model that does not exist.
    """
    options = {**DEFAULTS, **marked, **given}
    known = [option.name for option in offered("pytest")]
    for name in options:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Use some of {', '.join(known)}."
            raise UnusableError(f"advise knows no option {name}. {hint}")
    for model in _several(options.get("expect")):
        checked_options.check_models(f"expect={model!r}", [model])
    return options


def advise(
    function: Callable[..., Any] | str,
    items: Iterable[Any] | None,
    options: Mapping[str, Any],
    folder: Path,
    spool: Path,
    analyze: Callable[[Job, Options], Report],
) -> api.Report:
    """Analyse the function.

    Args:
        function: a function, or a target's text as on the command line.
        items: one a call, or ``None``.
        options: from ``asked``.
        folder: what the names of files are relative to, unless ``app_dir`` is among the options.
        spool: where the items may be written.
        analyze: what measures.

    Raises:
        UnusableError: function, items or an option cannot be used.
        FunctionFailedError: the function failed on its own.
    """
    about_the_job = {name: value for name, value in select(options, "pytest", "job").items() if value is not None}
    folder = Path(about_the_job.pop("app_dir", folder))
    trying = select(options, "pytest", "trying")
    if trying.get("models") is not None:
        trying["models"] = _several(trying["models"])
    job = live_objects.make_job(function, items, folder, spool, **about_the_job)
    return api.of(analyze(job, checked_options.make_options(**trying)))


def unmet(report: Report, options: Mapping[str, Any]) -> tuple[str, ...]:
    """What the test expects of the report and does not find there, a sentence each."""
    said = []
    advice = report.recommendation
    expected = _several(options.get("expect"))
    if expected and (advice is None or advice.model not in expected):
        found = f"the advice is {advice.model}: {fmt.one_line(advice.headline)}" if advice else "there is no advice."
        said.append(f"{report.target.name} is expected to run under {' or '.join(expected)}, but {found}")
    forbidden = _several(options.get("forbid"))
    said += [
        f"{report.target.name}: {finding.code} is forbidden here: {fmt.one_line(finding.message)}"
        for finding in report.findings
        if finding.code in forbidden
    ]
    return tuple(said)


def summary(report: Report) -> str:
    """One line: the function, the model, how many workers, the gain."""
    name, advice = fmt.one_line(report.target.name), report.recommendation
    if advice is None:
        return f"{name}: no advice"
    if advice.model == "serial":
        return f"{name}: serial ({advice.confidence} confidence)"
    gain = f"{fmt.ratio(advice.speedup)} as fast"
    return f"{name}: {advice.model}, {fmt.workers(advice.plan)}, {gain} ({advice.confidence} confidence)"


def _several(value: str | Iterable[str] | None) -> tuple[str, ...]:
    """One name, several with commas between them, or a sequence of them."""
    if value is None:
        return ()
    names = value.split(",") if isinstance(value, str) else value
    return tuple(name.strip() for name in names)
