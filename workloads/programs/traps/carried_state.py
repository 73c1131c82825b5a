"""A chain of hashes: each link needs the one before."""

import hashlib
import sys


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def main(size):
    link = "genesis"
    for number in range(size):
        link = digest(f"{link}{number}")
    print(link)


if __name__ == "__main__":
    main(int(sys.argv[1]))
