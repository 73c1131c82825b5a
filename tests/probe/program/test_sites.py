from __future__ import annotations

import ast

import pytest

from advisor.probe.program.sites import find_sites, locate
from advisor.probe.program.syntax import Tree

SOURCE = """import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Thread


class Crawler:
    def run(self, urls):
        for url in urls:
            text = "".join(part for part in url if part)
            self.pages = {word: len(word) for word in text}


async def main(urls):
    for url in urls:
        await fetch(url)
    await asyncio.gather(*(fetch(url) for url in urls))


def pools(xs):
    with ThreadPoolExecutor() as pool:
        rows = list(pool.map(work, xs))
        futures = [pool.submit(work, x) for x in xs]
    for x in xs:
        thread = Thread(target=work, args=(x,))
        thread.start()
    lazy = (work(x) for x in xs)
    return rows, futures, any(map(work, xs)), lazy
"""


def test_every_kind_is_found_with_what_is_around_it() -> None:
    found = [(site.line, site.kind, site.form, site.function) for site in find_sites(SOURCE, "a.py")]
    assert found == [
        (8, "for", "for", "Crawler.run"),
        (9, "generator", "generator", "Crawler.run"),
        (10, "comprehension", "dict", "Crawler.run"),
        (14, "for", "for", "main"),
        (16, "gather", "gather", "main"),
        (21, "pool", "Executor.map", "pools"),
        (22, "pool", "Executor.submit", "pools"),
        (23, "pool", "Thread", "pools"),
        (27, "map", "map", "pools"),
    ]


def test_ids_are_unique_and_name_the_line() -> None:
    sites = find_sites("x = [[f(a) for a in b] for b in c]\n", "a.py")
    assert [site.id for site in sites] == ["a.py:1:4", "a.py:1:5"]
    assert sites[1].parent == sites[0].id


def test_a_site_in_what_is_gone_over_runs_once_and_has_no_parent() -> None:
    sites = find_sites("for x in [f(y) for y in z]:\n    g(x)\n", "a.py")
    assert [site.parent for site in sites] == [None, None]


def test_positions_tell_which_of_two_on_a_line_runs() -> None:
    outer, inner = find_sites("x = [[f(a) for a in b] for b in c]\n", "a.py")
    assert outer.contains(1, 6)
    assert inner.contains(1, 6)
    assert outer.contains(1, 30)
    assert not inner.contains(1, 30)
    assert not outer.contains(2)


def test_the_else_of_a_loop_is_not_its_body() -> None:
    (site,) = find_sites("for x in y:\n    f(x)\nelse:\n    g()\n", "a.py")
    assert site.body_contains(2)
    assert not site.body_contains(4)


def test_every_site_is_found_again() -> None:
    tree = Tree(SOURCE)
    for site in find_sites(SOURCE, "a.py"):
        node = locate(tree, site)
        assert isinstance(node, ast.stmt | ast.expr)
        assert node.lineno == site.line


def test_a_site_of_another_source_is_not_found() -> None:
    (site,) = find_sites("for x in y:\n    f(x)\n", "a.py")
    with pytest.raises(LookupError):
        locate(Tree("x = 1\n"), site)


def test_a_map_of_the_programs_own_is_none() -> None:
    assert find_sites("def map(f, xs):\n    return xs\n\n\nlist(map(f, xs))\n", "a.py") == ()


def test_a_generator_expression_that_nobody_takes_here_is_none() -> None:
    assert find_sites("lazy = (f(x) for x in y)\n", "a.py") == ()
