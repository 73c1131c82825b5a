"""What ``--output-format`` and ``-o`` of ``check`` offer: a name or a suffix, and the renderer that makes its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...records.checked import CheckReport
from . import github, gitlab, json_text, junit, markdown, plain_text, sarif

CHECK_FORMATS: Mapping[str, Callable[[CheckReport], str]] = {
    "text": plain_text.render,
    "json": json_text.render,
    "markdown": markdown.render,
    "github": github.render,
    "sarif": sarif.render,
    "junit": junit.render,
    "gitlab": gitlab.render,
}
CHECK_SUFFIXES: Mapping[str, Callable[[CheckReport], str]] = {
    ".txt": plain_text.render,
    ".json": json_text.render,
    ".md": markdown.render,
    ".sarif": sarif.render,
    ".xml": junit.render,
    ".gitlab.json": gitlab.render,
}
"""Of a file's name; the longest that fits counts."""
