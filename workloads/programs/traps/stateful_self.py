"""A machine whose level goes up with every step."""

import hashlib
import sys
import threading


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


class Machine:
    def __init__(self):
        self.lock = threading.Lock()
        self.level = 0

    def step(self, number):
        with self.lock:
            self.level = (self.level * 31 + int(digest(str(number))[:4], 16)) % 65_521
        return self.level

    def run(self, size):
        levels = []
        for number in range(size):
            levels.append(self.step(number))
        return levels


if __name__ == "__main__":
    print(sum(Machine().run(int(sys.argv[1]))))
