"""The gate's own rules by code. Findings that are new or forbidden stand under their own codes."""

from __future__ import annotations

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    # Against the baseline.
    "class-changed": "The function's class (cpu-bound, io-bound, mixed, trivial) is another one.",
    "recommendation-changed": "Another model is the right one now, beyond what noise explains.",
    "newly-unpicklable": "Calls or results could be pickled before and cannot be now.",
    "argument-bytes-grown": "Pickled arguments are larger by a factor.",
    "result-bytes-grown": "Pickled results are larger by a factor.",
    "gil-held-up": "A call holds the GIL for a larger share of its time.",
    "import-time-up": "Importing the target takes longer.",
    "worker-memory-up": "A worker needs more memory.",
    # Against the configuration.
    "undecided": "A model that could well win was not tried in the time there was, so that nothing can be said of it.",
    "expectation": "The recommended model is none of those that are expected.",
    "gil-held-limit": "A call holds the GIL for more than max_gil_held_fraction of its time.",
    "result-bytes-limit": "A pickled result is larger than max_result_bytes.",
    "argument-bytes-limit": "A pickled argument is larger than max_argument_bytes.",
    "import-time-limit": "Importing the target takes longer than max_import_seconds.",
    "speedup-limit": "The recommended plan gains less than min_speedup.",
}


def describe(code: str) -> str:
    """One sentence on a rule; the codes of findings that stand for themselves describe themselves."""
    return RULES.get(code) or f"Finding: {code.replace('-', ' ')}."
