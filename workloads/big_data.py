"""Arguments and results that cost more to send to another process than to compute with."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass

_IMAGE_BYTES = 2**23


def images() -> list[bytes]:
    """Return 6 images of 8 MB of grey levels, a byte each."""
    return [random.Random(seed).randbytes(_IMAGE_BYTES) for seed in range(6)]


def count_black(image: bytes) -> int:
    """Return how many bytes of 8 MB are zero; counting holds the GIL."""
    return image.count(0)


def checksum_image(image: bytes) -> int:
    """Return the CRC-32 of 8 MB; the GIL is dropped."""
    return zlib.crc32(image)


def _drawing(seed: int) -> bytes:
    """Return 4 MB of grey levels in runs of eight, repeated beyond the reach of zlib's 32 KB window."""
    runs = (bytes([level]) * 8 for level in random.Random(seed).choices(range(16), k=5_000))
    return (b"".join(runs) * 105)[: _IMAGE_BYTES // 2]


def packed_images() -> list[bytes]:
    """Return 6 packed images, about 400 KB each, that unpack to 4 MB."""
    return [zlib.compress(_drawing(seed), 1) for seed in range(6)]


def unpack_image(packed: bytes) -> bytes:
    """Return the 4 MB of a packed image; the GIL is dropped."""
    return zlib.decompress(packed)


@dataclass(frozen=True)
class Event:
    """What happened, when, and how strongly."""

    name: str
    at_seconds: float
    strength: int


def day_numbers() -> list[int]:
    """Return 30 days."""
    return list(range(30))


def list_events(day: int) -> list[Event]:
    """Return the 12,000 events of a day: sending them takes longer than making them."""
    return [Event("tick", day * 86_400 + number * 7.2, number % 251) for number in range(12_000)]
