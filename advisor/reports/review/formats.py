"""What ``--output-format`` and ``-o`` of ``review`` offer: the names and suffixes of ``check``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...records.reviewed import ReviewReport
from . import json_text, markdown, plain_text, remarks

REVIEW_FORMATS: Mapping[str, Callable[[ReviewReport], str]] = {
    "text": plain_text.render,
    "json": json_text.render,
    "markdown": markdown.render,
    "github": remarks.render_github,
    "sarif": remarks.render_sarif,
    "junit": remarks.render_junit,
    "gitlab": remarks.render_gitlab,
}
REVIEW_SUFFIXES: Mapping[str, Callable[[ReviewReport], str]] = {
    ".txt": plain_text.render,
    ".json": json_text.render,
    ".md": markdown.render,
    ".sarif": remarks.render_sarif,
    ".xml": remarks.render_junit,
    ".gitlab.json": remarks.render_gitlab,
}
"""Of a file's name; the longest that fits counts."""
