"""The server of the start method ``forkserver``, which ``multiprocessing`` keeps once it has started it."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def stop() -> None:
    """End the server of this process, where there is one; the next process by ``forkserver`` starts another."""
    module = sys.modules.get("multiprocessing.forkserver")
    if module is not None:
        # There is no public way to stop it.
        server: Any = module._forkserver  # noqa: SLF001
        server._stop()  # noqa: SLF001
