"""Measures a Python function and says which concurrency model it should use.

``advisor.analyze`` is the library's door; it is loaded when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .api import analyze

__all__ = ["__version__", "analyze", "load_ipython_extension"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name == "analyze":
        from .api import analyze

        return analyze
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """What ``%load_ext advisor`` calls: the magics ``%advise`` and ``%%advise``."""
    from .integrations.notebook import register

    register(shell)
