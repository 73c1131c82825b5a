"""``--fix``: rewrites mistakes whose edit is certain, keeping every other byte. LibCST is loaded for that alone."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ..errors import UnusableError
from ..records.reviewed import ReviewFinding, ReviewReport
from .table import RULES


def fix_files(
    report: ReviewReport, read: Callable[[str], bytes | None], write_file: Callable[[Path, bytes], None]
) -> tuple[str, ...]:
    """Rewrite the files of a report; what was done, a sentence a file.

    Raises:
        UnusableError: a file cannot be written.
    """
    notes = []
    fixable = [finding for finding in report.findings if RULES[finding.code].fixable]
    for file, found in groupby(fixable, key=lambda finding: finding.file):
        path = Path(report.root, file)
        content = read(path.as_posix())
        if content is None:
            continue
        fixed, count = fixed_source(content, tuple(found))
        if count:
            write_file(path, fixed)
            notes.append(f"{file}: {count} fixed.")
    return tuple(notes)


def fixed_source(content: bytes, findings: Sequence[ReviewFinding]) -> tuple[bytes, int]:
    """(the source with its fixes, how many there are); the source itself where none is certain."""
    import libcst

    from .edits import Edits

    try:
        module = libcst.parse_module(content)
    except (libcst.ParserSyntaxError, UnicodeDecodeError):
        return content, 0
    wrapper = libcst.MetadataWrapper(module, unsafe_skip_copy=True)
    edits = Edits({(finding.code, finding.line, finding.column - 1) for finding in findings})
    edited = wrapper.visit(edits)
    if not edits.made:
        return content, 0
    fixed = edits.with_imports(edited).bytes
    try:
        ast.parse(fixed)
    except (SyntaxError, ValueError):
        return content, 0
    return fixed, edits.made


def with_notes(report: ReviewReport, notes: Iterable[str]) -> ReviewReport:
    """A report that says what was fixed before it was made."""
    return replace(report, notes=(*notes, *report.notes))


def write(path: Path, content: bytes) -> None:
    """Put a file in the place of another one, whole or not at all, with the same permissions.

    Raises:
        UnusableError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.advisor-{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)
        beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UnusableError(f"{path} cannot be written: {error.strerror or error}.") from None
