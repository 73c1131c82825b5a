"""Which iterations of a site are kept, and their values on disk: one file of pickles an execution."""

from __future__ import annotations

import os
import pickle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, BinaryIO

MOST_ITEMS = 200
"""Of one execution; of a loop that is executed often fewer are kept of each."""
MOST_EXECUTIONS = 12
MOST_BYTES = 24 * 2**20
"""Of one site."""
MOST_SECONDS = 0.5
"""What pickling may take at one site."""
FEWER_ITEMS = 24
"""Of executions after the first."""
TRIES = 3
PROTOCOL = 4


class Keeping:
    """Of one site: chooses, pickles, and says what could not be."""

    def __init__(self, path: str, names: Sequence[str]) -> None:
        self._path = path
        self._names = names
        self._executions: list[Execution] = []
        self._chance = 12345
        self._started = 0
        self.bytes = 0
        self.spent_seconds = 0.0
        self.obstacles: list[dict[str, str]] = []

    def begin_execution(self) -> Execution | None:
        """The execution to keep iterations of, or ``None``: the first ones, and a fair sample of later ones."""
        self._started += 1
        if self.bytes > MOST_BYTES or self.spent_seconds > MOST_SECONDS or len(self.obstacles) >= TRIES:
            return None
        if len(self._executions) < MOST_EXECUTIONS:
            return self._new()
        if self._number(self._started) < 1:
            self._executions.pop().close()
            return self._new()
        return None

    def wants(self, execution: Execution, iteration: int, length: int | None) -> bool:
        """Whether to keep this iteration, which is about to begin."""
        if self.bytes > MOST_BYTES or self.spent_seconds > MOST_SECONDS or len(self.obstacles) >= TRIES:
            return False
        return self._chosen(execution, iteration, length)

    def _new(self) -> Execution:
        execution = Execution("%s-%d" % (self._path, self._started), MOST_ITEMS if self._started == 1 else FEWER_ITEMS)
        self._executions.append(execution)
        return execution

    def _chosen(self, execution: Execution, iteration: int, length: int | None) -> bool:
        """Of a known number evenly spread, the first and the last among them; else by reservoir sampling."""
        most = execution.most_items
        if iteration == 0 or (length is not None and iteration == length - 1):
            return True
        if iteration == 1 or (length is not None and length <= most):
            return True
        if length is not None:
            return iteration * (most - 1) // (length - 1) != (iteration - 1) * (most - 1) // (length - 1)
        return iteration < most or self._number(iteration + 1) < most

    def _number(self, below: int) -> int:
        self._chance = (self._chance * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._chance >> 33) % below

    def keep(self, execution: Execution, iteration: int, values: tuple[Any, ...]) -> None:
        """Pickle the values as they are now."""
        try:
            self.bytes += execution.keep(iteration, values)
        except Exception as error:
            self.obstacles.append(self._obstacle(values, error))
            execution.begin_again()

    def _obstacle(self, values: tuple[Any, ...], error: Exception) -> dict[str, str]:
        from ..failures import name_error
        from ..safety.pickling import failing_path

        for name, value in zip(self._names, values):
            try:
                pickle.dumps(value, PROTOCOL)
            except Exception as cause:
                path, part = failing_path(value, name)
                return {"path": path, "type": type(part).__name__, "error": name_error(cause)}
        return {"path": "", "type": "", "error": name_error(error)}

    def close(self) -> None:
        """The program has ended."""
        for execution in self._executions:
            execution.close()

    def seen(self) -> dict[str, Any]:
        """Which files hold what."""
        return {
            "kept": [part for execution in self._executions for part in execution.parts if part["iterations"]],
            "kept_bytes": self.bytes,
            "obstacles": self.obstacles,
        }


class Execution:
    """The kept iterations of one execution of a loop: a file, or several where something could not be pickled."""

    def __init__(self, path: str, most_items: int) -> None:
        self._path = path
        self._open_file: tuple[BinaryIO, pickle.Pickler] | None = None
        self.most_items = most_items
        self.parts: list[dict[str, Any]] = []

    def keep(self, iteration: int, values: tuple[Any, ...]) -> int:
        """Pickle; returns the bytes that it took. Raises what pickling raises, with nothing written."""
        if self._open_file is None:
            self._open_file = self._open()
        file, pickler = self._open_file
        before = file.tell()
        try:
            pickler.dump(values)
        except BaseException:
            file.seek(before)
            file.truncate()
            raise
        self.parts[-1]["iterations"].append(iteration)
        return file.tell() - before

    def _open(self) -> tuple[BinaryIO, pickle.Pickler]:
        path = "%s-%d.pickle" % (self._path, len(self.parts))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = open(path, "wb")  # noqa: SIM115 - closed when the loop has ended
        self.parts.append({"file": path, "iterations": []})
        # The pickler's memory of what it has pickled is what keeps one object one object.
        return file, pickle.Pickler(file, PROTOCOL)

    def begin_again(self) -> None:
        """What was remembered of a pickle that failed is not in the file."""
        self.close()

    def close(self) -> None:
        """No more of this execution."""
        if self._open_file is not None:
            self._open_file[0].close()
            self._open_file = None
