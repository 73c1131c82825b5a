"""The measured costs of a machine and an interpreter, kept from one run to the next.

A cache that is damaged, old or cannot be written costs a measurement, and is never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..records import CostRow

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FOLDER_VARIABLE = "ADVISOR_CACHE_DIR"
SCHEMA_VERSION = 1
"""To be raised with any change of ``Kept``, ``CostRow`` or of what a row's name means."""
LIFE_SECONDS = 30 * 86400.0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One table of costs."""

    key: str
    """All that the costs depend on, as text."""
    measured_at_seconds: float
    """Since the epoch."""
    full: bool
    """Whether it is the whole table, or no more than the cost model needs."""
    rows: tuple[CostRow, ...]
    schema_version: int = SCHEMA_VERSION


def default_folder(environment: Mapping[str, str]) -> Path:
    """The user's cache folder, or the one that ``ADVISOR_CACHE_DIR`` names."""
    import platformdirs

    return Path(environment.get(FOLDER_VARIABLE) or platformdirs.user_cache_path("concurrency-advisor"))


def load(folder: Path, key: str, now_seconds: float) -> Kept | None:
    """What was kept under the key, unless it is damaged or older than ``LIFE_SECONDS``."""
    try:
        kept = _kept_type().validate_json(_file(folder, key).read_bytes())
    except (OSError, ValueError):
        return None
    age_seconds = now_seconds - kept.measured_at_seconds
    good = kept.key == key and kept.schema_version == SCHEMA_VERSION and 0 <= age_seconds <= LIFE_SECONDS
    return kept if good else None


def store(folder: Path, kept: Kept) -> None:
    """Keep it; a folder that cannot be written keeps nothing, which is not an error."""
    with contextlib.suppress(OSError):
        write_whole(_file(folder, kept.key), _kept_type().dump_json(kept))


def write_whole(file: Path, content: bytes) -> None:
    """Write a file of the cache whole, or not at all. Raises OSError where that cannot be done."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix="unfinished-", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink()
        raise


def _file(folder: Path, key: str) -> Path:
    return folder / f"costs-{hashlib.blake2b(key.encode(), digest_size=8).hexdigest()}.json"


def _kept_type() -> TypeAdapter[Kept]:
    from pydantic import TypeAdapter

    return TypeAdapter(Kept)
