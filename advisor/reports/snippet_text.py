"""The code to paste, alone."""

from __future__ import annotations

from ..errors import UnusableError
from ..records import Report


def render(report: Report) -> str:
    """The file that was timed, to the letter.

    Raises:
        UnusableError: the report advises nothing.
    """
    if report.recommendation is None:
        raise UnusableError("The report advises nothing, so there is no code to paste. Analyse the function again.")
    return report.recommendation.snippet
