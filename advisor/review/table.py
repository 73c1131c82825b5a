"""The one table of checks: each rule, and what finds it."""

from __future__ import annotations

from collections.abc import Mapping

from .checks import (
    awaits,
    cancellation,
    coroutines,
    forked,
    locks,
    pickled,
    pools,
    processes,
    queues,
    results,
    shared_state,
    subprocesses,
    tasks,
    threads,
    worker_counts,
    worker_kinds,
    worker_memory,
)
from .records import Finder, Rule
from .rules import coroutines as coroutine_rules
from .rules import measured as measured_rules
from .rules import pools as pool_rules
from .rules import processes as process_rules
from .rules import shared_state as shared_state_rules
from .rules import workers as worker_rules

_THEMES = (measured_rules, process_rules, pool_rules, shared_state_rules, coroutine_rules, worker_rules)
_CHECKS = (
    processes, pickled, forked, worker_memory, queues, pools, results, locks, shared_state, coroutines, tasks, awaits,
    cancellation, threads, worker_kinds, worker_counts, subprocesses,
)  # fmt: skip

RULES: Mapping[str, Rule] = {rule.code: rule for theme in _THEMES for rule in theme.RULES}
FINDERS: Mapping[str, Finder] = {code: finder for theme in _CHECKS for code, finder in theme.FINDERS.items()}
"""By code. The rules without one are found by ``checking`` (what cannot be read) and ``measured``."""
UNREADABLE = "ADV001"
