"""What makes a finding the same finding in the next run: neither its line, nor figures, nor what chance brings."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from .. import formatting as fmt
from ..records.check_rules import RULES

_FIGURE = re.compile(r"[-+]?\d[\d.,]*(?:\s?(?:%|×|[kMGT]?B|ns|µs|ms|s|min|h|d)(?![^\W\d_]))?")
_FOLDERS = re.compile(r"(?<!\w)/(?:[^\s/:]+/)+")
_SAID_BY_CHANCE = frozenset({"race"})
"""What a race breaks first, and what else with it, is another thing in every run."""
_Key = tuple[str, str, str]


def fingerprints(findings: Iterable[_Key]) -> tuple[str, ...]:
    """A hexadecimal fingerprint a finding, different for each of those given.

    Args:
        findings: (code, place, message) each; the place is the function by name, without a line, and not the place
            that the finding points at, such as the line that takes most time.
    """
    seen: Counter[_Key] = Counter()
    made = []
    for code, place, message in findings:
        key = (code, place, _lasting(code, message))
        made.append(hashlib.sha256("\0".join([*key, str(seen[key])]).encode("utf-8", "backslashreplace")).hexdigest())
        seen[key] += 1
    return tuple(made)


def _lasting(code: str, message: str) -> str:
    """The words of a message that are there in every run, in an order of their own; none where the code says it all."""
    if code in RULES or code in _SAID_BY_CHANCE:
        return ""
    text = _FIGURE.sub("#", _FOLDERS.sub("", fmt.one_line(message)))
    return " ".join(sorted({word.strip(".,:;()") for word in text.split()}))
