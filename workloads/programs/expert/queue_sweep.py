"""A parameter sweep of a queue, each setting with seeds of its own."""

import itertools
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial


def simulate(rate, patience, seed, steps=6_000):
    rng = random.Random(seed)
    waiting = lost = 0
    for _ in range(steps):
        if rng.random() < rate:
            waiting += 1
        if waiting and rng.random() < 0.4:
            waiting -= 1
        if waiting > patience:
            waiting -= 1
            lost += 1
    return lost / steps


def mean_loss(setting, size):
    rate, patience = setting
    losses = [simulate(rate, patience, seed) for seed in range(size)]
    return sum(losses) / len(losses), rate, patience


def main(size):
    settings = itertools.product((0.2, 0.35, 0.5), (2, 5, 9))
    with ProcessPoolExecutor() as executor:
        results = list(executor.map(partial(mean_loss, size=size), settings))
    for loss, rate, patience in sorted(results):
        print(f"{rate:.2f} {patience} {loss!r}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
