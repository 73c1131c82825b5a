"""asyncio with a bounded number of tasks: each takes the next item until none is left."""

import asyncio


async def _work(function, numbered, results):
    for index, item in numbered:
        results[index] = await function(item)


async def _run_tasks(function, items, tasks):
    results = [None] * len(items)
    numbered = iter(enumerate(items))
    await asyncio.gather(*(_work(function, numbered, results) for _ in range(tasks)))
    return results


def run(function, items, tasks):
    """Keep up to `tasks` calls of the coroutine function in flight."""
    return asyncio.run(_run_tasks(function, items, tasks))
