"""A saved ``program.json`` -> the program's report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ..errors import UnusableError
from ..records.decoding import decode
from ..records.program import KIND, ProgramReport
from ..records.terms import SCHEMA_VERSION
from .saved_report import nested_machine, nested_recommendation


def read(path: Path) -> ProgramReport:
    """Read a saved program.json.

    Raises:
        UnusableError: the file cannot be read or holds something else.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnusableError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except (ValueError, RecursionError):
        raise UnusableError(f"{path} is not JSON. Name a program.json that advisor find wrote.") from None
    try:
        return program_from_dict(document)
    except UnusableError as error:
        raise UnusableError(f"{path}: {error}") from None


def program_from_dict(document: object) -> ProgramReport:
    """Read it back from what ``reports.program.json_text`` made of it; fields that are unknown are passed over.

    Raises:
        UnusableError: it is something else, has another schema version, or lacks a field.
    """
    if not isinstance(document, Mapping) or document.get("kind") != KIND:
        raise UnusableError('This is not a program.json of advisor find: its "kind" is not "program".')
    version = document.get("schema_version")
    if version != SCHEMA_VERSION:
        raise UnusableError(
            f"The report has schema version {version!r}; this advisor reads version {SCHEMA_VERSION}. "
            "Use the advisor that wrote it, or run find again."
        )
    sites = document.get("sites")
    nested = {
        **document,
        "machine": nested_machine(document.get("machine")),
        "sites": [_nested_site(site) for site in sites] if isinstance(sites, list) else sites,
    }
    try:
        return decode(ProgramReport, nested)
    except ValueError as error:
        raise UnusableError(f"The report cannot be used: {error}") from None


def _nested_site(site: object) -> object:
    if not isinstance(site, Mapping):
        return site
    return {**site, "recommendation": nested_recommendation(site.get("recommendation"))}
