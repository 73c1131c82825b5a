"""Whose code it is: the user's own, or that of the standard library and of installed packages."""

from __future__ import annotations

import os
import sys
import sysconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

_INSTALLED = ("site-packages", "dist-packages")
_MOST_MODULES = 40


def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    return tuple({os.path.realpath(paths[name]) + os.sep for name in ("stdlib", "platstdlib")})


_LIBRARY = _library_folders()
_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_known: dict[str, bool] = {}


def claim(module_name: str) -> None:
    """Take the target's module for the user's own, wherever it is installed; never the standard library's."""
    file = getattr(sys.modules.get(module_name), "__file__", None) or ""
    if any(folder in file for folder in _INSTALLED) or (file and not os.path.realpath(file).startswith(_LIBRARY)):
        _known[module_name] = True


def is_users_file(file: str | None) -> bool:
    """Whether a file is neither the standard library's, nor an installed package's, nor the probe's."""
    if not file or file.startswith("<"):
        return False
    file = os.path.abspath(file)
    if file.startswith(_HERE) or any(os.sep + folder + os.sep in file for folder in _INSTALLED):
        return False
    return not os.path.realpath(file).startswith(_LIBRARY)


def is_users_module(name: str) -> bool:
    """Whether a module by that name was written by the user."""
    if name not in _known:
        module = sys.modules.get(name)
        if module is None:
            return False
        _known[name] = is_users_file(getattr(module, "__file__", None))
    return _known[name]


def is_users_class(kind: type) -> bool:
    """Whether a class was written by the user."""
    return is_users_module(getattr(kind, "__module__", None) or "")


def users_modules(first: str) -> list[ModuleType]:
    """The user's modules that are loaded, the target's first."""
    names = [name for name in list(sys.modules) if name not in (first, "__main__") and is_users_module(name)]
    chosen = ([first] if is_users_module(first) else []) + names
    return [sys.modules[name] for name in chosen[:_MOST_MODULES]]
