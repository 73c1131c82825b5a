"""The script that draws a page's charts: built once for each version of its makers, and kept.

It is a function of those versions and the page's own lines alone, and takes over a second to build. What is kept
and damaged is built again; a folder that cannot be written costs that second, and is never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
from collections.abc import Callable
from pathlib import Path

from ...pipeline.cost_cache import write_whole

DIGEST_SIZE = 16
_PATTERN = "charts-{}.js"


def kept(lines: str, folder: Path, build: Callable[[str], str] | None = None) -> str:
    """Vega, Vega-Lite and Vega-Embed with the lines that use them, from the folder or else built and left there."""
    version = importlib.metadata.version("vl-convert-python")
    file = folder / _PATTERN.format(_digest(f"{version}\n{lines}".encode()))
    known = _load(file)
    if known is not None:
        return known
    script = (build or _build)(lines)
    _store(file, script)
    return script


def _build(lines: str) -> str:
    import vl_convert

    script: str = vl_convert.javascript_bundle(lines)
    return script


def _load(file: Path) -> str | None:
    """What was stored, unless it is damaged: its digest stands in its first line."""
    try:
        digest, _, script = file.read_bytes().partition(b"\n")
        return script.decode() if digest == _digest(script).encode() else None
    except (OSError, ValueError):
        return None


def _store(file: Path, script: str) -> None:
    """Keep it; what earlier versions left goes."""
    content = script.encode()
    with contextlib.suppress(OSError):
        write_whole(file, _digest(content).encode() + b"\n" + content)
        for other in file.parent.glob(_PATTERN.format("*")):
            if other != file:
                other.unlink()


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=DIGEST_SIZE).hexdigest()
