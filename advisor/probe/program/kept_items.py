"""Iterations that the close look has kept, loaded again: only ever from the private folder of the same analysis."""

from __future__ import annotations

import pickle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, BinaryIO


class _Unpickler(pickle.Unpickler):
    """What the program's ``__main__`` defined is found in the module that was made of it."""

    def __init__(self, file: BinaryIO, main_module: str | None) -> None:
        super().__init__(file)
        self._main_module = main_module

    def find_class(self, module: str, name: str) -> Any:
        """As pickle does, but for ``__main__``."""
        if module == "__main__" and self._main_module is not None:
            module = self._main_module
            __import__(module)
        return super().find_class(module, name)


def load(parts: Sequence[tuple[str, int]], main_module: str | None = None) -> list[Any]:
    """The items, in the order in which the program came to them.

    Args:
        parts: ``[[path, how many], ...]``, written by ``keeping``.
        main_module: the module that stands for the program's ``__main__``.
    """
    items = []
    for path, count in parts:
        with open(path, "rb") as file:
            unpickler = _Unpickler(file, main_module)
            items += [unpickler.load() for _ in range(count)]
    return items
