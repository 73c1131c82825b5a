"""Hashes in threads what only processes can hash at once."""

import hashlib
import sys
from concurrent.futures import ProcessPoolExecutor


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def main(size):
    with ProcessPoolExecutor() as executor:
        digests = list(executor.map(digest, map(str, range(size)), chunksize=16))
    print(digests[-1])


if __name__ == "__main__":
    main(int(sys.argv[1]))
