"""What is set up before the first line of a program: its sampler, or the source that keeps what its loops iterate over."""

import atexit
import os
from time import monotonic

from . import own_code

WATCHED_FILE = "watched.json"


def begin(request, began_seconds):
    """Start to look as the request says; what was seen is written when the program ends."""
    code = own_code.OwnCode(request["sources"], request.get("includes", ()))
    clock = {"launched_seconds": request["launched_seconds"], "own_seconds": 0.0}
    watcher = _watcher(request, code)
    process = os.getpid()

    def write(ended=True):
        # A forked child that ends as Python ends would write over what its parent sees.
        if os.getpid() != process:
            return
        watcher.write(os.path.join(request["folder"], WATCHED_FILE), {**clock, "ended": ended})

    # Registered first, so that it runs last: what the program does at its end belongs to it.
    atexit.register(_finish, watcher, write)
    watcher.begin(write)
    clock["own_seconds"] = monotonic() - began_seconds
    clock["begun_seconds"] = monotonic()


def _watcher(request, code):
    if request["look"] == "survey":
        from . import sampler

        return sampler.Sampler(code)
    if request["look"] == "close":
        from . import close_look

        return close_look.CloseLook(request)
    return Nobody()


def _finish(watcher, write):
    watcher.end()
    write()


class Nobody:
    """Sees nothing: for a run that is only timed."""

    def begin(self, write):
        """Nothing to start."""

    def end(self):
        """Nothing to stop."""

    def write(self, path, clock):
        """Write when the program began and ended."""
        write_whole(path, {**clock, "ended_seconds": monotonic()})


def write_whole(path, seen):
    """Write an object as JSON, whole or not at all; a full disk leaves the program alone."""
    import json

    try:
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(seen, file)
        os.replace(path + ".new", path)
    except (OSError, ValueError):
        return
