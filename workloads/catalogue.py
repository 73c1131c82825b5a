"""Every workload. ``python -m workloads.catalogue`` prints the text of this folder's README.md.

Modules are named, not imported, so the catalogue costs nothing to read.
"""

from __future__ import annotations

from collections.abc import Sequence

from workloads.labels.computing import COMPUTING
from workloads.labels.lasting import LASTING
from workloads.labels.longer import LONGER
from workloads.labels.moving_data import MOVING_DATA
from workloads.labels.unseen import UNSEEN
from workloads.labels.waiting import WAITING
from workloads.labels.workload import Workload

__all__ = ["CATALOGUE", "SUITES", "Workload", "chosen", "readme_text"]

CATALOGUE: tuple[Workload, ...] = COMPUTING + WAITING + MOVING_DATA
SUITES = {"known": CATALOGUE, "unseen": UNSEEN, "longer": LONGER, "lasting": LASTING}


def chosen(words: Sequence[str]) -> tuple[Workload, ...]:
    """The workloads that words name, each a suite's name or a workload's; the known suite where there is no word.

    Raises:
        SystemExit: a word names neither.
    """
    everything = [workload for suite in SUITES.values() for workload in suite]
    strangers = set(words) - {workload.name for workload in everything} - SUITES.keys()
    if strangers:
        raise SystemExit(f"No workload or suite is named {', '.join(sorted(strangers))}.")
    return tuple(
        workload
        for name, suite in SUITES.items()
        for workload in suite
        if workload.name in words or name in (words or ["known"])
    )


_INTRODUCTION = f"""# Workloads

{len(CATALOGUE)} functions that do real work, each with what decides how it should be run. Run a command from the
repository's root. "Best models" are the families expected within 5 % of the best on two cores first, then those
that join them on many. The figures are from a machine with two cores, CPython 3.11 and Linux; a whole job takes
0.3 to 2 s one call after another.

{len(UNSEEN)} more, below, were written to see how far the advice carries; nothing is tuned on them, and what is best
for them a sweep says: `python -m benchmarks.oracle unseen`.

The servers are processes of their own on the loopback interface, started by `--setup`; they end with the process
that started them. The files that some workloads read (36 MB) are written once to the folder
`concurrency-workloads-<user id>` under the temporary folder; delete it at will. `workloads/numeric.py` needs NumPy.

This text is printed by `python -m workloads.catalogue`.
"""


def readme_text() -> str:
    """Return the text of README.md: an introduction and one table row a workload."""
    rows = ["| name | target | what decides | best models | command |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| {workload.name} | `{workload.target}` | {workload.physics} | {', '.join(workload.best_models)} "
        f"| `{workload.command()}` |"
        for workload in CATALOGUE
    ]
    rows += ["", "| unseen | what it does | command |", "| --- | --- | --- |"]
    rows += [f"| {workload.name} | {workload.physics} | `{workload.command()}` |" for workload in UNSEEN]
    return _INTRODUCTION + "\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(readme_text(), end="")
