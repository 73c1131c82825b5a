"""Counts what begins how, over generated log lines, a file at a time."""

import hashlib
import sys
from collections import Counter


def read(number):
    return [hashlib.sha256(f"{number} {line}".encode()).hexdigest() for line in range(2_000)]


def main(size):
    counts = Counter()
    lines = 0
    for number in range(size):
        for line in read(number):
            if line[0].isdigit():
                counts[line[:2]] += 1
                lines += 1
    print(lines, counts.most_common(3))


if __name__ == "__main__":
    main(int(sys.argv[1]))
