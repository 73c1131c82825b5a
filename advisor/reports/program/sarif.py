"""Sites as SARIF 2.1.0, each on its lines."""

from __future__ import annotations

from pathlib import PurePath

from ... import formatting as fmt
from ...records.program import ProgramReport, ProgramSite
from ..sarif import Result, artifact, log
from . import wording

GAIN, NO_GAIN = "site-gain", "site-left-alone"


def render(report: ProgramReport) -> str:
    """SARIF for a code-scanning service; a warning where an edit is advised, else a note."""
    folder = PurePath(report.program.folder)
    return log([_result(site, folder) for site in report.sites])


def _result(site: ProgramSite, folder: PurePath) -> Result:
    uri = artifact(str(folder / site.file), [folder])
    if site.applies:
        text = f"The program gains {wording.gain(site)}: {wording.advice(site)}.\n\n{site.code}"
        return Result(GAIN, "warning", text, site.function, site.id, uri, site.line)
    text = f"{fmt.share(site.share)} of the program's time. {site.why_not or ''}\n\n{site.code}"
    return Result(NO_GAIN, "note", text, site.function, site.id, uri, site.line)
