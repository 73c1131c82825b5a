"""The baseline's file: a block a target, a figure a line, in an order that never changes.

The last line of each block and of the file is always the same key, so that what is added above it leaves it alone
and two branches that touch different targets merge line by line.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

from ..errors import UnusableError
from ..records.decoding import decode
from .deciding_figures import Figures

DEFAULT_PATH = Path(".advisor/baseline.json")
SCHEMA_VERSION = 1
_VERSION_KEY = "schema_version"

Baseline = Mapping[str, Figures]
"""By the target's name."""


def to_text(baseline: Baseline) -> str:
    """The file's content."""
    blocks: dict[str, object] = {
        name: dict(sorted(dataclasses.asdict(baseline[name]).items())) for name in sorted(baseline)
    }
    return json.dumps({**blocks, _VERSION_KEY: SCHEMA_VERSION}, indent=2, ensure_ascii=False) + "\n"


def from_text(text: str) -> dict[str, Figures]:
    """Read what ``to_text`` wrote; fields that are unknown are passed over.

    Raises:
        UnusableError: it is no baseline, or one of another version.
    """
    again = "Save it anew with advisor check --save-baseline."
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise UnusableError(f"it is not JSON (a merge left undone?). {again}") from None
    if not isinstance(document, dict) or document.pop(_VERSION_KEY, None) != SCHEMA_VERSION:
        raise UnusableError(f'it has no "{_VERSION_KEY}": {SCHEMA_VERSION}. {again}')
    found = {}
    for name, block in document.items():
        try:
            found[name] = decode(Figures, block)
        except ValueError as error:
            raise UnusableError(f"{name}: {error} {again}") from None
    return found


def read(path: Path) -> dict[str, Figures] | None:
    """The baseline, or ``None`` where there is no such file.

    Raises:
        UnusableError: there is one, and it cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableError(f"The baseline {path} cannot be read: {error}.") from None
    try:
        return from_text(text)
    except UnusableError as error:
        raise UnusableError(f"The baseline {path} cannot be used: {error}") from None


def updated(earlier: Baseline, checked: Mapping[str, Figures], configured: frozenset[str] | None) -> dict[str, Figures]:
    """The baseline after a run: what was checked anew, all else as it was.

    Args:
        earlier: What is saved.
        checked: What goes in its place.
        configured: Where every target of the project was looked at, their names: others are dropped.
    """
    kept = {name: figures for name, figures in earlier.items() if configured is None or name in configured}
    return {**kept, **checked}
