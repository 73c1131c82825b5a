"""Hot lines of the target, from a Scalene run in a child of its own."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..child.interpreter import ChildFailedError, Children
from ..child.post_mortem import count_noted
from ..records import HotLine, Options, TargetFacts
from .budget import AnalysisBudget

DRIVER = Path(__file__).parents[1] / "probe" / "scalene_driver.py"
WORK_SECONDS = 0.5
SAMPLE_SECONDS = 0.005
"""Half of Scalene's own interval: as many samples in half the time."""
ENVIRONMENT = {"SCALENE_ALLOCATION_SAMPLING_WINDOW": "1048576"}
"""Scalene's default. Where the variable is not set already, it sets it and starts itself all over."""
LEAST_SECONDS = 1.5
"""To start Scalene and see something."""
LEAST_FRACTION = 0.01
MOST_LINES = 12


def find_hot_lines(
    children: Children, request: Mapping[str, Any], facts: TargetFacts, options: Options, bounds: AnalysisBudget
) -> tuple[tuple[HotLine, ...], str | None]:
    """Run the calls under Scalene for about a second, its start included.

    Returns:
        The hottest lines, and why there are none where there are none. Never raises: no advice hangs on it.
    """
    why_not = _why_not(facts, options, bounds)
    if why_not is not None or facts.file is None:
        return (), why_not
    request_file = children.folder / "scalene-request.json"
    answer_file = children.folder / "scalene.json"
    count_file = children.folder / "scalene-calls"
    asked = {
        **request,
        "seconds": WORK_SECONDS,
        "most_calls": bounds.calls_left(),
        "count_file": str(count_file),
    }
    try:
        request_file.write_text(json.dumps(asked), encoding="utf-8")
        seconds = min(20 + options.timeout_seconds, bounds.seconds_left())
        children.run(_command(options.python, facts.file, request_file, answer_file), seconds, ENVIRONMENT)
    except ChildFailedError as error:
        if "No module named" in str(error) and "scalene" in str(error):
            return (), _no_scalene(facts)
        return (), f"Scalene gave no profile: {error}"
    except OSError as error:
        return (), f"Scalene could not be asked: {error.strerror}."
    finally:
        bounds.count(count_noted(count_file))
    try:
        text = answer_file.read_text(encoding="utf-8")
    except OSError:
        return (), "Scalene wrote no profile."
    lines = read_lines(text, facts)
    return lines, None if lines else "Scalene saw too little time in the target's file to name lines."


def _command(python: str, target_file: str, request_file: Path, answer_file: Path) -> list[str]:
    return [
        python, "-m", "scalene", "run", "--off", "--cpu-only", "--no-stacks", "--no-async",
        "--cpu-sampling-rate", str(SAMPLE_SECONDS), "--program-path", str(Path(target_file).parent),
        "-o", str(answer_file), str(DRIVER), "---", str(request_file),
    ]  # fmt: skip


def _no_scalene(facts: TargetFacts) -> str:
    return (
        "The target's interpreter has no Scalene; pip install scalene there shows them, "
        f"where it has a release for Python {facts.python_version}."
    )


def _why_not(facts: TargetFacts, options: Options, bounds: AnalysisBudget) -> str | None:
    if not options.lines:
        return "Hot lines were not asked for."
    if facts.file is None:
        return "The function is not written in Python, so it has no lines to show."
    if bounds.seconds_left() < LEAST_SECONDS:
        return "No time was left to find hot lines; a larger --budget gives more."
    if bounds.calls_left() == 0:
        return "No calls were left to find hot lines; a larger --max-calls gives more."
    return None


def read_lines(text: str, facts: TargetFacts) -> tuple[HotLine, ...]:
    """The lines of the target's file in Scalene's JSON, the hottest first; none where it is not as expected."""
    try:
        files = json.loads(text).get("files", {})
        seen = [entry["lines"] for name, entry in files.items() if _same_file(name, facts.file)]
        lines = [_hot_line(line, facts) for line in itertools.chain.from_iterable(seen)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
    hot = [line for line in lines if _fraction(line) >= LEAST_FRACTION]
    return tuple(sorted(hot, key=_fraction, reverse=True)[:MOST_LINES])


def _hot_line(line: Mapping[str, Any], facts: TargetFacts) -> HotLine:
    return HotLine(
        file=facts.file or "",
        line=int(line["lineno"]),
        source=str(line["line"]).rstrip(),
        python_fraction=line["n_cpu_percent_python"] / 100,
        native_fraction=line["n_cpu_percent_c"] / 100,
        system_fraction=line["n_sys_percent"] / 100,
    )


def _fraction(line: HotLine) -> float:
    return line.python_fraction + line.native_fraction + line.system_fraction


def _same_file(name: str, file: str | None) -> bool:
    return file is not None and Path(name).name == Path(file).name
