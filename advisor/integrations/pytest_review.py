"""The review that ``pytest --advisor-review`` makes after the tests."""

from __future__ import annotations

from pathlib import Path

from ..check.git import run_git
from ..inputs import project_settings
from ..records.reviewed import ReviewReport
from ..reports.review import plain_text
from ..review import command, files


def reviewed(root: Path) -> ReviewReport:
    """The review of a project, as its settings ask.

    Raises:
        UnusableError: the settings cannot be used.
    """
    outside = command.Outside(read=files.read_bytes, git=run_git)
    return command.run(command.ReviewWords(), project_settings.read(root).review, root, outside)


def text(report: ReviewReport) -> str:
    """For the terminal."""
    return plain_text.render(report)
