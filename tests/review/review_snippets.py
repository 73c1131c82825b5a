"""Snippets: files of sources held in memory, each with the codes that its lines must get."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from advisor.records.reviewed import ReviewFinding
from advisor.review.checking import Checker, Selection

SNIPPETS = Path(__file__).parent / "snippets"
_EXPECTED = re.compile(r"#\s*((?:ADV\d+(?:,\s*)?)+)\s*$")


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """Sources by path, and what they must get: (path, line, code)."""

    title: str
    files: Mapping[str, str]
    expected: frozenset[tuple[str, int, str]]


def snippets(prefix: str) -> Iterator[Snippet]:
    for file in sorted(SNIPPETS.glob(f"{prefix}_*.txt")):
        for section in file.read_text(encoding="utf-8").split("=== ")[1:]:
            title, _, text = section.partition("\n")
            yield snippet(f"{file.stem.partition('_')[2]}: {title}", text)


def snippet(title: str, text: str) -> Snippet:
    files: dict[str, list[str]] = {}
    name = "module.py"
    for line in text.split("\n"):
        if line.startswith("# file: "):
            name = line.removeprefix("# file: ")
        else:
            files.setdefault(name, []).append(line)
    expected = frozenset(
        (path, number, code)
        for path, lines in files.items()
        for number, line in enumerate(lines, 1)
        if (found := _EXPECTED.search(line))
        for code in found[1].replace(" ", "").split(",")
    )
    return Snippet(title=title, files={path: "\n".join(lines) for path, lines in files.items()}, expected=expected)


def reviewed(files: Mapping[str, str], selection: Selection | None = None) -> tuple[ReviewFinding, ...]:
    checker = Checker(lambda path: files[path].encode() if path in files else None, selection)
    return tuple(
        finding for path in files if (checked := checker.check(path)) is not None for finding in checked.findings
    )
