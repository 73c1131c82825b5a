"""Measures a Python function, or a whole program, and says which concurrency model it should use.

``advisor.analyze`` and ``advisor.find`` are the library's doors; they are loaded when they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .api import analyze, find

__all__ = ["__version__", "analyze", "find", "load_ipython_extension"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name in ("analyze", "find"):
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """What ``%load_ext advisor`` calls: the magics ``%advise`` and ``%%advise``."""
    from .integrations.notebook import register

    register(shell)
