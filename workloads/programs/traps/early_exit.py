"""Looks for the first number whose hash begins as wanted."""

import hashlib
import sys


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def main(size):
    for number in range(size * 4):
        if number >= size and digest(str(number)).startswith("0"):
            print("found", number)
            break
        digest(str(number))
    else:
        print("none")


if __name__ == "__main__":
    main(int(sys.argv[1]))
