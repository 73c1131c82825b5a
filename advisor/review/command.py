"""The command ``review``: words and settings -> files -> findings -> report, with the side effects passed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast, get_args

from ..errors import UnusableError
from ..records.reviewed import FailOn, ReviewCost, ReviewFinding, ReviewReport
from . import changed_lines, files, measured
from .checking import Checker, Selection, rarely_collecting, unknown_words
from .table import RULES

DEFAULT_FAIL_ON: FailOn = "error"


@dataclass(frozen=True, kw_only=True)
class ReviewWords:
    """What is asked of a review. ``None`` and empty where the project's settings decide."""

    paths: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    changed_since: str | None = None
    reports: Path = Path("reports")
    """Where saved reports of measured functions lie."""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """The side effects of a review."""

    read: Callable[[str], bytes | None]
    git: changed_lines.RunGit
    clock: Callable[[], float] = time.monotonic


def run(words: ReviewWords, settings: Mapping[str, Any], folder: Path, outside: Outside) -> ReviewReport:
    """Review the files asked for.

    Args:
        words: What was typed; it outranks the settings.
        settings: ``[tool.advisor.review]``.
        folder: Where the command was given: paths are meant from it.
        outside: Files, git and the clock.

    Raises:
        UnusableError: a path, a check, a severity or a reference is not known.
    """
    started = outside.clock()
    selection, fail_on = _selection(words, settings), _fail_on(words.fail_on or settings.get("fail_on"))
    change = None if words.changed_since is None else changed_lines.since(words.changed_since, folder, outside.git)
    top = outside.git(folder, ("rev-parse", "--show-toplevel"))
    root = Path(top.rstrip("\n")) if top else folder
    listed = files.found(words.paths, settings.get("exclude") or (), folder)
    if change is not None:
        listed = tuple(path for path in listed if path in change.paths())
    figures, notes = measured.read(folder / words.reports, folder, outside.read)
    checker = Checker(outside.read, selection, measured.finder(figures) if figures else None)
    findings: list[ReviewFinding] = []
    lines = 0
    with rarely_collecting():
        for path in listed:
            checked = checker.check(path.as_posix())
            if checked is not None:
                lines += checked.lines
                findings += checked.findings
    kept = _kept(findings, frozenset(listed), change, root)
    cost = ReviewCost(elapsed_seconds=outside.clock() - started, lines=lines)
    return ReviewReport(
        findings=kept, files=len(listed), cost=cost, fail_on=fail_on, root=root.as_posix(), notes=tuple(notes)
    )


def _selection(words: ReviewWords, settings: Mapping[str, Any]) -> Selection:
    select = words.select or tuple(settings.get("select") or ())
    ignore = words.ignore or tuple(settings.get("ignore") or ())
    unknown = unknown_words((*select, *ignore))
    if unknown:
        raise UnusableError(
            f"{unknown[0]}: there is no such check. Codes are {min(RULES)} to {max(RULES)}; see advisor "
            "review --explain all."
        )
    return Selection(select=select, ignore=ignore)


def _fail_on(word: str | None) -> FailOn:
    if word is None:
        return DEFAULT_FAIL_ON
    if word not in get_args(FailOn):
        raise UnusableError(f"--fail-on {word}: use one of {', '.join(get_args(FailOn))}.")
    return cast("FailOn", word)


def _kept(
    findings: Sequence[ReviewFinding], listed: frozenset[Path], change: changed_lines.Change | None, root: Path
) -> tuple[ReviewFinding, ...]:
    """Those in the files asked for and on changed lines, in order, their files relative to the root."""
    kept = []
    for finding in findings:
        path = Path(finding.file)
        if path in listed and (change is None or change.touches(finding, path)):
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
            kept.append(replace(finding, file=name))
    return tuple(sorted(kept, key=lambda finding: (finding.file, finding.line, finding.column, finding.code)))


def explain(word: str) -> str:
    """The page of a check as text, by its code or name; ``all`` lists them.

    Raises:
        UnusableError: there is none of that name.
    """
    from . import pages

    if word == "all":
        return "".join(f"{rule.code}  {rule.severity:<7}  {rule.name}: {rule.happens}\n" for rule in RULES.values())
    rule = next((rule for rule in RULES.values() if word.upper() == rule.code or word == rule.name), None)
    if rule is None:
        raise UnusableError(f"--explain {word}: there is no such check; advisor review --explain all lists them.")
    return pages.page(rule)
