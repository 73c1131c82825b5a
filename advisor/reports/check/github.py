"""A check on GitHub Actions: the text for the log, then an annotation a remark, at the function's ``def`` line.

GitHub shows ten annotations of a level for a step and drops the rest without a word; so the tenth speaks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ... import formatting as fmt
from ...records.checked import CheckReport, Level
from . import plain_text, wording

MOST_OF_A_LEVEL = 10
_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def render(check: CheckReport) -> str:
    """Lines for standard output of a step."""
    return annotated(plain_text.render(check), wording.remarks(check))


def annotated(text: str, said: Sequence[wording.Remark]) -> str:
    """A text for the log, then the annotations of the remarks."""
    log = [_inert(line) for line in text.splitlines()]
    commands = [command for level in _COMMANDS for command in _of_level(level, [r for r in said if r.level == level])]
    return "\n".join([*log, *commands]) + "\n"


def _of_level(level: Level, said: Sequence[wording.Remark]) -> Iterator[str]:
    shown = said if len(said) <= MOST_OF_A_LEVEL else said[: MOST_OF_A_LEVEL - 1]
    for remark in shown:
        title = f"advisor: {remark.code}" + (f" ({remark.target})" if remark.target else "")
        yield _command(_COMMANDS[level], remark.message, title, remark.file, remark.line)
    rest = said[len(shown) :]
    if rest:
        codes = ", ".join(dict.fromkeys(remark.code for remark in rest))
        words = f"{len(rest)} more of this level are in the log and in the job's summary: {codes}."
        yield _command(_COMMANDS[level], words, f"advisor: and {len(rest)} more", None, None)


def _command(name: str, message: str, title: str, file: str | None, line: int | None) -> str:
    properties = {"title": title}
    if file is not None:
        properties = {"file": file, "line": str(max(1, line or 1)), **properties}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    """As the runner undoes it: per cent first."""
    return fmt.lines_of(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _inert(line: str) -> str:
    """A line of the log that the runner takes for no command of its own, whatever a function is called."""
    harmless = line.replace("##[", "## [")
    return f". {harmless}" if harmless.lstrip().startswith("::") else harmless
