"""Counts what begins how, over generated log lines, a file at a time."""

import hashlib
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor


def read(number):
    return [hashlib.sha256(f"{number} {line}".encode()).hexdigest() for line in range(2_000)]


def count_lines(number):
    counts = Counter()
    lines = 0
    for line in read(number):
        if line[0].isdigit():
            counts[line[:2]] += 1
            lines += 1
    return counts, lines


def main(size):
    counts = Counter()
    lines = 0
    with ProcessPoolExecutor() as executor:
        for counts_of_file, lines_of_file in executor.map(count_lines, range(size), chunksize=8):
            counts.update(counts_of_file)
            lines += lines_of_file
    print(lines, counts.most_common(3))


if __name__ == "__main__":
    main(int(sys.argv[1]))
