"""A saved ``report.json`` -> the report."""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import UnusableError
from ..records import Report, wire


def read(path: Path) -> Report:
    """Read a saved ``report.json``.

    Raises:
        UnusableError: the file cannot be read or holds no report.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UnusableError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
    except (ValueError, RecursionError):
        raise UnusableError(f"{path} is not JSON. Name a report.json that advisor wrote.") from None
    try:
        return wire.report_from_dict(document)
    except UnusableError as error:
        raise UnusableError(f"{path}: {error}") from None
