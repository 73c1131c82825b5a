"""The suite of jobs that last; what is best for them a sweep says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workloads.labels.workload import Workload

_CALLS: Mapping[str, int] = MappingProxyType(
    {
        "read_document": 6_000,
        "count_patterns": 3_000,
        "similarity": 300,
        "syntax": 180,
        "digits_of_e": 1_500,
        "tabulate": 250,
        "squeeze": 300,
        "shrink": 60,
        "derive": 120,
        "ask_database": 300,
        "total": 6_000,
        "trivial": 5_000_000,
        "shortest_tour": 120,
        "large_state": 1_500,
        "fetch": 200,
        "fetch_async": 200,
        "write_and_sync": 1_000,
        "parse_page": 800,
        "links": 1_000,
        "blur": 150,
        "titles": 2_000,
        "group": 300,
        "fit": 1_200,
        "label_pictures": 180,
        "sort_numbers": 300,
        "multiply": 120,
        "bootstrap": 250,
        "seal": 600,
        "render_note": 400,
        "highlight": 220,
        "central": 200,
        "publish": 200,
    }
)
"""Where it takes more calls than there are items to last two seconds."""
_COMPUTING = (
    ("queens", "boards", "pure Python, uneven"),
    ("fractal_row", "rows_of_fractal", "pure Python, very uneven"),
    ("read_document", "documents", "json: C with the GIL; 60 KB to send"),
    ("count_patterns", "logs", "regular expressions and random numbers"),
    ("similarity", "pairs_of_texts", "difflib: pure Python"),
    ("syntax", "sources", "ast: C with the GIL, uneven"),
    ("digits_of_e", "places", "decimal: C with the GIL"),
    ("tabulate", "tables", "csv and statistics"),
    ("deflate", "blocks", "zlib without the GIL; 500 KB to send"),
    ("squeeze", "blocks", "lzma without the GIL, heavy on memory"),
    ("shrink", "blocks", "bz2 without the GIL"),
    ("derive", "passwords", "scrypt without the GIL, 16 MB a call"),
    ("ask_database", "questions", "SQLite drops and takes the GIL for every row"),
    ("total", "orders", "large arguments, little work"),
    ("trivial", "trivial_numbers", "calls too small to send"),
    ("shortest_tour", "routes", "itertools and complex numbers"),
    ("large_state", "states", "results of 6 MB"),
)
_WAITING = (
    ("wait_30", "numbers", None, "sleeps"),
    ("wait_and_hash", "many_numbers", None, "sleeps, then hashes without the GIL"),
    ("wait_and_compute", "numbers", None, "sleeps, then computes in Python"),
    ("fetch", "many_numbers", "start_slow_server", "HTTP, 20 ms"),
    ("fetch_limited", "numbers", "start_limited_server", "HTTP, a server that answers four at once"),
    ("fetch_and_parse", "numbers", "start_slow_server", "HTTP, then Python"),
    ("fetch_async", "many_numbers", "start_slow_server", "HTTP in coroutines"),
    ("sleep_async", "numbers", None, "coroutines that sleep"),
    ("in_turn", "many_numbers", None, "a lock of the module"),
    ("run_program", "numbers", None, "child processes that compute"),
    ("write_and_sync", "many_numbers", None, "fsync"),
    ("look_up", "keys", None, "a cache over five keys"),
    ("poll", "numbers", None, "sleeps and zlib in turn"),
    ("wait_uneven", "long_waits", None, "sleeps that differ"),
)
_PACKAGES = (
    ("parse_page", "pages", "html5lib"),
    ("links", "pages", "BeautifulSoup"),
    ("transpile", "queries", "sqlglot"),
    ("blur", "pictures", "Pillow"),
    ("titles", "feeds", "lxml"),
    ("group", "frames", "pandas"),
    ("fit", "fits", "scipy.optimize"),
    ("label_pictures", "pictures", "scipy.ndimage"),
    ("sort_numbers", "frames", "NumPy's sort"),
    ("multiply", "frames", "BLAS on all cores"),
    ("bootstrap", "frames", "scipy.stats"),
    ("seal", "secrets", "cryptography"),
    ("render_note", "notes", "Markdown"),
    ("highlight", "code", "Pygments"),
    ("central", "graphs", "networkx"),
    ("publish", "papers", "docutils"),
)


def _workload(module: str, function: str, items: str, physics: str, setup: str | None = None) -> Workload:
    return Workload(
        name=function.replace("_", "-") + "-lasting",
        target=f"workloads.lasting.{module}:{function}",
        inputs_from=f"workloads.lasting.{module}:{items}",
        calls=_CALLS.get(function),
        setup=None if setup is None else f"workloads.web:{setup}",
        physics=physics,
        tags=("lasting",),
    )


LASTING: tuple[Workload, ...] = (
    *(_workload("computing", function, items, physics) for function, items, physics in _COMPUTING),
    *(_workload("waiting", function, items, physics, setup) for function, items, setup, physics in _WAITING),
    *(_workload("packages", function, items, physics) for function, items, physics in _PACKAGES),
)
