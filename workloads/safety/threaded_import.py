"""A module that starts a thread when it is imported, so that fork is unsafe."""

from __future__ import annotations

import threading

from workloads.safety.shared import work

_STOPPED = threading.Event()
threading.Thread(target=_STOPPED.wait, daemon=True).start()


def work_beside_thread(number: int) -> int:
    """Do nothing wrong; the module does."""
    return work(number)
