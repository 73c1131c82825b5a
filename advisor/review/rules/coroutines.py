"""Coroutines and their event loop."""

from __future__ import annotations

from ..records import Rule
from . import sources

_STOPPED = (
    "Coroutines take turns in one thread. While one of them blocks, the loop runs no other task, answers no "
    "connection and "
    "notices no timeout."
)

RULES = (
    Rule(
        code="ADV401",
        name="sleep-in-coroutine",
        severity="error",
        happens="time.sleep stops the event loop: no other task runs meanwhile.",
        advice="Write `await asyncio.sleep(seconds)`.",
        why=_STOPPED,
        wrong="""\
import time

async def retry(send):
    while not await send():
        time.sleep(1)
""",
        right="""\
import asyncio

async def retry(send):
    while not await send():
        await asyncio.sleep(1)
""",
        sources=(sources.BLOCKING,),
        fixable=True,
    ),
    Rule(
        code="ADV402",
        name="http-in-coroutine",
        severity="error",
        happens="A blocking request stops the event loop until the server has answered.",
        advice="Use an asynchronous client (httpx.AsyncClient, aiohttp), or `await "
        "asyncio.to_thread(requests.get, url)`.",
        why=_STOPPED,
        wrong="""\
import requests

async def price(url):
    return requests.get(url, timeout=5).json()
""",
        right="""\
import httpx

async def price(url):
    async with httpx.AsyncClient() as client:
        return (await client.get(url, timeout=5)).json()
""",
        sources=(sources.BLOCKING, sources.TO_THREAD),
    ),
    Rule(
        code="ADV403",
        name="subprocess-in-coroutine",
        severity="error",
        happens="Waiting for a child program stops the event loop until it has ended.",
        advice="Write `process = await asyncio.create_subprocess_exec(...)` and `await process.communicate()`.",
        why=_STOPPED,
        wrong="""\
import subprocess

async def version(tool):
    return subprocess.run([tool, "--version"], capture_output=True).stdout
""",
        right="""\
import asyncio

async def version(tool):
    process = await asyncio.create_subprocess_exec(tool, "--version", stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output
""",
        sources=(sources.BLOCKING, sources.ASYNC_SUBPROCESS),
    ),
    Rule(
        code="ADV404",
        name="file-in-coroutine",
        severity="warning",
        happens="Reading or writing a file stops the event loop for as long as the disk takes.",
        advice="Write `await asyncio.to_thread(path.read_text)`, or use aiofiles or anyio.open_file.",
        why=_STOPPED + " A small local file takes microseconds; one on a network share, or a big one, takes seconds.",
        wrong="""\
async def load(path):
    with open(path) as file:
        return file.read()
""",
        right="""\
import asyncio

async def load(path):
    return await asyncio.to_thread(path.read_text)
""",
        sources=(sources.BLOCKING, sources.TO_THREAD),
    ),
    Rule(
        code="ADV405",
        name="database-in-coroutine",
        severity="warning",
        happens="A blocking query stops the event loop until the database has answered.",
        advice="Use an asynchronous driver (aiosqlite, asyncpg), or `await asyncio.to_thread(query)`.",
        why=_STOPPED,
        wrong="""\
import sqlite3

async def names(path):
    connection = sqlite3.connect(path)
    return [row[0] for row in connection.execute("select name from people")]
""",
        right="""\
import asyncio
import sqlite3

def read_names(path):
    connection = sqlite3.connect(path)
    return [row[0] for row in connection.execute("select name from people")]

async def names(path):
    return await asyncio.to_thread(read_names, path)
""",
        sources=(sources.BLOCKING, sources.TO_THREAD),
    ),
    Rule(
        code="ADV406",
        name="input-in-coroutine",
        severity="error",
        happens="Waiting for a line of input stops the event loop until somebody types it.",
        advice="Write `line = await asyncio.to_thread(input)`.",
        why=_STOPPED,
        wrong="""\
async def chat(send):
    while True:
        await send(input("> "))
""",
        right="""\
import asyncio

async def chat(send):
    while True:
        await send(await asyncio.to_thread(input, "> "))
""",
        sources=(sources.BLOCKING, sources.TO_THREAD),
    ),
    Rule(
        code="ADV407",
        name="blocking-wait-in-coroutine",
        severity="error",
        happens="Waiting for a thread, a process or a future of theirs stops the event loop.",
        advice="Write `await loop.run_in_executor(pool, f, x)`, `await asyncio.wrap_future(future)`, or use "
        "asyncio's own queue and events.",
        why=_STOPPED + " If what is waited for needs the loop, it waits for ever.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()

async def compute(work, item):
    future = pool.submit(work, item)
    return future.result()
""",
        right="""\
import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()

async def compute(work, item):
    return await asyncio.get_running_loop().run_in_executor(pool, work, item)
""",
        sources=(sources.BLOCKING, sources.MULTITHREADING),
    ),
    Rule(
        code="ADV408",
        name="thread-lock-over-await",
        severity="error",
        happens="A lock of threads is held over an await: the next task that wants it stops the loop for ever.",
        advice="Use asyncio.Lock and `async with`, or give the lock back before the await.",
        why="While the first task waits, it holds the lock. A second task that takes it blocks the thread in "
        "which the first one "
        "would have to go on to give it back.",
        wrong="""\
import asyncio
import threading

lock = threading.Lock()

async def store(send, item):
    with lock:
        await send(item)
""",
        right="""\
import asyncio

lock = asyncio.Lock()

async def store(send, item):
    async with lock:
        await send(item)
""",
        sources=(sources.ASYNC_SYNC, sources.MULTITHREADING),
    ),
    Rule(
        code="ADV409",
        name="coroutine-not-awaited",
        severity="error",
        happens="Calling a coroutine function runs nothing: the coroutine that it makes is dropped.",
        advice="Write `await f()`, or `task = asyncio.create_task(f())` to run it beside.",
        why="The call makes a coroutine object. Only await or a task runs it; otherwise Python warns that it "
        "was never awaited.",
        wrong="""\
async def save(item):
    print(item)

async def main(item):
    save(item)
""",
        right="""\
async def save(item):
    print(item)

async def main(item):
    await save(item)
""",
        sources=(sources.NEVER_AWAITED,),
    ),
    Rule(
        code="ADV410",
        name="loop-in-running-loop",
        severity="error",
        happens="A loop cannot be run inside a running one: it raises RuntimeError.",
        advice="Await the coroutine itself: `await main()`.",
        why="A thread runs one event loop at a time.",
        wrong="""\
import asyncio

async def fetch(url):
    return url

async def main(url):
    return asyncio.run(fetch(url))
""",
        right="""\
async def fetch(url):
    return url

async def main(url):
    return await fetch(url)
""",
        sources=(sources.RUN,),
    ),
    Rule(
        code="ADV411",
        name="run-in-loop",
        severity="warning",
        happens="Each pass makes an event loop, runs one coroutine and closes the loop: nothing runs at the same time.",
        advice="Write one coroutine around the loop: `asyncio.run(main(urls))`, with `await "
        "asyncio.gather(...)` in it.",
        why="What asyncio gains, it gains between coroutines of one loop. Clients and connections made in "
        "one loop are lost with it.",
        wrong="""\
import asyncio

async def fetch(url):
    await asyncio.sleep(1)
    return url

def fetch_all(urls):
    return [asyncio.run(fetch(url)) for url in urls]
""",
        right="""\
import asyncio

async def fetch(url, limit):
    async with limit:
        await asyncio.sleep(1)
        return url

async def fetch_all(urls):
    limit = asyncio.Semaphore(20)
    return await asyncio.gather(*[fetch(url, limit) for url in urls])
""",
        sources=(sources.RUN,),
    ),
    Rule(
        code="ADV412",
        name="loop-from-other-thread",
        severity="error",
        happens="The loop is not thread-safe: a call from another thread is not noticed until something else "
        "wakes it, or breaks it.",
        advice="Use `loop.call_soon_threadsafe(f)`, or `asyncio.run_coroutine_threadsafe(coroutine, loop)`.",
        why="Almost nothing of asyncio may be used from a thread that does not run the loop; those two are "
        "made for it.",
        wrong="""\
import asyncio
import threading

async def main():
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def work():
        loop.call_soon(done.set)

    threading.Thread(target=work).start()
    await done.wait()
""",
        right="""\
import asyncio
import threading

async def main():
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def work():
        loop.call_soon_threadsafe(done.set)

    threading.Thread(target=work).start()
    await done.wait()
""",
        sources=(sources.MULTITHREADING,),
        fixable=True,
    ),
    Rule(
        code="ADV413",
        name="task-not-kept",
        severity="error",
        happens="Nothing keeps the task: it can be collected before it ends, and its exception is not seen.",
        advice="Keep it, `tasks.add(task); task.add_done_callback(tasks.discard)`, or use asyncio.TaskGroup.",
        why="The event loop has only weak references to tasks.",
        wrong="""\
import asyncio

async def handle(request, log):
    asyncio.create_task(log(request))
    return "ok"
""",
        right="""\
import asyncio

tasks = set()

async def handle(request, log):
    task = asyncio.create_task(log(request))
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return "ok"
""",
        sources=(sources.CREATE_TASK, sources.TASKS_COLLECTED),
    ),
    Rule(
        code="ADV414",
        name="awaited-one-by-one",
        severity="warning",
        happens="Calls that do not need each other wait one after the other.",
        advice="Let them wait together, within a bound: `await asyncio.gather(*[limited(x) for x in xs])`, "
        "or a TaskGroup.",
        why="An await in a loop holds the next pass up. A hundred requests of 50 ms take five seconds so, "
        "and a twentieth of that "
        "with twenty at a time.",
        wrong="""\
async def fetch_all(fetch, urls):
    pages = []
    for url in urls:
        pages.append(await fetch(url))
    return pages
""",
        right="""\
import asyncio

async def fetch_all(fetch, urls):
    limit = asyncio.Semaphore(20)

    async def limited(url):
        async with limit:
            return await fetch(url)

    return await asyncio.gather(*[limited(url) for url in urls])
""",
        sources=(sources.GATHER, sources.SEMAPHORE),
    ),
    Rule(
        code="ADV415",
        name="unbounded-gather",
        severity="warning",
        happens="As many calls start at once as there are items: sockets, memory and the other side have to bear it.",
        advice="Bound them: `limit = asyncio.Semaphore(20)` and `async with limit:` round each call.",
        why="gather starts everything it is given. With ten thousand addresses that is ten thousand connections.",
        wrong="""\
import asyncio

async def main(fetch):
    return await asyncio.gather(*[fetch(page) for page in range(50_000)])
""",
        right="""\
import asyncio

async def fetch_all(fetch, urls):
    limit = asyncio.Semaphore(20)

    async def limited(url):
        async with limit:
            return await fetch(url)

    return await asyncio.gather(*[limited(url) for url in urls])
""",
        sources=(sources.GATHER, sources.SEMAPHORE),
    ),
    Rule(
        code="ADV416",
        name="cancellation-swallowed",
        severity="error",
        happens="The coroutine catches its own cancellation and goes on: who cancelled it waits, and "
        "timeouts do nothing.",
        advice="Clean up and `raise` again; catch Exception, which does not include CancelledError.",
        why="A task is cancelled by CancelledError being raised at its await. Timeouts, TaskGroup and the "
        "end of asyncio.run rely on "
        "its coming through.",
        wrong="""\
import asyncio

async def poll(fetch):
    while True:
        try:
            await fetch()
        except asyncio.CancelledError:
            print("cancelled")
""",
        right="""\
import asyncio

async def poll(fetch):
    while True:
        try:
            await fetch()
        except asyncio.CancelledError:
            print("cancelled")
            raise
""",
        sources=(sources.CANCELLATION,),
        fixable=True,
    ),
)
