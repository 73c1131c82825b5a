"""What is set up before a program's first line: its sampler, or the source that keeps what its loops go over."""

from __future__ import annotations

import atexit
import os
import sys
from time import monotonic

from ..failures import name_error
from . import main_module, own_code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    class Watcher(Protocol):
        """What is begun before the program, ended after it, and then written."""

        def begin(self, write: Callable[..., None]) -> None:
            """Start to look."""

        def end(self) -> None:
            """Stop."""

        def write(self, path: str, clock: dict[str, Any]) -> None:
            """Write what was seen."""


WATCHED_FILE = "watched.json"


def begin(request: dict[str, Any], began_seconds: float) -> None:
    """Start to look as the request says; what was seen is written when the program ends."""
    code = own_code.OwnCode(request["sources"], request.get("includes", ()))
    clock = {"launched_seconds": request["launched_seconds"], "own_seconds": 0.0}
    watcher = _watcher(request, code)
    process = os.getpid()
    path_before = frozenset(request["path"])

    def write(ended: bool = True) -> None:
        # A forked child that ends as Python ends would write over what its parent sees.
        if os.getpid() != process:
            return
        seen = {**clock, "ended": ended, **_interpreter(code, path_before)}
        watcher.write(os.path.join(request["folder"], WATCHED_FILE), seen)

    # Registered first, so that it runs last: what the program does at its end belongs to it.
    atexit.register(_finish, watcher, write)
    watcher.begin(write)
    clock["own_seconds"] = monotonic() - began_seconds
    clock["begun_seconds"] = monotonic()
    # For a program that ends at once and without a word.
    write(ended=False)


def _interpreter(code: own_code.OwnCode, path_before: frozenset[str]) -> dict[str, Any]:
    """By which names the program's own files are imported, and from where besides the usual folders."""
    modules: dict[str, str] = {}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and name != "__main__" and file in code:
            modules.setdefault(os.path.abspath(file), name)
    paths = [os.path.abspath(entry) for entry in sys.path if isinstance(entry, str)]
    return {
        "modules": modules,
        "path": [entry for entry in paths if entry not in path_before],
        "failure": name_error(main_module.FAILURES[0]) if main_module.FAILURES else None,
        "not_begun": main_module.NOT_BEGUN[0] if main_module.NOT_BEGUN else None,
        "python_version": "%d.%d.%d" % sys.version_info[:3],
    }


def _watcher(request: dict[str, Any], code: own_code.OwnCode) -> Watcher:
    if request["look"] == "survey":
        from . import sampler

        return sampler.Sampler(code)
    if request["look"] == "close":
        from . import close_look

        return close_look.CloseLook(request)
    return Nobody()


def _finish(watcher: Watcher, write: Callable[[], None]) -> None:
    watcher.end()
    write()


class Nobody:
    """Sees nothing: for a run that is only timed."""

    def begin(self, write: Callable[..., None]) -> None:
        """Nothing to start."""

    def end(self) -> None:
        """Nothing to stop."""

    def write(self, path: str, clock: dict[str, Any]) -> None:
        """Write when the program began and ended."""
        write_whole(path, {**clock, "ended_seconds": monotonic()})


def write_whole(path: str, seen: dict[str, Any]) -> None:
    """Write an object as JSON, whole or not at all; a full disk leaves the program alone."""
    import json

    try:
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(seen, file)
        os.replace(path + ".new", path)
    except (OSError, ValueError):
        return
