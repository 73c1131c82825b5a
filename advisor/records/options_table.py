"""The one table of options. Commands, settings files, keyword arguments, magics and the command that repeats follow it.

A new option is a record here and a parameter of what it is for: ``checked_options.make_job`` or ``make_options``, a
requirement of ``check``, or the command itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .option import Door, Option, Subject
from .terms import MODELS, START_METHODS

DAY_SECONDS = 86400
LEAST_CALLS = 3
"""Two for the profile and one for a trial."""
OUTPUT_FORMATS = ("text", "json", "markdown", "github", "sarif", "junit", "gitlab")
"""What ``check`` and ``review`` can print."""

_IN_CODE: tuple[Door, ...] = ("library", "pytest", "notebook")
_JOB: tuple[Door, ...] = ("analyze", "check", "target table", *_IN_CODE)
_TRYING: tuple[Door, ...] = ("analyze", "check", "defaults table", "target table", *_IN_CODE)
_TRYING_AND_FIND: tuple[Door, ...] = (*_TRYING, "find")
_REQUIREMENT: tuple[Door, ...] = ("check", "defaults table", "target table")
_REVIEW: tuple[Door, ...] = ("review", "review table")
_OUTPUT: tuple[Door, ...] = ("analyze", "check", "find", "review", "show", "compare", "machine")


def _files(suffixes: str, *doors: Door) -> Option:
    """What ``-o`` is to those commands."""
    return Option(
        name="outputs", subject="output", kind="path", metavar="FILE", doors=doors, flags=("-o",), repeatable=True,
        help=f"Repeatable; the suffix picks the format: {suffixes}.",
    )  # fmt: skip


JOB_OPTIONS = (
    Option(
        name="app_dir", subject="job", kind="path", metavar="DIR", doors=(*_JOB, "defaults table"),
        help="Folder to import from.", default_shown="the current folder",
    ),
    Option(
        name="inputs_from", subject="job", kind="text", metavar="MODULE:NAME", doors=_JOB,
        help="The items: an iterable, or a callable that returns one.",
    ),
    Option(
        name="inputs_expr", subject="job", kind="text", metavar="EXPR", doors=_JOB,
        help="The items: an expression, evaluated in the target's module.",
    ),
    Option(
        name="inputs", subject="job", kind="path", metavar="FILE", doors=_JOB,
        help="The items: a file, .json .jsonl .csv or .parquet.",
    ),
    Option(
        name="unpack", subject="job", kind="choice", choices=("none", "args", "kwargs"), doors=_JOB,
        help="f(item), f(*item) or f(**item).", default_shown="none; kwargs for the rows of .csv and .parquet",
    ),
    Option(
        name="calls", subject="job", kind="integer", metavar="N", doors=(*_JOB, "defaults table"),
        least=1, most=10**12,
        help="How many calls the real job makes.", default_shown="as many as items; 100 without items",
    ),
    Option(
        name="setup", subject="job", kind="text", metavar="MODULE:NAME", doors=(*_JOB, "defaults table"),
        help="Run once in each fresh interpreter, untimed.",
    ),
)  # fmt: skip

TRYING_OPTIONS = (
    Option(
        name="budget", subject="trying", kind="number", metavar="SECONDS", doors=_TRYING_AND_FIND, least=1,
        most=DAY_SECONDS, default=20, default_at={"check": 8, "find": None}, record_field="budget_seconds",
        help="What the analysis of one target, or of one loop, may take.",
    ),
    Option(
        name="timeout", subject="trying", kind="number", metavar="SECONDS", doors=_TRYING_AND_FIND, least=0.001,
        most=DAY_SECONDS, record_field="timeout_seconds",
        help="What one call may take.", default_shown="half the budget",
    ),
    Option(
        name="models", subject="trying", kind="names", metavar="LIST", choices=MODELS, doors=_TRYING_AND_FIND,
        help=f"Some of {', '.join(MODELS)}; serial is always measured.", default_shown="all",
    ),
    Option(
        name="idiom", subject="trying", kind="text", metavar="NAME", doors=_TRYING,
        help="One way of running, such as Pool.map.",
    ),
    Option(
        name="quick", subject="trying", kind="flag", default=False, doors=("analyze", *_IN_CODE),
        help="The first opinion and one trial of it: about three seconds.",
    ),
    Option(
        name="stream", subject="trying", kind="flag", default=False, doors=_TRYING,
        help="Results are wanted as they come.",
    ),
    Option(
        name="max_workers", subject="trying", kind="integer", metavar="N", doors=_TRYING_AND_FIND, least=1, most=4096,
        help="No plan with more calls in flight.",
    ),
    Option(
        name="max_calls", subject="trying", kind="integer", metavar="N", doors=_TRYING, least=LEAST_CALLS, most=10**12,
        help="No more calls of the function than this, in all.",
    ),
    Option(
        name="start_method", subject="trying", kind="choice", choices=START_METHODS, doors=_TRYING_AND_FIND,
        help="How processes are started.",
    ),
    Option(
        name="min_speedup", subject="trying", kind="number", metavar="RATIO", least=1, most=1000, default=1.1,
        doors=("analyze", "check", "find", "defaults table", *_IN_CODE), record_field="min_speedup_ratio",
        help="Below it, serial is the advice.",
    ),
    Option(
        name="seed", subject="trying", kind="integer", metavar="N", doors=_TRYING_AND_FIND, least=-(2**63), most=2**63,
        default=0, help="Which calls are sampled.",
    ),
    Option(
        name="python", subject="trying", kind="text", metavar="PATH", doors=(*_TRYING_AND_FIND, "machine"),
        help="Another interpreter to run in.", default_shown="the one that runs advisor",
    ),
    Option(
        name="lines", subject="trying", kind="flag", doors=_TRYING,
        default=True, default_at={"check": False, "pytest": False},
        help="Ask Scalene for the hot lines.",
    ),
    Option(
        name="refresh", subject="trying", kind="flag", default=False, doors=("machine",),
        help="Measure anew what was kept from an earlier run.",
    ),
)  # fmt: skip

REQUIREMENT_OPTIONS = (
    Option(
        name="expect", subject="requirement", kind="names", metavar="LIST", choices=MODELS,
        doors=(*_REQUIREMENT, "pytest"), help="The models that are right.",
    ),
    Option(
        name="forbid", subject="requirement", kind="names", metavar="LIST", doors=(*_REQUIREMENT, "pytest"),
        help="Codes of findings that fail the check.",
    ),
    Option(
        name="max_gil_held_fraction", subject="requirement", kind="number", metavar="FRACTION", doors=_REQUIREMENT,
        least=0, most=1, help="Of a call's time, from 0 to 1.",
    ),
    Option(
        name="max_result_bytes", subject="requirement", kind="integer", metavar="BYTES", doors=_REQUIREMENT, least=0,
        help="Of a call's result, pickled.",
    ),
    Option(
        name="max_argument_bytes", subject="requirement", kind="integer", metavar="BYTES", doors=_REQUIREMENT, least=0,
        help="Of a call's argument, pickled.",
    ),
    Option(
        name="max_import_seconds", subject="requirement", kind="number", metavar="SECONDS", doors=_REQUIREMENT,
        more_than=0, help="To import the target.",
    ),
    # In a target's own table it is what the plan has to gain; elsewhere it is how to try.
    Option(
        name="min_speedup", subject="requirement", kind="number", metavar="RATIO", doors=("target table",),
        more_than=0, help="What the recommended plan has to gain.",
    ),
)  # fmt: skip

CHECK_OPTIONS = (
    Option(
        name="config", subject="check", kind="file", metavar="FILE", doors=("check",),
        help="The file with [tool.advisor].", default_shown="the nearest pyproject.toml",
    ),
    Option(
        name="baseline", subject="check", kind="file", metavar="FILE", doors=("check",),
        help="What to compare with.", default_shown=".advisor/baseline.json",
    ),
    Option(
        name="save_baseline", subject="check", kind="flag", default=False, doors=("check",),
        help="Save this run as the baseline.",
    ),
    Option(
        name="changed_since", subject="check", kind="text", metavar="REF", doors=("check",),
        help="Only targets of which git sees a change.",
    ),
    Option(
        name="trust_unchanged", subject="check", kind="flag", default=False, doors=("check",),
        help="Skip what is the same as in the baseline.",
    ),
    Option(
        name="total_budget", subject="check", kind="number", metavar="SECONDS", doors=("check",), least=1,
        help="What all targets together may take.",
    ),
    Option(
        name="review", subject="check", kind="flag", default=False, doors=("check",),
        help="Review the source for concurrency mistakes, too.",
    ),
)  # fmt: skip

REVIEW_OPTIONS = (
    Option(
        name="select", subject="review", kind="names", metavar="LIST", doors=_REVIEW,
        help="Only these checks: codes, their beginnings, or names.", default_shown="all",
    ),
    Option(
        name="ignore", subject="review", kind="names", metavar="LIST", doors=_REVIEW, help="All checks but these.",
    ),
    Option(
        name="exclude", subject="review", kind="names", metavar="LIST", doors=("review table",),
        help="Paths and patterns that are left out of folders.",
    ),
    Option(
        name="changed_since", subject="review", kind="text", metavar="REF", doors=("review",),
        help="Only lines changed since this branch left REF.",
    ),
    Option(
        name="fail_on", subject="review", kind="choice", choices=("error", "warning", "note", "never"), doors=_REVIEW,
        help="The least severity that fails the review.", default_shown="error",
    ),
    Option(
        name="with_check", subject="review", kind="flag", default=False, doors=("review table",),
        help="advisor check reviews the source, too.",
    ),
    Option(
        name="fix", subject="review", kind="flag", default=False, doors=("review",),
        help="Rewrite what can be rewritten for certain.",
    ),
    Option(
        name="explain", subject="review", kind="text", metavar="CODE", doors=("review",),
        help="Print the page of a check, or all for a list of them.",
    ),
    Option(
        name="config", subject="review", kind="file", metavar="FILE", doors=("review",),
        help="The file with [tool.advisor].", default_shown="the nearest pyproject.toml",
    ),
    Option(
        name="saved_reports", subject="review", kind="folder", metavar="DIR", default="reports", doors=("review",),
        help="Where saved reports lie, whose figures outrank what is read.",
    ),
)  # fmt: skip

PROGRAM_OPTIONS = (
    Option(
        name="module", subject="program", kind="text", metavar="MODULE", doors=("find",), flags=("-m",),
        help="Run a module as python -m does; what follows is its own.",
    ),
    Option(
        name="top", subject="program", kind="integer", metavar="N", default=5, doors=("find",), least=1, most=50,
        help="How many loops to judge.",
    ),
    Option(
        name="min_share", subject="program", kind="number", metavar="SHARE", default=0.05, doors=("find",),
        least=0, most=1, help="Of the program's time.",
    ),
    Option(
        name="includes", subject="program", kind="text", metavar="PACKAGE", doors=("find",), flags=("--include",),
        repeatable=True, help="Repeatable; an installed package to look into, too.",
    ),
    Option(
        name="replay_effects", subject="program", kind="flag", default=False, doors=("find",),
        help="Replay loops that send, write or delete, too.",
    ),
    Option(
        name="keep_items", subject="program", kind="path", metavar="FOLDER", doors=("find",),
        help="Keep the iterations' values there.",
    ),
)  # fmt: skip

OUTPUT_OPTIONS = (
    Option(
        name="output_format", subject="output", kind="choice", choices=OUTPUT_FORMATS, default="text",
        doors=("check", "review"), help="What to print.",
    ),
    Option(
        name="report_dir", subject="output", kind="folder", metavar="DIR", default="reports", doors=("check",),
        help="Where each target's report and their index go.",
    ),
    Option(
        name="no_reports", subject="output", kind="flag", default=False, doors=("check",),
        help="Leave no reports there.",
    ),
    _files(".html .csv .json .md .sarif .xml", "analyze", "show"),
    _files(".txt .json .md .sarif .xml .gitlab.json", "check", "review"),
    _files(".html .csv .json .md .sarif", "find"),
    _files(".json .md .csv", "compare"),
    _files(".html .csv .json .md", "machine"),
    Option(
        name="code", subject="output", kind="flag", default=False, doors=("show",),
        help="Print the code to paste, and nothing else.",
    ),
    Option(
        name="writes", subject="output", kind="flag", default=False, doors=("apply",), flags=("--write",),
        help="Edit the files, and leave beside PROGRAM.json what --undo needs.",
    ),
    Option(
        name="undoes", subject="output", kind="flag", default=False, doors=("apply",), flags=("--undo",),
        help="Take the edit back that --write made.",
    ),
    Option(
        name="verifies", subject="output", kind="flag", default=False, doors=("apply",), flags=("--verify",),
        help="Run the program before and after, in turns, in copies of its folder.",
    ),
    Option(
        name="quiet", subject="output", kind="flag", default=False, doors=_OUTPUT, flags=("-q", "--quiet"),
        help="Nothing but errors, and the files.",
    ),
    Option(
        name="no_progress", subject="output", kind="flag", default=False,
        doors=("analyze", "check", "find", "notebook"), help="No progress on standard error.",
    ),
    Option(
        name="dry_run", subject="output", kind="flag", default=False, doors=("analyze",),
        help="Import the target, say what would run, call nothing.",
    ),
)  # fmt: skip

OPTIONS: tuple[Option, ...] = (
    *JOB_OPTIONS, *TRYING_OPTIONS, *REQUIREMENT_OPTIONS, *CHECK_OPTIONS, *REVIEW_OPTIONS, *PROGRAM_OPTIONS,
    *OUTPUT_OPTIONS,
)  # fmt: skip


def offered(door: Door, *subjects: Subject) -> tuple[Option, ...]:
    """The options at a door, in the order of the table; of some subjects where they are named, else of all."""
    return tuple(option for option in OPTIONS if door in option.doors and (not subjects or option.subject in subjects))


def select(given: Mapping[str, Any], door: Door, *subjects: Subject) -> dict[str, Any]:
    """Those of the options given that are offered at a door, of some subjects where they are named."""
    return {option.name: given[option.name] for option in offered(door, *subjects) if option.name in given}


def default_timeout_seconds(budget_seconds: float) -> float:
    """What one call may take where nothing is said of it."""
    return max(1.0, budget_seconds / 2)
