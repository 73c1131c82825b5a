"""A saved program.json: read back, and its edits tried on copies of the program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from .. import formatting as fmt
from ..errors import UnusableError
from ..inputs.saved_program import program_from_dict
from ..records.program import ProgramReport
from .patching import FilePatch
from .trial_copies import TrialCopies
from .verifying import verify

PATIENCE_RATIO = 5.0
PATIENCE_SECONDS = 30.0
"""A run may take so many times what the surveyed one took, and so much more."""


def load(path: Path) -> ProgramReport:
    """Read a report of ``advisor find``.

    Raises:
        UnusableError: there is none, or it is something else.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusableError(f"{path} cannot be read: {error.strerror or error}. advisor find writes it.") from error
    except ValueError as error:
        raise UnusableError(f"{path} is not JSON. Name the program.json that advisor find wrote.") from error
    return program_from_dict(document)


def verified(report: ProgramReport, patches: Sequence[FilePatch]) -> str:
    """Run the program before and after, and say what came out, in a sentence.

    Raises:
        UnusableError: the edited program does something else, or is no faster; the edit is not to stay then.
        FunctionFailedError: a run did not end.
    """
    most = PATIENCE_RATIO * report.program.wall_seconds + PATIENCE_SECONDS
    command = (report.options.trying.python, *report.command.argv)
    found = verify(TrialCopies(command, Path(report.program.folder), patches, most).run)
    if found.difference is not None:
        raise UnusableError(f"The edit was not made, for it changes what the program does. {found.difference}")
    interval = fmt.ratio_range(found.speedup_low, found.speedup_high)
    measured = f"{fmt.ratio(found.speedup)} ({interval}), {fmt.count(found.rounds, 'run')} of each"
    if found.speedup <= 1.0:
        raise UnusableError(f"The edit was not made, for the program is no faster by it: {measured}.")
    unsteady = " Its output has figures that differ from run to run; those were not compared." * found.unsteady_output
    return f"Verified: it does the same, and is faster: {measured}.{unsteady}"
