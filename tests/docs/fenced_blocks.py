"""The fenced blocks of README and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md")))
_FENCE = re.compile(r"^```(?P<info>.*)\n(?P<text>(?:.*\n)*?)```$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """One fenced block."""

    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    """What stands after the language: ``title="backup.py"``, ``runs``, ``exits=2``."""
    text: str

    @property
    def name(self) -> str:
        """Where it is."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"

    def word(self, key: str) -> str | None:
        """The value of ``key=value``."""
        return next((word.partition("=")[2].strip('"') for word in self.words if word.startswith(f"{key}=")), None)


@dataclass(frozen=True, kw_only=True)
class Example:
    """A command of a console block, with the first line that it is said to print."""

    command: str
    printed: str | None


def blocks(*languages: str) -> list[Block]:
    """Every block in one of the languages."""
    return [block for page in PAGES for block in _blocks_of(page) if block.language in languages]


def examples(block: Block) -> list[Example]:
    """The commands of a console block."""
    found = []
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        first = output.splitlines()[0] if output.strip() else None
        found.append(Example(command=re.sub(r"\s+# .*", "", command), printed=first))
    return found


def _blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        language, *words = match["info"].split() or [""]
        line = text.count("\n", 0, match.start()) + 1
        yield Block(page=page, line=line, language=language, words=tuple(words), text=match["text"])
