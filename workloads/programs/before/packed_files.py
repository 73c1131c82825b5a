"""Packs blocks of bytes, largest gain first."""

import lzma
import random
import sys


def block(number):
    return random.Random(number).randbytes(6_000) * 9


def main(size):
    blocks = [block(number) for number in range(size)]
    best = None
    for number, data in enumerate(blocks):
        packed = lzma.compress(data, preset=6)
        ratio = len(packed) / len(data)
        if best is None or ratio < best[0]:
            best = ratio, number
    print(best)


if __name__ == "__main__":
    main(int(sys.argv[1]))
