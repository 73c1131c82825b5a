"""A report's edits, tried on copies of the program, and what came out in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .. import formatting as fmt
from ..errors import UnusableError
from ..records.program import ProgramReport
from .patching import FilePatch
from .trial_copies import TrialCopies
from .verifying import Outcome, Version, verify

PATIENCE_RATIO = 5.0
PATIENCE_SECONDS = 30.0
"""A run may take so many times what the surveyed one took, and so much more."""


def verified(report: ProgramReport, patches: Sequence[FilePatch]) -> str:
    """Run the program before and after, and say what came out, in a sentence.

    Raises:
        UnusableError: the edited program does something else, or is no faster; the edit is not to stay then.
        FunctionFailedError: a run did not end.
    """
    most = PATIENCE_RATIO * report.program.wall_seconds + PATIENCE_SECONDS
    command = (report.options.trying.python, *report.command.argv)
    copies = TrialCopies(command, Path(report.program.folder), patches, most)

    def run(version: Version) -> Outcome:
        outcome = copies.run(version)
        if version == "before" and outcome.exit_status != report.program.exit_status:
            raise UnusableError(
                "The edit was not made: in a copy of its folder, without standard input, the program as it is ended "
                f"with exit status {outcome.exit_status}, not {report.program.exit_status}. "
                "Apply without --verify, and try it."
            )
        return outcome

    found = verify(run)
    if found.difference is not None:
        raise UnusableError(f"The edit was not made, for it changes what the program does. {found.difference}")
    interval = fmt.ratio_range(found.speedup_low, found.speedup_high)
    measured = f"{fmt.ratio(found.speedup)} ({interval}), {fmt.count(found.rounds, 'run')} of each"
    if found.speedup <= 1.0:
        raise UnusableError(f"The edit was not made, for the program is no faster by it: {measured}.")
    unsteady = " Its output has figures that differ from run to run; those were not compared." * found.unsteady_output
    return f"Verified: it does the same, and is faster: {measured}.{unsteady}"
