"""Gives each record the next number of a counter that the whole program shares."""

import hashlib
import sys

NUMBER = 0


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def label(text):
    global NUMBER
    NUMBER += 1
    return f"{NUMBER}-{digest(text)[:8]}"


def main(size):
    labels = []
    for number in range(size):
        labels.append(label(str(number)))
    print(labels[-1], NUMBER)


if __name__ == "__main__":
    main(int(sys.argv[1]))
