"""The server of the start method ``forkserver``, which ``multiprocessing`` keeps once it has started it."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


IMPORTS_MAIN_SINCE = (3, 13, 9)
"""Before it, the server was never told where the main script is (python/cpython#126631)."""


def imports_main() -> bool:
    """Whether the server imports the main script, and what that imports, before it forks the first worker.

    Then its workers are copies of it: of its handles, its streams of random numbers, and what import took.
    """
    return sys.version_info >= IMPORTS_MAIN_SINCE


def stop() -> None:
    """End the server of this process, where there is one; the next process by ``forkserver`` starts another."""
    module = sys.modules.get("multiprocessing.forkserver")
    if module is not None:
        # There is no public way to stop it.
        server: Any = module._forkserver  # noqa: SLF001
        server._stop()  # noqa: SLF001
