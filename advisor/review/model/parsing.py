"""Bytes to a syntax tree, whatever they hold."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """Why a file's source cannot be read, and on which line."""

    line: int
    reason: str


def parse(content: bytes) -> tuple[ast.Module, tuple[str, ...]] | Unreadable:
    """The tree and the lines of a source file, by the encoding that it declares."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return Unreadable(line=1, reason=f"it cannot be decoded ({_first_line(error)})")
    try:
        with warnings.catch_warnings():
            # What the compiler says of the source (an invalid escape, say) is for other tools.
            warnings.simplefilter("ignore")
            # From text, as a declared encoding is already undone; without a byte-order mark, which is none of it.
            root = ast.parse(text.removeprefix("\ufeff"))
    except SyntaxError as error:
        return Unreadable(line=max(1, error.lineno or 1), reason=f"it cannot be parsed ({error.msg})")
    except (ValueError, RecursionError, MemoryError) as error:
        return Unreadable(line=1, reason=f"it cannot be parsed ({_first_line(error)})")
    return root, tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
