"""The contract's program.json."""

from __future__ import annotations

import json

from ...records.program import ProgramReport
from ...records.program_wire import program_to_dict


def render(report: ProgramReport) -> str:
    """JSON in ASCII, so that it reads alike whatever encoding a script opens it with."""
    return json.dumps(program_to_dict(report), indent=2, allow_nan=False) + "\n"
