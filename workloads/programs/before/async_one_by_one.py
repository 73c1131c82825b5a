"""Asks a slow service, one name after the other."""

import asyncio
import sys


async def ask(name):
    await asyncio.sleep(0.02)
    return len(name) * 3


async def main(size):
    total = 0
    for number in range(size):
        answer = await ask(f"name {number}")
        total += answer
    print(total)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
