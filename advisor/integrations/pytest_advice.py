"""What the pytest plugin does once a test advises: words to an analysis, a report to a line and to what it lacks."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from .. import api
from .. import formatting as fmt
from ..errors import UnusableError
from ..inputs import checked_options, live_objects
from ..records import MODELS, Job, Options, Report

JOB_WORDS = api.JOB_WORDS
OPTION_WORDS = tuple(inspect.signature(checked_options.make_options).parameters)
EXPECTING = ("expect", "forbid")
DEFAULTS: Mapping[str, Any] = {"lines": False}
"""Where a test differs from the command: nobody reads hot lines there, and they take seconds."""


def asked(marked: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The marker's words and the call's own, which come first.

    Raises:
        UnusableError: a word is unknown, or names a model that does not exist.
    """
    words = {**DEFAULTS, **marked, **given}
    known = (*JOB_WORDS, *OPTION_WORDS, *EXPECTING)
    for word in words:
        if word not in known:
            near = difflib.get_close_matches(word, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Use some of {', '.join(known)}."
            raise UnusableError(f"advise knows no option {word}. {hint}")
    for model in _several(words.get("expect")):
        if model not in MODELS:
            raise UnusableError(f"expect={model!r}: name some of {', '.join(MODELS)}.")
    return words


def advise(
    function: Callable[..., Any] | str,
    items: Iterable[Any] | None,
    words: Mapping[str, Any],
    folder: Path,
    spool: Path,
    analyze: Callable[[Job, Options], Report],
) -> api.Report:
    """Analyse the function.

    Args:
        function: a function, or a target's text as on the command line.
        items: one a call, or ``None``.
        words: from ``asked``.
        folder: what the names of files are relative to, unless ``app_dir`` is among the words.
        spool: where the items may be written.
        analyze: what measures.

    Raises:
        UnusableError: function, items or a word cannot be used.
        FunctionFailedError: the function failed on its own.
    """
    job_words = {word: value for word, value in words.items() if word in JOB_WORDS and value is not None}
    if "inputs" in job_words:
        job_words["inputs"] = Path(job_words["inputs"])
    folder = Path(job_words.pop("app_dir", folder))
    option_words = {word: value for word, value in words.items() if word in OPTION_WORDS}
    if option_words.get("models") is not None:
        option_words["models"] = _several(option_words["models"])
    job = live_objects.make_job(function, items, folder, spool, **job_words)
    return api.of(analyze(job, checked_options.make_options(**option_words)))


def unmet(report: Report, words: Mapping[str, Any]) -> tuple[str, ...]:
    """What the test expects of the report and does not find there, a sentence each."""
    said = []
    advice = report.recommendation
    expected = _several(words.get("expect"))
    if expected and (advice is None or advice.model not in expected):
        found = f"the advice is {advice.model}: {fmt.one_line(advice.headline)}" if advice else "there is no advice."
        said.append(f"{report.target.name} is expected to run under {' or '.join(expected)}, but {found}")
    forbidden = _several(words.get("forbid"))
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
    """One word, several with commas between them, or a sequence of them."""
    if value is None:
        return ()
    words = value.split(",") if isinstance(value, str) else value
    return tuple(word.strip() for word in words)
