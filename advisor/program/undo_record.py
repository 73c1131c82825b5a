"""What an edit that was written leaves beside the report: enough to know it again, and to take it back."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import UnusableError
from .patching import FilePatch, digest

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class AppliedFile:
    """A file that was edited."""

    path: str
    after_sha256: str
    before: bytes


def to_json(patches: Sequence[FilePatch]) -> str:
    """The record of edits that are about to be written."""
    files = [
        {"path": each.path, "after_sha256": digest(each.after), "before": base64.b64encode(each.before).decode("ascii")}
        for each in patches
    ]
    return json.dumps({"version": VERSION, "files": files}, indent=1)


def from_json(text: str) -> tuple[AppliedFile, ...]:
    """Read it back.

    Raises:
        UnusableError: it is something else.
    """
    try:
        document = json.loads(text)
        if not isinstance(document, Mapping) or document["version"] != VERSION:
            raise ValueError("another version")  # noqa: TRY301 - one way out for every kind of damage
        return tuple(
            AppliedFile(
                path=str(each["path"]),
                after_sha256=str(each["after_sha256"]),
                before=base64.b64decode(each["before"], validate=True),
            )
            for each in document["files"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableError("The record of what was written is damaged: take the edit back by hand.") from error
