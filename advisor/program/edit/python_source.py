"""A source file's bytes as text with one kind of line end, and back again without a change to what stays."""

from __future__ import annotations

import codecs
import io
import tokenize
from dataclasses import dataclass

from .refusal import CannotEditError


@dataclass(frozen=True, kw_only=True)
class SourceText:
    """A file's text with line feeds alone, and what its bytes need besides."""

    text: str
    encoding: str
    newline: str
    mark: bytes

    def to_bytes(self, text: str) -> bytes:
        """Another text in this file's encoding and with its line ends.

        Raises:
            CannotEditError: the encoding lacks a character of the text.
        """
        try:
            return self.mark + text.replace("\n", self.newline).encode(self.encoding)
        except UnicodeEncodeError as error:
            raise CannotEditError(f"the file's encoding, {self.encoding}, lacks a character of the edit") from error


def read(data: bytes) -> SourceText:
    """Decode a file as Python does.

    Raises:
        CannotEditError: it cannot be decoded, or its line ends are mixed.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        text = data[len(mark) :].decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise CannotEditError("the file's encoding is not what it says") from error
    windows = text.count("\r\n")
    bare = text.count("\n") - windows
    if text.count("\r") != windows or (windows and bare):
        raise CannotEditError("the file's line ends are mixed")
    return SourceText(
        text=text.replace("\r\n", "\n"), encoding=encoding, newline="\r\n" if windows else "\n", mark=mark
    )
