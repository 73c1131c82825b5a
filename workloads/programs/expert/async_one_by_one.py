"""Asks a slow service, one name after the other."""

import asyncio
import sys


async def ask(name):
    await asyncio.sleep(0.02)
    return len(name) * 3


async def main(size):
    semaphore = asyncio.Semaphore(32)

    async def ask_in_turn(number):
        async with semaphore:
            return await ask(f"name {number}")

    print(sum(await asyncio.gather(*(ask_in_turn(number) for number in range(size)))))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
