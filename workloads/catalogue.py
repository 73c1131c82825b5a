"""Every workload. ``python -m workloads.catalogue`` prints the text of this folder's README.md.

Modules are named, not imported, so the catalogue costs nothing to read.
"""

from __future__ import annotations

from workloads.labels.computing import COMPUTING
from workloads.labels.moving_data import MOVING_DATA
from workloads.labels.waiting import WAITING
from workloads.labels.workload import Workload

__all__ = ["CATALOGUE", "Workload", "readme_text"]

CATALOGUE: tuple[Workload, ...] = COMPUTING + WAITING + MOVING_DATA

_INTRODUCTION = f"""# Workloads

{len(CATALOGUE)} functions that do real work, each with what decides how it should be run. Run a command from the
repository's root. "Best models" are the families expected within 5 % of the best on two cores first, then those
that join them on many. The figures are from a machine with two cores, CPython 3.11 and Linux; a whole job takes
0.3 to 2 s one call after another.

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
    return _INTRODUCTION + "\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(readme_text(), end="")
