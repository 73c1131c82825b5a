"""The job in this process: the function and its items, before any call is made, and the facts about them."""

from __future__ import annotations

import copy
import platform
import sys
from time import perf_counter

from .. import failures, fork_server
from ..timing import os_counters, transport
from . import item_source, loading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

CALLS_WITHOUT_ITEMS = 100
_kept: list[Job] = []
"""At most one: the job that this process was forked with."""


def load(request: dict[str, Any]) -> Job:
    """The job of a request: the one that was kept before this process was forked, else loaded now.

    Raises:
        Unusable: it cannot be used; no call has been made.
    """
    if not _kept:
        return Job(request)
    loaded = copy.copy(_kept[0])
    loaded.request = request
    return loaded


def keep(loaded: Job) -> None:
    """Keep a job for the requests that forks of this process answer: all are about the same."""
    _kept.append(loaded)


class Job:
    """The function, the items, how an item becomes a call, and how many calls there are to make."""

    def __init__(self, request: dict[str, Any]) -> None:
        """Import the target and make the items.

        Raises:
            Unusable: they cannot be used; no call has been made.
        """
        self.request = request
        target = request["target"]
        started = perf_counter()
        self.function = loading.load_target(target)
        self.import_seconds = perf_counter() - started
        self.threads_after_import = loading.threads_alive()
        module = sys.modules[target["module"]]
        rss_bytes = os_counters.rss_bytes()
        given = item_source.load_items(request["inputs"], module, request["calls"])
        self.items: list[Any] = [()] if given is None else given
        self.items_bytes = max(0, os_counters.rss_bytes() - rss_bytes)
        self.unpack: str = request["unpack"] or "none"
        if given is None:
            _need_no_arguments(self.function, target)
            self.unpack = "args"
        else:
            loading.check_arity(self.function, self.items[0], self.unpack, target["text"])
        default_calls = len(self.items) if request["inputs"]["kind"] != "none" else CALLS_WITHOUT_ITEMS
        self.calls: int = request["calls"] or default_calls
        self.is_coroutine = loading.is_coroutine_function(self.function)

    def facts(self) -> dict[str, Any]:
        """The fields of the host's ``TargetFacts``."""
        # Half of what a trial's own start takes, and only a trial of processes needs it.
        import multiprocessing

        file, line = loading.source_place(self.function)
        return {
            "name": self.request["target"]["text"],
            "file": file,
            "line": line,
            "python_version": platform.python_version(),
            "gil_enabled": os_counters.gil_enabled(),
            "is_coroutine": self.is_coroutine,
            "unpack": self.unpack,
            "items": len(self.items),
            "calls": self.calls,
            "import_seconds": self.import_seconds,
            "threads_after_import": self.threads_after_import,
            "start_methods": multiprocessing.get_all_start_methods(),
            "forkserver_imports_main": fork_server.imports_main(),
            "default_start_method": multiprocessing.get_start_method(),
            "shipping_obstacle": transport.first_obstacle(self.function, self.items),
            "expression_imports": self._expression_imports(),
        }

    def _expression_imports(self) -> list[str]:
        inputs = self.request["inputs"]
        if inputs["kind"] != "expression":
            return []
        return item_source.expression_imports(inputs["source"], sys.modules[self.request["target"]["module"]])


def _need_no_arguments(function: Callable[..., Any], target: dict[str, Any]) -> None:
    required = loading.required_parameters(function)
    if required:
        raise failures.Unusable(
            "%s needs arguments (%s): give items with --inputs-from, --inputs-expr or --inputs."
            % (target["text"], ", ".join(required))
        )
