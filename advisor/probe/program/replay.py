"""The task ``replay``: the kept iterations once more, in some order, and all that they left changed."""

from __future__ import annotations

import os
import sys
import tempfile
from time import monotonic, perf_counter, thread_time

from ..failures import name_error
from ..safety import fingerprint, state
from ..target import calling, loading, ownership
from . import kept_items

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

    from ..answers import Answers

MOST_TEXT_BYTES = 100_000


def replay(request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Call the body function on the kept items in the order that is asked for.

    Request: ``target``; ``parts`` and ``main_module`` as for ``kept_items.load``; ``order``, numbers of items;
    ``most_seconds``, after which no further one is begun.

    Answer: ``iterations``, for each that was made ``[item, result, error, changed, printed, seconds, cpu_seconds]``:
    a digest of the result (``None`` where it has none), the exception's type, which of its arguments it changed, a
    digest of what it printed; ``left``, the variables of the program that changed in all.
    """
    function = loading.load_target(request["target"])
    items = kept_items.load(request["parts"], request["main_module"])
    module_name = request["target"]["module"]
    ownership.claim(module_name)
    is_coroutine = loading.is_coroutine_function(function)
    answers.send("alive")
    before = state.snapshot(function, module_name)
    made = []
    ends = monotonic() + request["most_seconds"]
    with _Printed() as printed:
        for number in request["order"]:
            made.append([number, *_one(function, items[number], is_coroutine, printed)])
            answers.alive()
            if monotonic() > ends:
                break
    after = state.snapshot(function, module_name)
    left = [{"name": path, "text": after[path].text, "kind": after[path].kind} for path in state.changes(before, after)]
    return {"iterations": made, "left": left, "items": len(items)}


def _one(function: Callable[..., Any], item: tuple[Any, ...], is_coroutine: bool, printed: _Printed) -> list[Any]:
    arguments_before = [fingerprint.digest([value]) for value in item]
    result = error = None
    began, cpu = perf_counter(), thread_time()
    try:
        result = function(*item)
        if is_coroutine:
            result = _awaited(result)
    except Exception as failure:
        error = name_error(failure)
    seconds, cpu_seconds = perf_counter() - began, thread_time() - cpu
    digest = None if error is not None else fingerprint.digest([result])
    changed = [
        place
        for place, value in enumerate(item)
        if arguments_before[place] is not None and fingerprint.digest([value]) != arguments_before[place]
    ]
    return [digest, error, changed, printed.since(), seconds, cpu_seconds]


def _awaited(coroutine: Any) -> Any:
    loop = calling.new_loop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


class _Printed:
    """What is written to standard output, whichever way, piece by piece."""

    def __enter__(self) -> Self:
        sys.stdout.flush()
        self._file = tempfile.TemporaryFile()
        self._before = os.dup(1)
        os.dup2(self._file.fileno(), 1)
        self._place = 0
        return self

    def __exit__(self, *_exception: object) -> None:
        sys.stdout.flush()
        os.dup2(self._before, 1)
        os.close(self._before)
        self._file.close()

    def since(self) -> str | None:
        """A digest of what came since the last time; ``None`` for nothing."""
        sys.stdout.flush()
        size = os.fstat(self._file.fileno()).st_size
        if size == self._place:
            return None
        text = os.pread(self._file.fileno(), min(size - self._place, MOST_TEXT_BYTES), self._place)
        self._place = size
        return fingerprint.digest([text])
