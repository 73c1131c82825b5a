"""The probe's end of the two pipes, and what is said when a task cannot be done."""

import faulthandler
import json
import os
import pickle
import sys
import time
import traceback

ALIVE_SECONDS = 0.1


class Unusable(Exception):  # noqa: N818 - the word the user reads
    """The target or its items cannot be used; the message says what to do."""


class CallFailed(Exception):  # noqa: N818 - as above
    """A call of the user's function failed: ``kind`` and a message in plain words."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class Answers:
    """Writes one JSON object a line to the host."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._last_seconds = time.monotonic()

    def send(self, event, **fields):
        """Write one event whole."""
        line = json.dumps({"event": event, **fields}).encode() + b"\n"
        while line:
            line = line[os.write(self._descriptor, line) :]
        self._last_seconds = time.monotonic()

    def alive(self):
        """Tell the host that a call has ended, unless it heard so just now."""
        if time.monotonic() - self._last_seconds >= ALIVE_SECONDS:
            self.send("alive")


def open_inherited(word):
    """Turn the number on the command line into a descriptor of this process alone."""
    number = int(word)
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.open_osfhandle(number, os.O_BINARY)
    os.set_inheritable(number, False)
    return number


def describe_failure(error, item_text=None):
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
    kind = "unpicklable" if is_pickling_error(error) else "raised"
    try:
        text = str(error).strip()
    except Exception:  # noqa: BLE001 - a user's exception may fail in __str__
        text = ""
    first_line = text.splitlines()[0][:300] if text else ""
    name = type(error).__name__ + (": " + first_line if first_line else "")
    return CallFailed(kind, "the function raised " + name + where + _place(error) + ".")


def is_pickling_error(error):
    """Whether an exception says that something could not be sent to or from a process."""
    if isinstance(error, pickle.PicklingError) or type(error).__name__ == "MaybeEncodingError":
        return True
    text = str(error).lower()
    return isinstance(error, (TypeError, AttributeError, RuntimeError)) and "pickle" in text


def shorten(value, limit=80):
    """``repr`` of a user's object in one line of at most ``limit`` characters; never raises."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a user's __repr__ may fail
        text = "<" + type(value).__name__ + ">"
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _place(error):
    frames = traceback.extract_tb(error.__traceback__)
    here = os.path.dirname(os.path.abspath(__file__))
    theirs = [frame for frame in frames if not os.path.abspath(frame.filename).startswith(here)]
    if not theirs:
        return ""
    return " (%s, line %d)" % (os.path.basename(theirs[-1].filename), theirs[-1].lineno or 0)


def run(task, request, descriptor):
    """Do the task and see to it that exactly one last line is written. Returns the exit status."""
    faulthandler.enable()
    answers = Answers(descriptor)
    try:
        answers.send(request["task"], **task(request, answers))
    except Unusable as error:
        answers.send("failed", kind="unusable", message=str(error))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the host must hear of it
        failure = describe_failure(error)
        answers.send("failed", kind=failure.kind, message=str(failure))
    else:
        return 0
    return 1
