"""What was measured of a function, against what is written; and what cannot be read."""

from __future__ import annotations

from ..records import Rule
from . import sources

RULES = (
    Rule(
        code="ADV001",
        name="unreadable",
        severity="warning",
        happens="The file cannot be decoded or parsed, so nothing of it was checked.",
        advice="Mend the syntax, or leave the file out with `exclude` in [tool.advisor.review].",
        why="Source is read by the interpreter that runs advisor: syntax that is newer than it cannot be parsed.",
        wrong="def broken(:\n    pass\n",
        right="def whole():\n    pass\n",
        sources=(sources.PARSING,),
    ),
    Rule(
        code="ADV701",
        name="pool-against-measurement",
        severity="warning",
        happens="A saved report has measured another way of running this function to be the faster one.",
        advice="Use the model that the report recommends; its snippet is in the report.",
        why="What was measured outranks what is read. Where reports/ holds a report of a function, or the "
        "baseline of `advisor "
        "check` knows it, the pool that runs it is compared with the figures.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor
from rows import parse_row

def parse_all(rows):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(parse_row, rows))
""",
        right="""\
from concurrent.futures import ProcessPoolExecutor
from rows import parse_row

def parse_all(rows):
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(parse_row, rows, chunksize=500))
""",
        sources=(sources.PROCESS_POOL,),
    ),
    Rule(
        code="ADV702",
        name="workers-beyond-knee",
        severity="warning",
        happens="More workers than a saved report has measured to gain anything.",
        advice="Use the number of workers that the report recommends.",
        why="Beyond the knee of its curve a function gains nothing from further workers: the GIL, the cores, "
        "or the other side are "
        "used up, and every worker takes memory and turns.",
        wrong="""\
from concurrent.futures import ThreadPoolExecutor
from rows import fetch_row

def fetch_all(keys):
    with ThreadPoolExecutor(64) as pool:
        return list(pool.map(fetch_row, keys))
""",
        right="""\
from concurrent.futures import ThreadPoolExecutor
from rows import fetch_row

def fetch_all(keys):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(fetch_row, keys))
""",
        sources=(sources.THREAD_POOL,),
    ),
    Rule(
        code="ADV703",
        name="chunk-size-loses",
        severity="warning",
        happens="A saved report has measured this chunk size to be slower than another one.",
        advice="Use the chunk size that the report recommends.",
        why="Small chunks pay for a message each, large ones leave workers without work at the end.",
        wrong="""\
from multiprocessing import Pool
from rows import parse_row

def parse_all(rows):
    with Pool(2) as pool:
        return pool.map(parse_row, rows, chunksize=1)
""",
        right="""\
from multiprocessing import Pool
from rows import parse_row

def parse_all(rows):
    with Pool(2) as pool:
        return pool.map(parse_row, rows, chunksize=500)
""",
        sources=(sources.POOLS,),
    ),
)
