"""Runs the command line: every way in which it can end, as an exit status and a plain word."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import Any, NoReturn

import click

from .. import formatting as fmt
from ..errors import DEFECT, AdvisorError, defect
from .main import cli
from .terminal_page import discard_output

INTERRUPTED = 130
TRACEBACK_VARIABLE = "ADVISOR_TRACEBACK"
"""Where this is in the environment, a defect of the program's own ends with its traceback."""


def main() -> NoReturn:
    """Run the command line, and exit with the status of its outcome."""
    # A request to end is an interruption like any other: children are ended and finished trials kept.
    _on_requests_to_end(signal.default_int_handler)
    status = _status()
    # All is done and said.
    _on_requests_to_end(signal.SIG_IGN)
    sys.exit(_flushed(status))


def _on_requests_to_end(handler: Any) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Whoever started this program may have it ignore some of them, as nohup does and shells do in the background.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _status() -> int:
    try:
        ended = cli.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.ClickException as error:
        return _complain(f"{error.format_message()} See advisor --help.", 2)
    except AdvisorError as error:
        return _complain(str(error), error.exit_status)
    except (KeyboardInterrupt, click.Abort):
        return _complain("interrupted.", INTERRUPTED)
    except BrokenPipeError:
        # The reader of standard output went away; that is its right.
        discard_output()
    except OSError as error:
        return _complain(f"{error.strerror or error}{_of_file(error)}. Make room, or write elsewhere.", 2)
    except Exception as error:
        # Python would end with status 1, which is a failed gate's.
        if TRACEBACK_VARIABLE in os.environ:
            raise
        return _complain(f"{defect(error)} {TRACEBACK_VARIABLE}=1 shows more.", DEFECT)
    else:
        # What a command leaves by ``click.exceptions.Exit`` comes back as its status.
        return ended if isinstance(ended, int) else 0
    return 0


def _flushed(status: int) -> int:
    """The status, or another where what was printed could not be written."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
    except OSError as error:
        discard_output()
        return _complain(f"standard output cannot be written: {error.strerror}.", 2)
    return status


def _of_file(error: OSError) -> str:
    return f": {error.filename}" if error.filename is not None else ""


def _complain(message: str, status: int) -> int:
    # A message may quote the user's code, whose text is no command to the terminal.
    lines = [fmt.one_line(line) for line in message.splitlines()]
    with contextlib.suppress(OSError):
        click.echo("advisor: " + "\n".join(lines), err=True)
    return status
