"""The script that draws a page's charts, as it is kept in the package; ``tools.chart_script`` makes it."""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent / "made"
SCRIPT = FOLDER / "charts.js"
DIGEST = FOLDER / "charts.js.sha256"
"""As ``sha256sum --check`` reads it."""
LICENCES = FOLDER / "LICENCES.txt"
_LINES = Path(__file__).parent / "drawing.js"


@functools.cache
def text() -> str:
    """Vega, Vega-Lite and Vega-Embed with the lines that use them: 0.9 MB, whatever the number of charts."""
    return SCRIPT.read_bytes().decode()


def lines() -> str:
    """What draws this page's charts by means of them."""
    return _LINES.read_bytes().decode()


def spelt(licences: str, bundle: str) -> str:
    """A bundle with the licences that have to go with each copy of it.

    Raises:
        ValueError: a licence would end the comment that it stands in.
    """
    if "*/" in licences or "</script" in licences:
        raise ValueError("a licence holds the end of a comment or of a script")
    return f"/*!\n{licences}*/\n{bundle}"


def digest(script: str) -> str:
    """What a page's policy names a script by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
