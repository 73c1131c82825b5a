"""How good `advisor find` is on the suite: ``python -m workloads.programs.score [NAME ...]``.

Of each program: what find predicts for it, what the edit that it writes gives, run in turns with the program as it
was and as an expert changed it, and what find itself took beside its allowance. Of each trap: whether it is left alone.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .suite import CASES, TRAPS, ProgramCase

ROUNDS = 3
ALLOWED_RUNS, ALLOWED_SECONDS_A_SITE = 3.0, 8.0
"""What find may take: so many runs of the program, and so much for each site that was tried."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """One program."""

    name: str
    predicted_speedup: float
    measured_speedup: float
    expert_speedup: float
    same_output: bool
    find_seconds: float
    allowed_seconds: float


def main(names: Sequence[str]) -> int:
    """Score the programs of these names, or all of them; returns how many traps were patched or outputs changed."""
    wrong = 0
    scores = []
    for case in CASES:
        if not names or case.name in names:
            score = score_program(case)
            scores.append(score)
            wrong += not score.same_output
            print(_line(score), flush=True)
    for case in TRAPS:
        if not names or case.name in names:
            patched = found_in(case, case.trap)["best"]["sites"]
            wrong += bool(patched)
            print(f"{case.name:20} {'PATCHED at ' + ', '.join(patched) if patched else 'left alone'}", flush=True)
    if scores:
        print(_summary(scores))
    return wrong


def score_program(case: ProgramCase) -> Score:
    """Find, edit a copy, and run all three in turns."""
    began = time.monotonic()
    report = found_in(case, case.before)
    find_seconds = time.monotonic() - began
    with tempfile.TemporaryDirectory() as folder:
        patched = Path(folder) / case.before.name
        patched.write_bytes(case.before.read_bytes())
        _patch(patched, report["best"]["diff"])
        runs = {path: _Runs(path, case.size) for path in (case.before, patched, case.expert)}
        for _ in range(ROUNDS):
            for each in runs.values():
                each.once()
    before = runs[case.before]
    tried = sum(site["recommendation"] is not None for site in report["sites"])
    return Score(
        name=case.name,
        predicted_speedup=report["best"]["program_speedup"],
        measured_speedup=before.seconds / runs[patched].seconds,
        expert_speedup=before.seconds / runs[case.expert].seconds,
        same_output=runs[patched].output == before.output,
        find_seconds=find_seconds,
        allowed_seconds=ALLOWED_RUNS * report["program"]["wall_seconds"] + ALLOWED_SECONDS_A_SITE * max(1, tried),
    )


def found_in(case: ProgramCase, program: Path) -> dict[str, Any]:
    """What find says of a program, from its own folder."""
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "program.json"
        command = [sys.executable, "-m", "advisor", "find", "-q", "--no-progress", "-o", str(saved), program.name]
        subprocess.run(
            [*command, str(case.size)],
            cwd=program.parent,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            check=True,
        )
        found: dict[str, Any] = json.loads(saved.read_text(encoding="utf-8"))
        return found


class _Runs:
    """The runs of one program: the median of their seconds, and what they print."""

    def __init__(self, program: Path, size: int) -> None:
        self._command = [sys.executable, str(program), str(size)]
        self._seconds: list[float] = []
        self.output = ""

    def once(self) -> None:
        """One more."""
        began = time.monotonic()
        self.output = subprocess.run(self._command, capture_output=True, text=True, check=True).stdout
        self._seconds.append(time.monotonic() - began)

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(self._seconds)


def _patch(program: Path, diff: str | None) -> None:
    """Apply a diff with ``patch``, as its reader would."""
    if diff:
        subprocess.run(["patch", "-s", str(program)], input=diff, text=True, check=True)


def _line(score: Score) -> str:
    share = score.measured_speedup / score.expert_speedup
    error = abs(math.log(score.predicted_speedup / score.measured_speedup))
    return (
        f"{score.name:20} predicted {score.predicted_speedup:5.2f}  measured {score.measured_speedup:5.2f}  "
        f"expert {score.expert_speedup:5.2f}  of the expert's {share:4.0%}  error {error:4.0%}  "
        f"find {score.find_seconds:5.1f} s of {score.allowed_seconds:5.1f} s"
        f"{'' if score.same_output else '  OUTPUT CHANGED'}"
    )


def _summary(scores: Sequence[Score]) -> str:
    shares = [score.measured_speedup / score.expert_speedup for score in scores]
    errors = [abs(math.log(score.predicted_speedup / score.measured_speedup)) for score in scores]
    mean = statistics.geometric_mean(shares)
    return (
        f"of the expert's speed: {mean:.0%} (geometric mean), least {min(shares):.0%}; "
        f"median error of the prediction: {statistics.median(errors):.0%}"
    )


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
