"""Two in a hundred of the time are in a loop that could be shared out; the rest is one chain."""

import hashlib
import sys


def digest(text, rounds=4_000):
    value = text.encode()
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


def main(size):
    heads = []
    for number in range(max(1, size // 50)):
        heads.append(digest(str(number))[:4])
    link = "".join(heads)
    for _ in range(size):
        link = digest(link)
    print(link)


if __name__ == "__main__":
    main(int(sys.argv[1]))
