"""What ``--output-format`` of ``check`` offers: a name, and the renderer that makes its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..gate.records import CheckReport
from . import check_text

CHECK_FORMATS: Mapping[str, Callable[[CheckReport], str]] = {
    "text": check_text.render,
}
