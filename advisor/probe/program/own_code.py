"""Which code is the program's own: that of its folders and of packages named, not what is installed beside it."""

from __future__ import annotations

import os
import sys
import sysconfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INSTALLED = ("site-packages", "dist-packages")


class OwnCode:
    """``sources`` are folders; ``includes`` are names of installed packages that count as the program's own, too."""

    def __init__(self, sources: Sequence[str], includes: Sequence[str] = ()) -> None:
        self._sources = tuple(os.path.join(os.path.abspath(folder), "") for folder in sources)
        self._includes = tuple(os.sep + name.replace(".", os.sep) for name in includes)
        names = ("stdlib", "platstdlib")
        self._library = tuple({os.path.join(sysconfig.get_paths()[name], "") for name in names})
        self._probe = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")
        self._environment = os.path.join(sys.prefix, "") if sys.prefix != sys.base_prefix else None
        self._known: dict[str, bool] = {}

    def __contains__(self, file: str) -> bool:
        """Whether a file's code is the program's own."""
        known = self._known.get(file)
        if known is None:
            known = self._known[file] = self._is_own(file)
        return known

    def _is_own(self, file: str) -> bool:
        if not file or file.startswith("<"):
            return False
        file = os.path.abspath(file)
        if file.startswith(self._probe):
            return False
        for name in self._includes:
            if name + os.sep in file or file.endswith(name + ".py"):
                return True
        if not file.startswith(self._sources) or any(os.sep + name + os.sep in file for name in _INSTALLED):
            return False
        if self._environment is not None and file.startswith(self._environment):
            return False
        # An interpreter may stand inside the project; a project may not stand inside its library.
        return not any(file.startswith(folder) for folder in self._library if not self._inside(folder))

    def _inside(self, folder: str) -> bool:
        return any(source.startswith(folder) for source in self._sources)
