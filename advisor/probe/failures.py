"""What is said when a task cannot be done: failures of the user's function, in plain words."""

from __future__ import annotations

import os
import pickle
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_TEXT = 300


WORKER_DIED = "a worker process died"
"""What the engines say when they see it."""


class Unusable(Exception):  # noqa: N818 - the word the user reads
    """The target or its items cannot be used; the message says what to do."""


class CallFailed(Exception):  # noqa: N818 - as above
    """A call of the user's function failed: ``kind`` and a message in plain words."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def describe_failure(error: BaseException, item_text: str | None = None) -> CallFailed:
    """Say which item failed, how and where, as a CallFailed.

    Raises nothing: an exception whose own text fails is named by its type.
    """
    where = "" if item_text is None else " on item " + item_text
    if isinstance(error, CallFailed):
        return error
    if isinstance(error, MemoryError):
        return CallFailed("memory", "the function ran out of memory" + where + ".")
    if isinstance(error, SystemExit):
        return CallFailed("exited", "the function called sys.exit(%r)%s." % (error.code, where))
    name = name_error(error)
    if type(error).__name__ == "BrokenProcessPool" or name.endswith(WORKER_DIED):
        return CallFailed("crashed", WORKER_DIED + " while the calls ran.")
    kind = "unpicklable" if is_pickling_error(error) else "raised"
    return CallFailed(kind, "the function raised " + name + where + _place(error) + ".")


def name_error(error: BaseException) -> str:
    """Type and text of an exception in one line; of a worker's traceback, the last line. Never raises."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        lines = []
    if not lines:
        return type(error).__name__
    if lines[0].startswith("Traceback "):
        return lines[-1][:MOST_TEXT].rstrip(".")
    return type(error).__name__ + ": " + lines[0][:MOST_TEXT].rstrip(".")


def is_pickling_error(error: BaseException) -> bool:
    """Whether an exception says that something could not be sent to or from a process."""
    if isinstance(error, pickle.PicklingError) or type(error).__name__ == "MaybeEncodingError":
        return True
    said = name_error(error).lower()
    return isinstance(error, (TypeError, AttributeError, RuntimeError)) and "pickle" in said


def shorten(value: Any, limit: int = 80) -> str:
    """``repr`` of a user's object in one line of at most ``limit`` characters; never raises."""
    try:
        text = repr(value)
    except Exception:
        text = "<" + type(value).__name__ + ">"
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _place(error: BaseException) -> str:
    """Where the user's own code was when it failed, or nothing where none of it was running."""
    here = os.path.dirname(os.path.abspath(__file__))
    library = os.path.dirname(os.path.abspath(os.__file__))
    theirs = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not os.path.abspath(frame.filename).startswith(here + os.sep)
        and not os.path.abspath(frame.filename).startswith(library + os.sep)
        and not frame.filename.startswith("<")
    ]
    if not theirs:
        return ""
    return " (%s, line %d)" % (os.path.basename(theirs[-1].filename), theirs[-1].lineno or 0)
