"""What makes a finding the same finding in the next run: neither its line nor its figures."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

_FIGURE = re.compile(r"[-+]?\d[\d.,]*(?:\s?(?:%|×|[kMGT]?B|ns|µs|ms|s|min|h|d)(?![^\W\d_]))?")
_Key = tuple[str, str, str]


def fingerprints(findings: Iterable[_Key]) -> tuple[str, ...]:
    """A hexadecimal fingerprint a finding, different for each of those given.

    Args:
        findings: (code, place, message) each; the place is the function by name, without a line.
    """
    seen: Counter[_Key] = Counter()
    made = []
    for code, place, message in findings:
        key = (code, place, " ".join(_FIGURE.sub("#", message).split()))
        made.append(hashlib.sha256("\0".join([*key, str(seen[key])]).encode("utf-8", "backslashreplace")).hexdigest())
        seen[key] += 1
    return tuple(made)
