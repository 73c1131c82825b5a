"""Small programs, the site to edit in each, and what is to come of it: an edit, or one sentence why not."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.records.tried import Plan

THREADS = Plan(model="threading", idiom="ThreadPoolExecutor.map", threads=4)
PROCESSES = Plan(
    model="multiprocessing", idiom="ProcessPoolExecutor.map", processes=2, chunk_size=2, start_method="fork"
)
SPAWNED = Plan(
    model="multiprocessing", idiom="ProcessPoolExecutor.map", processes=2, chunk_size=3, start_method="spawn"
)
TASKS = Plan(model="asyncio", idiom="asyncio tasks", tasks=3)


@dataclass(frozen=True, kw_only=True)
class Example:
    """A program whose site begins with the text ``at``."""

    name: str
    source: str
    at: str
    plans: tuple[Plan, ...] = (THREADS, PROCESSES)
    has: tuple[str, ...] = ()
    """Lines, or parts of them, that the edited program has under the last of the plans."""
    refused: str = ""
    """A part of the sentence; empty where the edit is made."""


HEAD = """import math


def work(x):
    return math.factorial(x) % 1009


"""

EDITED = (
    Example(
        name="append",
        source=HEAD + """def main():
    xs = list(range(9))
    results = []
    for x in xs:
        results.append(work(x))
    print(results)


main()
""",
        at="for x in xs",
        has=("results.extend(executor.map(work, xs, chunksize=2))", 'if __name__ == "__main__":\n    main()'),
    ),
    Example(
        name="statements and fold",
        source=HEAD + '''def main(xs):
    """Add up."""
    total = 0.1
    rows = []
    for x in xs:  # each of them
        # first this
        y = work(x) + 0.7

        z = work(y // 1 and x)
        rows.append((x, y))
        total += z * 0.1  # floats
    print(rows, total)


if __name__ == "__main__":
    main(iter(range(12)))
''',
        at="for x in xs",
        has=("items = list(xs)", "# first this", "total += z * 0.1  # floats", ":  # each of them"),
    ),
    Example(
        name="print in order, after a line of progress",
        source=HEAD + """def main(names):
    for i, name in enumerate(names, 1):
        print(f"{i}: {name}")
        value = work(len(name))
        print("  ->", value)


main(["a", "bb", "ccc"])
""",
        at="for i, name",
        has=("next(computed)", "in enumerate(items, 1):"),
    ),
    Example(
        name="enumerated",
        source=HEAD + """def main(names):
    for i, name in enumerate(names):
        value = work(len(name))
        print(i, name, value)


main(["a", "bb", "ccc"])
""",
        at="for i, name",
        has=("for i, (name, value) in enumerate(zip(items, executor.map(_process_name, items, chunksize=2))):",),
    ),
    Example(
        name="passed over",
        source=HEAD + """def main(names):
    found = {}
    for name in names:
        if name.startswith("_"):
            continue
        size = work(len(name))
        if size % 2:
            continue
        found[name] = size
    print(found)


main(["a", "_b", "ccc", "dddd"])
""",
        at="for name in names",
        has=("is None:", "(size,) ="),
    ),
    Example(
        name="best so far",
        source=HEAD + """def main(xs):
    best = where = None
    for x in xs:
        score = work(x)
        if best is None or score > best:
            best, where = score, x
    print(best, where, score, x)


main([3, 9, 4])
""",
        at="for x in xs",
        has=("zip(items",),
    ),
    Example(
        name="live-ins",
        source=HEAD + """def main(xs, scale):
    offset = len(xs)
    print([work(x) * scale + offset for x in xs])


main([3, 9, 4], 7)
""",
        at="[work(x)",
        has=("partial(", "scale=scale", "from functools import partial"),
    ),
    Example(
        name="comprehensions",
        source=HEAD + """def main(pairs):
    by_name = {name: work(x) for name, x in pairs}
    return by_name


print(main([("a", 3), ("b", 4)]))
""",
        at="{name: work(x)",
        has=("by_name = {name: value for (name, x), value in zip(",),
    ),
    Example(
        name="filter",
        source=HEAD + """def even(x):
    return work(x) % 2 == 0


def main(xs):
    chosen = [x for x in xs if even(x)]
    print(chosen)


main(range(10))
""",
        at="[x for x in xs",
        has=("if keep]",),
    ),
    Example(
        name="sum",
        source=HEAD + """def main(xs):
    return sum(work(x) * 0.1 for x in xs if x > 1)


print(main([1, 2, 3, 4]))
""",
        at="(work(x)",
        has=("sum(executor.map(", "[x for x in xs if x > 1]"),
    ),
    Example(
        name="join",
        source=HEAD + """def main(xs):
    text = ",".join(str(work(x)) for x in xs)
    print(text)


main([1, 2, 3, 4])
""",
        at="(str(work(x))",
        has=('",".join(executor.map(',),
    ),
    Example(
        name="map",
        source=HEAD + """def main(xs):
    print(list(map(work, xs)))


main([1, 2, 3, 4])
""",
        at="map(work",
        has=("list(executor.map(work, xs, chunksize=2))",),
    ),
    Example(
        name="for over map",
        source=HEAD + """def main(xs):
    for y in map(work, xs):
        print(y)


main([1, 2, 3, 4])
""",
        at="map(work",
        has=("for y in executor.map(work, xs, chunksize=2):",),
    ),
    Example(
        name="method",
        source=HEAD + """class Batch:
    def __init__(self, scale):
        self.scale = scale
        self.rows = []

    def one(self, x):
        return work(x) * self.scale

    def run(self, xs):
        for x in xs:
            self.rows.append(self.one(x))
        return self.rows


print(Batch(3).run([1, 2, 3]))
""",
        at="for x in xs",
        has=("executor.map(self.one, xs, chunksize=2)",),
    ),
    Example(
        name="script at the top",
        source=HEAD + '''# What to work on.
numbers = [3, 4, 5]
total = 0
for number in numbers:
    result = work(number)
    text = """
    as it
is"""
    total += result
    print(number, result, text)
print(total)
''',
        at="for number in numbers",
        has=('if __name__ == "__main__":\n    with ', "    print(total)"),
    ),
    Example(
        name="spawn under a guard",
        source=HEAD + """LIMIT = 4


def limited(x):
    return min(work(x), LIMIT)


def main():
    rows = [limited(x) for x in range(7)]
    print(rows)


if __name__ == "__main__":
    main()
""",
        at="[limited(x)",
        plans=(SPAWNED,),
        has=('get_context("spawn")', "executor.map(limited, range(7), chunksize=3)"),
    ),
    Example(
        name="files of each item",
        source=HEAD + """import os
import tempfile


def main():
    with tempfile.TemporaryDirectory() as folder:
        for x in range(5):
            path = os.path.join(folder, f"{x}.txt")
            with open(path, "w") as file:
                file.write(str(work(x)))
        print([open(os.path.join(folder, name)).read() for name in sorted(os.listdir(folder))])


main()
""",
        at="for x in range(5)",
        has=("list(executor.map(partial(",),
    ),
    Example(
        name="errors of an item",
        source=HEAD + """def parse(text):
    return work(int(text))


def main(texts):
    rows = []
    for text in texts:
        try:
            row = parse(text)
        except ValueError:
            row = None
        rows.append(row)
    print(rows)


main(["1", "x", "3"])
""",
        at="for text in texts",
    ),
    Example(
        name="first error ends it",
        source=HEAD + """def main(xs):
    for x in xs:
        print(work(x))


try:
    main([1, 2, -3, 4, -5])
except ValueError as error:
    print("failed", error)
""",
        at="for x in xs",
        has=("print(value)",),
    ),
    Example(
        name="future, docstring and shebang",
        source='''#!/usr/bin/env python3
# A comment.
"""Words."""

from __future__ import annotations

''' + HEAD + """def main() -> None:
\tvalues = []
\tfor x in range(4):
\t\tvalues.append(work(x))
\tprint(values)


if __name__ == "__main__":
\tmain()
""",
        at="for x in range(4)",
        has=("#!/usr/bin/env python3\n# A comment.\n", "\t\tvalues.extend(executor.map(work, range(4), chunksize=2))"),
    ),
    Example(
        name="counted lines of files",
        source='''import os
import re
import tempfile
from collections import Counter

LINE = re.compile(r"(\\w+) (\\d+)")


def main(folder):
    counts = Counter()
    sizes = 0
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name)) as file:
            for line in file:
                found = LINE.match(line)
                if found:
                    counts[found.group(1)] += 1
                    sizes += 1
    print(counts, sizes)


with tempfile.TemporaryDirectory() as folder:
    for i in range(4):
        with open(f"{folder}/{i}", "w") as file:
            file.write("".join(f"w{j % (i + 2)} {j}\\n" for j in range(9)))
    main(folder)
''',
        at="for name in sorted",
        has=("counts.update(", "sizes += "),
    ),
    Example(
        name="filled inside try",
        source=HEAD + """def parse(text):
    return work(int(text))


def main(texts):
    rows, bad = [], []
    by_size = {}
    for text in texts:
        try:
            row = parse(text)
            rows.append(row)
            by_size[len(text)] = row
        except ValueError:
            bad.append(text)
    print(rows, bad, by_size)


main(["1", "x", "3", "12", "y"])
""",
        at="for text in texts",
        has=("rows.extend(", "bad.extend(", "by_size.update("),
    ),
    Example(
        name="errors printed where they are caught",
        source=HEAD + """def main(texts):
    good = 0
    for text in texts:
        number = text.strip()
        try:
            value = work(int(number))
        except ValueError as error:
            print("bad", number, error)
            continue
        good += 1
        print(number, value)
    print(good)


main(["1", "x", "3 ", "-5", "6"])
""",
        at="for text in texts",
        has=("value = future.result()", "number = text.strip()"),
    ),
    Example(
        name="errors of what is awaited",
        source="""import asyncio


async def fetch(session, url):
    await asyncio.sleep(0.001 * len(url))
    if url.endswith("bad"):
        raise ValueError(url)
    return url.upper()


async def main(session, names):
    sizes = []
    for i, name in enumerate(names):
        url = f"u/{name}"
        try:
            text = await fetch(session, url)
        except ValueError as error:
            print("error", i, error)
            continue
        sizes.append(len(text))
    print(sizes)


asyncio.run(main(None, ["abc", "bad", "xy", "z"]))
""",
        at="for i, name",
        plans=(TASKS,),
        has=("text = await task", "async with semaphore:"),
    ),
    Example(
        name="a field of each item",
        source=HEAD + """def main(rows):
    for row in rows:
        size = work(row["x"]) + 1
        row["y"] = work(size)
    print(rows)


main([{"x": 1}, {"x": 2}])
""",
        at="for row in rows",
        has=('row["y"] = value',),
    ),
    Example(
        name="a global that is set",
        source=HEAD + """LAST = None


def main(xs):
    global LAST
    for x in xs:
        LAST = work(x)


def show():
    print(LAST)


main([1, 2, 3])
show()
""",
        at="for x in xs",
        has=("for LAST in executor.map(work, xs, chunksize=2):",),
    ),
    Example(
        name="a name of the function around",
        source=HEAD + """def outer(xs):
    last = total = 0

    def inner():
        nonlocal last, total
        for x in xs:
            last = work(x)
            total += last

    inner()
    print(last, total)


outer([1, 2, 3])
""",
        at="for x in xs",
        has=("total += last",),
    ),
    Example(
        name="awaited one by one",
        source='''import asyncio


async def fetch(session, url):
    await asyncio.sleep(0.001 * len(url))
    if url == "bad":
        raise ValueError(url)
    return url.upper()


async def main(session, urls):
    pages = []
    for url in urls:
        page = await fetch(session, url)
        pages.append((url, page))
    return pages


print(asyncio.run(main(None, ["abc", "a", "xy", "z"])))
''',
        at="for url in urls",
        plans=(TASKS,),
        has=("asyncio.Semaphore(3)", "page = await task"),
    ),
    Example(
        name="awaited in a comprehension",
        source='''import asyncio


async def fetch(url):
    await asyncio.sleep(0.001)
    return url.upper()


async def main(urls):
    return [await fetch(url) for url in urls]


print(asyncio.run(main(["abc", "a", "xy"])))
''',
        at="[await fetch",
        plans=(TASKS,),
        has=("return [await task for task in tasks]",),
    ),
    Example(
        name="gathered without a bound",
        source='''import asyncio


async def fetch(url):
    await asyncio.sleep(0.001)
    return url.upper()


async def main(urls):
    return await asyncio.gather(*[fetch(url) for url in urls])


print(asyncio.run(main(["abc", "a", "xy"])))
''',
        at="asyncio.gather",
        plans=(TASKS,),
        has=("*[bounded(fetch(url)) for url in urls]",),
    ),
    Example(
        name="the wrong pool",
        source="from concurrent.futures import ThreadPoolExecutor\n" + HEAD + """def main(xs):
    with ThreadPoolExecutor(max_workers=16) as pool:
        print(list(pool.map(work, xs)))


if __name__ == "__main__":
    main([1, 2, 3])
""",
        at="pool.map",
        has=("from concurrent.futures import ProcessPoolExecutor\n", "ProcessPoolExecutor(max_workers=2, "),
    ),
    Example(
        name="submitted one by one",
        source="import concurrent.futures\n" + HEAD + """def main(xs):
    with concurrent.futures.ProcessPoolExecutor() as pool:
        futures = [pool.submit(work, x) for x in xs]
        print([future.result() for future in futures])


if __name__ == "__main__":
    main([1, 2, 3])
""",
        at="[pool.submit",
        plans=(THREADS,),
        has=("concurrent.futures.ThreadPoolExecutor(max_workers=4)",),
    ),
    Example(
        name="Pool to threads",
        source="from multiprocessing import Pool\n" + HEAD + """def main(xs):
    with Pool(8) as pool:
        print(pool.map(work, xs))


if __name__ == "__main__":
    main([1, 2, 3])
""",
        at="pool.map",
        plans=(THREADS,),
        has=("from multiprocessing.pool import ThreadPool\n", "ThreadPool(4)"),
    ),
)  # fmt: skip


def _trap(name: str, body: str, at: str, refused: str, plans: tuple[Plan, ...] = (THREADS, PROCESSES)) -> Example:
    return Example(name=name, source=HEAD + body, at=at, plans=plans, refused=refused)


TRAPS = (
    _trap("carried state", """def main(xs):
    state = 1
    for x in xs:
        state = work(state + x)
    print(state)


main([1, 2, 3])
""", "for x in xs", "state"),
    _trap("early exit", """def main(xs):
    for x in xs:
        y = work(x)
        if y > 5:
            break
    print(x, y)


main(range(20))
""", "for x in xs", "before its last item"),
    _trap("return", """def main(xs):
    for x in xs:
        if work(x) > 5:
            return x
    return None


print(main(range(20)))
""", "for x in xs", "return before"),
    _trap("any", """def main(xs):
    return any(work(x) > 5 for x in xs)


print(main(range(20)))
""", "(work(x)", "stops at the first"),
    _trap("counter in a global", """COUNT = 0


def counted(x):
    global COUNT
    COUNT += 1
    return work(x) + COUNT


def main(xs):
    print([counted(x) for x in xs])


main([1, 2, 3])
""", "[counted", "COUNT"),
    _trap("list of the module", """LOG = []


def logged(x):
    LOG.append(x)
    return work(x)


def main(xs):
    rows = []
    for x in xs:
        rows.append(logged(x))
    print(rows, LOG)


main([1, 2, 3])
""", "for x in xs", "LOG"),
    _trap("changed self", """class Machine:
    def __init__(self):
        self.level = 0

    def step(self, x):
        self.level += work(x)
        return self.level

    def run(self, xs):
        rows = []
        for x in xs:
            rows.append(self.step(x))
        return rows


print(Machine().run([1, 2, 3]))
""", "for x in xs", "self.level"),
    _trap("random stream", """import random


def draw(x):
    return work(x) * random.random()


def main(xs):
    random.seed(1)
    print([draw(x) for x in xs])


main([1, 2, 3])
""", "[draw(x)", "random"),
    _trap("one generator of random numbers", """import random


def main(xs):
    rng = random.Random(1)
    rows = []
    for x in xs:
        rows.append(work(x) + rng.randint(1, 9))
    print(rows)


main([1, 2, 3])
""", "for x in xs", "random"),
    _trap("printed by what is called", """def shown(x):
    print(x)
    return work(x)


def main(xs):
    print([shown(x) for x in xs])


main([1, 2, 3])
""", "[shown(x)", "standard output"),
    _trap("database transaction", """import sqlite3


def main(xs):
    db = sqlite3.connect(":memory:")
    db.execute("create table t (x)")
    for x in xs:
        before = db.execute("select count(*) from t").fetchone()[0]
        db.execute("insert into t values (?)", (before + x,))
    print(db.execute("select * from t").fetchall())


main([1, 2, 3])
""", "for x in xs", "database"),
    _trap("nested pools", """from concurrent.futures import ThreadPoolExecutor


def spread(x):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, range(x)))


def main(xs):
    print([spread(x) for x in xs])


main([1, 2, 3])
""", "[spread(x)", "workers of its own"),
    _trap("in a worker already", """from concurrent.futures import ThreadPoolExecutor


def inner(x):
    return [work(y) for y in range(x)]


def main(xs):
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(inner, xs)))


main([1, 2, 3])
""", "[work(y)", "already"),
    _trap("queue that grows", """def main(start):
    queue = [start]
    for x in queue:
        y = work(x)
        if y < 30 and len(queue) < 9:
            queue.append(y + 1)
    print(queue)


main(3)
""", "for x in queue", "goes over"),
    _trap("one file for all", """import os
import tempfile


def main(xs):
    place = tempfile.mkdtemp()
    for x in xs:
        with open(os.path.join(place, "last"), "w") as file:
            file.write(str(work(x)))
    print(open(os.path.join(place, "last")).read())


main([1, 2, 3])
""", "for x in xs", "same file"),
    _trap("previous item", """def main(xs):
    previous = 0
    rows = []
    for x in xs:
        rows.append(work(x + previous))
        previous = x
    print(rows)


main([1, 2, 3])
""", "for x in xs", "previous"),
    _trap("changed item in another process", """def main(rows):
    for row in rows:
        row.update(y=work(row["x"]))
    print(rows)


main([{"x": 1}, {"x": 2}])
""", "for row in rows", "another process", (PROCESSES,)),
    _trap("yield", """def main(xs):
    for x in xs:
        yield work(x)


print(list(main([1, 2])))
""", "for x in xs", "hands a value out"),
    _trap("what was seen", """def main(xs):
    seen = set()
    rows = []
    for x in xs:
        if x in seen:
            continue
        seen.add(x)
        rows.append(work(x + len(seen)))
    print(rows)


main([1, 2, 1])
""", "for x in xs", ""),
    _trap("changed folder", """import os


def main(paths):
    for path in paths:
        os.chdir(path)
        print(work(len(os.listdir("."))))


main(["/", "/"])
""", "for path in paths", "settings"),
    _trap("a private name", """class Box:
    def __init__(self):
        self.__scale = 2

    def run(self, xs):
        return [work(x) * self.__scale for x in xs]


print(Box().run([1, 2]))
""", "[work(x)", "private"),
    _trap("a step of a shared iterator", """def main(xs):
    more = iter(range(100))
    rows = []
    for x in xs:
        rows.append(work(x + next(more)))
    print(rows)


main([1, 2])
""", "for x in xs", "more"),
    _trap("a function that calls itself", """def count(tree):
    total = work(1)
    for branch in tree:
        size = count(branch)
        total += size
    return total


print(count([[[], []], []]))
""", "for branch in tree", "again"),
    _trap("a function in a function", """def main(xs):
    def shifted(x):
        return work(x) + len(xs)

    print([shifted(x) for x in xs])


main([1, 2, 3])
""", "[shifted(x)", "another function", (PROCESSES,)),
    _trap("an item changed first", """def main(rows):
    n = 0
    for row in rows:
        n += 1
        row["n"] = n
        print("row", n)
        y = work(row["n"])
        print(y)


main([{}, {}])
""", "for row in rows", "row"),
    _trap("an item changed as it is printed", """def main(rows):
    for row in rows:
        print(row.pop())
        y = work(row[-1])
        print(y)


main([[1, 2, 3], [4, 5, 6]])
""", "for row in rows", "computed from it"),
)  # fmt: skip
