"""A work list that grows while it is worked on."""

import hashlib
import sys


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def main(size):
    waiting = ["start"]
    seen = set(waiting)
    for name in waiting:
        for part in range(2):
            found = digest(f"{name}{part}")[:6]
            if found not in seen and len(waiting) < size:
                seen.add(found)
                waiting.append(found)
    print(len(waiting), waiting[-1])


if __name__ == "__main__":
    main(int(sys.argv[1]))
