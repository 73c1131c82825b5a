"""What may have got worse, before it is believed: a finding, and what has to be measured again to confirm it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..records import Finding
from ..records.checked import GateFinding, Level

Repeat = Literal["nothing", "profile", "analysis"]
_IN_TEXT = re.compile(r"(?P<file>[^\s:\"'`]+\.py)(?::|, line )(?P<line>\d+)")
_LINE_ALONE = re.compile(r"\bline (?P<line>\d+)")


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A finding that stands once it shows in every repetition of what ``repeat`` names."""

    finding: GateFinding
    repeat: Repeat = "nothing"
    """``nothing`` where it follows from the code alone, whatever else runs on the machine."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a target's findings are shown: its ``def``, unless a finding names a line of its own."""

    target: str
    file: str | None
    line: int | None
    root: str | None = None

    def finding(
        self,
        code: str,
        message: str,
        *,
        old: str | None = None,
        new: str | None = None,
        threshold: str | None = None,
        level: Level = "error",
    ) -> GateFinding:
        """A finding on the ``def`` line."""
        return GateFinding(
            code=code,
            level=level,
            message=message,
            old=old,
            new=new,
            threshold=threshold,
            line=self.line,
            file=self.file,
            target=self.target,
        )

    def at(self, finding: Finding) -> tuple[str | None, int | None]:
        """File and line that a finding of the analysis names, or those of the ``def``."""
        for text in (finding.evidence, finding.message):
            if named := _IN_TEXT.search(text):
                return self._relative(named["file"]), int(named["line"])
        if alone := _LINE_ALONE.search(f"{finding.evidence} {finding.message}"):
            return self.file, int(alone["line"])
        return self.file, self.line

    def _relative(self, file: str) -> str:
        if self.root and file.startswith(f"{self.root}/"):
            return file[len(self.root) + 1 :]
        # A bare name, or the end of the path: the target's own file, most likely.
        return self.file if self.file and f"/{self.file}".endswith(f"/{file}") else file


def in_all(measured: Sequence[Iterable[Suspicion]]) -> tuple[Suspicion, ...]:
    """Those of the first that follow from the code alone or show in all the others too."""
    first, *others = (tuple(some) for some in measured)
    seen = [{suspicion.finding.code for suspicion in other} for other in others]
    return tuple(
        suspicion
        for suspicion in first
        if suspicion.repeat == "nothing" or all(suspicion.finding.code in codes for codes in seen)
    )


def needs(suspicions: Iterable[Suspicion]) -> Repeat:
    """The most thorough repetition that one of them asks for."""
    asked = {suspicion.repeat for suspicion in suspicions}
    return next((repeat for repeat in ("analysis", "profile") if repeat in asked), "nothing")
