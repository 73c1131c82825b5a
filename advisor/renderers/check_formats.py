"""What ``--output-format`` and ``-o`` of ``check`` offer: a name or a suffix, and the renderer that makes its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..gate.records import CheckReport
from . import check_github, check_gitlab, check_json, check_junit, check_markdown, check_sarif, check_text

CHECK_FORMATS: Mapping[str, Callable[[CheckReport], str]] = {
    "text": check_text.render,
    "json": check_json.render,
    "markdown": check_markdown.render,
    "github": check_github.render,
    "sarif": check_sarif.render,
    "junit": check_junit.render,
    "gitlab": check_gitlab.render,
}
CHECK_SUFFIXES: Mapping[str, Callable[[CheckReport], str]] = {
    ".txt": check_text.render,
    ".json": check_json.render,
    ".md": check_markdown.render,
    ".sarif": check_sarif.render,
    ".xml": check_junit.render,
    ".gitlab.json": check_gitlab.render,
}
"""Of a file's name; the longest that fits counts."""
