"""Prints from inside of what it calls, in the order of the items."""

import hashlib
import sys


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def report(number):
    print(number, digest(str(number))[:12])


def main(size):
    for number in range(size):
        report(number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
