"""Takes the head of a stream apart from its rest: the loop and what follows share one iterator."""

import hashlib
import sys


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def main(size):
    numbers = iter(range(size))
    pairs = []
    for number in numbers:
        pairs.append((digest(str(number))[:6], digest(str(next(numbers, 0)))[:6]))
    print(pairs[-1], list(numbers))


if __name__ == "__main__":
    main(int(sys.argv[1]))
