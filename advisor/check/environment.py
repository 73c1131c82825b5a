"""The class of this machine and of an interpreter, as a baseline names them."""

from __future__ import annotations

import functools
import subprocess
import sys

from ..child.host import THIS_SYSTEM
from .deciding_figures import machine_class

_ASK = (
    "import sys; gil = getattr(sys, '_is_gil_enabled', lambda: True)();"
    "print('%d.%d' % sys.version_info[:2] + ('' if gil else ' without the GIL'))"
)
START_SECONDS = 30


@functools.cache
def machine() -> str:
    """System, kind of processor, usable cores."""
    return machine_class(THIS_SYSTEM.platform(), THIS_SYSTEM.usable_cores())


@functools.cache
def python(path: str) -> str:
    """The version of an interpreter; ``unknown`` where it does not say."""
    if path == sys.executable and sys.version_info < (3, 13):
        return f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        done = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, timeout=START_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip()
