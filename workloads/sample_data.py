"""The files that several workloads read: written once a machine, under the temporary folder, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def sample_folder() -> Path:
    """Return the folder of the sample files, this user's alone."""
    user = os.getuid() if hasattr(os, "getuid") else 0  # Windows: its temporary folder is the user's own
    return Path(tempfile.gettempdir()) / f"concurrency-workloads-{user}"


def provide(name: str, write: Callable[[Path], None]) -> Path:
    """Return the path of the file ``name``, which ``write`` fills if it is not there yet."""
    folder = sample_folder()
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    if not path.exists():
        draft = folder / f"{name}.{os.getpid()}"
        write(draft)
        draft.replace(path)
    return path
