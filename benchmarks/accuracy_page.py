"""The figures of ``docs/accuracy.md``: a file a section, each with the version, the date and the machine it is of."""

from __future__ import annotations

import datetime as dt
import platform
from dataclasses import dataclass
from pathlib import Path

import advisor
from advisor.child.host import THIS_SYSTEM

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "accuracy"
OPTION = "--page"
"""What asks a benchmark to keep its figures on the page."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What figures are of."""

    version: str
    date: dt.date
    python_version: str
    system: str
    cores: int


def origin_here() -> Origin:
    """This version, today, on this machine."""
    return Origin(
        version=advisor.__version__,
        date=dt.datetime.now(dt.UTC).date(),
        python_version=".".join(platform.python_version_tuple()[:2]),
        system=platform.system(),
        cores=THIS_SYSTEM.usable_cores(),
    )


def section(text: str, origin: Origin) -> str:
    """The Markdown of one section; a text that is no Markdown table is shown as it was printed."""
    body = text if text.startswith("|") else f"```text\n{text}\n```"
    made = f"Version {origin.version}, {origin.date.isoformat()}; CPython {origin.python_version}, {origin.system}"
    return f"*{made}, {origin.cores} cores.*\n\n{body}\n"


def keep(name: str, text: str) -> None:
    """Write the section of that name; the page of documentation shows it when it is built next."""
    (FOLDER / f"{name}.md").write_text(section(text, origin_here()), encoding="utf-8")
