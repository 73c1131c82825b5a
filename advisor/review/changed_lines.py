"""Which lines a change touches, by what git prints; git itself is passed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UnusableError
from ..records.reviewed import ReviewFinding

RunGit = Callable[[Path, Sequence[str]], str | None]
"""(folder, words) -> what git prints, or ``None`` where it fails or there is none."""
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_ESCAPED = re.compile(r'\\([0-7]{3}|[abfnrtv"\\])')
_LETTERS = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, '"': 34, "\\": 92}


@dataclass(frozen=True, kw_only=True)
class Change:
    """The lines that differ from where a branch began."""

    lines: Mapping[Path, tuple[range, ...]]
    """By absolute path; 1-based."""
    whole: frozenset[Path]
    """Files that are new to git."""

    def touches(self, finding: ReviewFinding, path: Path) -> bool:
        """Whether a finding stands on a changed line."""
        if path in self.whole:
            return True
        found = range(finding.line, finding.end_line + 1)
        return any(max(found.start, part.start) < min(found.stop, part.stop) for part in self.lines.get(path, ()))

    def paths(self) -> frozenset[Path]:
        """All files with changed lines."""
        return frozenset(self.lines) | self.whole


def since(reference: str, folder: Path, git: RunGit) -> Change:
    """What differs from the commit at which this branch left the reference, committed or not.

    Raises:
        UnusableError: there is no git, no repository or no such reference.
    """
    said = git(folder, ("rev-parse", "--show-toplevel"))
    if not said:
        raise UnusableError(f"--changed-since {reference}: {folder} is in no git repository, or there is no git here.")
    top = Path(said.rstrip("\n"))
    commit = git(folder, ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}"))
    if not commit:
        raise UnusableError(
            f"--changed-since {reference}: git knows no such commit. "
            "In CI, fetch it first (a checkout of depth 1 has no history)."
        )
    # Without a common ancestor, as in a shallow checkout, the reference itself has to do.
    base = (git(folder, ("merge-base", commit.strip(), "HEAD")) or commit).strip()
    words = ("diff", "--unified=0", "--no-color", "--no-ext-diff", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/")
    changed = git(top, (*words, base, "--"))
    new = git(top, ("ls-files", "--others", "--exclude-standard", "-z"))
    if changed is None or new is None:
        raise UnusableError(f"--changed-since {reference}: git cannot compare with it.")
    lines = {top / name: ranges for name, ranges in changed_lines(changed).items()}
    return Change(lines=lines, whole=frozenset(top / name for name in new.split("\0") if name))


def changed_lines(diff: str) -> dict[str, tuple[range, ...]]:
    """The new lines of each file in a diff without context."""
    found: dict[str, list[range]] = {}
    name, in_header = None, True
    for line in diff.split("\n"):
        if line.startswith("diff --git "):
            name, in_header = None, True
        elif in_header and line.startswith("+++ "):
            name = _unquoted(line[4:].rstrip("\t"))
        elif hunk := _HUNK.match(line):
            in_header = False
            start, count = int(hunk[1]), int(hunk[2] or 1)
            if name is not None and count:
                found.setdefault(name, []).append(range(start, start + count))
    return {name: tuple(ranges) for name, ranges in found.items()}


def _unquoted(name: str) -> str | None:
    """A path as git writes it, ``b/`` and quotes taken off; ``None`` for a file that is gone."""
    if name == "/dev/null":
        return None
    if name.startswith('"') and name.endswith('"'):
        raw = bytearray()
        place = 1
        while place < len(name) - 1:
            escaped = _ESCAPED.match(name, place)
            if escaped:
                raw.append(int(escaped[1], 8) if escaped[1].isdigit() else _LETTERS[escaped[1]])
                place = escaped.end()
            else:
                raw += name[place].encode("utf-8", "surrogateescape")
                place += 1
        name = raw.decode("utf-8", "surrogateescape")
    return name.removeprefix("b/")
