"""Each batch has a pool of processes of its own already."""

import hashlib
import sys
from concurrent.futures import ProcessPoolExecutor


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def batch(number):
    with ProcessPoolExecutor(max_workers=2) as executor:
        return list(executor.map(digest, [f"{number}-{part}" for part in range(40)], chunksize=20))


def main(size):
    found = []
    for number in range(size):
        found.append(batch(number)[0])
    print(found[-1])


if __name__ == "__main__":
    main(int(sys.argv[1]))
