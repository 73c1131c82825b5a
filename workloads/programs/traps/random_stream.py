"""Monte Carlo from one seeded stream: the order of the draws is the result."""

import random
import sys


def walk(steps=12_000):
    return sum(random.choice((-1, 1)) for _ in range(steps))


def main(size):
    random.seed(7)
    ends = []
    for _ in range(size):
        ends.append(walk())
    print(ends[:3], sum(ends))


if __name__ == "__main__":
    main(int(sys.argv[1]))
