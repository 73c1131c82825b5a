"""C code from the standard library: some of it holds the GIL, some drops it, some does both."""

from __future__ import annotations

import hashlib
import json
import lzma
import random
import re
import zlib

_WORDS = ("order", "parcel", "invoice", "refund", "ship", "hold", "label", "crate", "depot", "route")
_ADDRESS = re.compile(r"[a-z]+(?:\.[a-z]+)*@[a-z]+\.(?:org|net)")


def _sentence(generator: random.Random, words: int) -> str:
    return " ".join(f"{generator.choice(_WORDS)}{generator.randrange(1000)}" for _ in range(words))


# ---- C that drops the GIL --------------------------------------------------------------------------------


def blocks() -> list[bytes]:
    """Return 48 blocks of 256 KB of text."""
    generator = random.Random(3)
    text = _sentence(generator, 60_000).encode()
    return [text[start : start + 262_144] for start in range(0, 48 * 4_096, 4_096)]


def compress_block(block: bytes) -> int:
    """Return the size in bytes of the zlib-compressed block."""
    return len(zlib.compress(block, 6))


def passwords() -> list[dict[str, str | int]]:
    """Return the keyword arguments of 40 calls."""
    return [{"password": f"correct horse {number}", "rounds": 30_000} for number in range(40)]


def derive_key(*, password: str, rounds: int) -> str:
    """Return a 32-byte key in hexadecimal after ``rounds`` rounds of PBKDF2."""
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"a fixed salt", rounds).hex()


def derive_service_key() -> str:
    """Return the one key of the service: scrypt over 8 MB of memory, no argument at all."""
    return hashlib.scrypt(b"service", salt=b"a fixed salt", n=2**13, r=8, p=1, maxmem=2**25).hex()


class LogArchive:
    """A namespace: the function is reached as ``LogArchive.pack``."""

    @staticmethod
    def pack(block: bytes) -> int:
        """Return the size in bytes of the LZMA-compressed block."""
        return len(lzma.compress(block, preset=1))


def log_blocks() -> list[bytes]:
    """Return 30 blocks of 128 KB of text."""
    return [block[:131_072] for block in blocks()[:30]]


# ---- C that holds the GIL --------------------------------------------------------------------------------


def order_texts() -> list[str]:
    """Return 80 JSON texts of about 220 KB: a list of 3,000 orders each, one order further on every time."""
    generator = random.Random(4)
    orders = [
        json.dumps(
            {"id": number, "items": [number, 7], "customer": f"c{number % 97}", "cents": generator.randrange(99_999)}
        )
        for number in range(3_079)
    ]
    return [f"[{', '.join(orders[start : start + 3_000])}]" for start in range(80)]


def total_orders(text: str) -> int:
    """Return the sum in cents of the orders in one JSON text."""
    return sum(order["cents"] for order in json.loads(text))


def letters() -> list[str]:
    """Return 24 letters of about 200 KB, with a mail address every hundred words."""
    generator = random.Random(5)
    pieces = [f"{_sentence(generator, 100)} box{number}.office@depot.org" for number in range(300)]
    return [" ".join(pieces[start:] + pieces[:start]) for start in range(24)]


def find_addresses(letter: str) -> int:
    """Return how many mail addresses a regular expression finds."""
    return len(_ADDRESS.findall(letter))


# ---- both ------------------------------------------------------------------------------------------------


def sealed_orders() -> list[str]:
    """Return 36 JSON texts of about 220 KB."""
    return order_texts()[:36]


def parse_and_seal(text: str) -> tuple[int, str]:
    """Return the total in cents (parsing holds the GIL) and a 32-byte seal in hexadecimal (PBKDF2 does not)."""
    cents = total_orders(text)
    return cents, hashlib.pbkdf2_hmac("sha256", str(cents).encode(), b"seal", 14_000).hex()


def pass_phrases() -> list[str]:
    """Return 40 pass phrases."""
    return [f"battery staple {number}" for number in range(40)]


def stretch_in_small_steps(phrase: str) -> str:
    """Return a digest in hexadecimal after 10,000 SHA-256 of 3 KB: each drops the GIL for about a microsecond."""
    padding = bytes(3_072)
    digest = phrase.encode()
    for _ in range(10_000):
        digest = hashlib.sha256(padding + digest).digest()
    return digest.hex()
