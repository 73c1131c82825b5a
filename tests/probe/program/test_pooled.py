from __future__ import annotations

import pytest

from advisor.probe.program.findings import BodyFunction, CannotSplit
from advisor.probe.program.pooled import pooled_function, waited_for_until
from advisor.probe.program.sites import find_sites

HEAD = (
    "import asyncio\nfrom concurrent.futures import ThreadPoolExecutor\n\n\ndef work(x, k=0):\n    return x + k\n\n\n"
)


def function_of(body: str) -> BodyFunction:
    source = HEAD + body
    site = next(site for site in find_sites(source, "a.py") if site.kind in ("pool", "gather"))
    return pooled_function(source, site)


def test_a_map_of_a_pool_is_a_call_on_an_item() -> None:
    found = function_of(
        "def main(xs):\n    with ThreadPoolExecutor() as pool:\n        return list(pool.map(work, xs))\n"
    )
    assert "return work(item)" in found.source


def test_what_is_submitted_beside_the_item_is_a_live_in() -> None:
    found = function_of(
        "def main(xs, k):\n    with ThreadPoolExecutor() as pool:\n"
        "        futures = [pool.submit(work, x, k=k) for x in xs]\n    return futures\n"
    )
    assert found.live_in == ("k",)
    assert "return work(x, k=k)" in found.source


def test_a_gather_is_awaited_one_by_one() -> None:
    found = function_of("async def main(xs):\n    return await asyncio.gather(*[fetch(x) for x in xs])\n")
    assert found.is_coroutine
    assert "return await (fetch(x))" in found.source


def test_what_is_put_together_in_the_loop_is_refused() -> None:
    with pytest.raises(CannotSplit, match="put together in the loop"):
        function_of(
            "def main(xs, pool):\n    with ThreadPoolExecutor() as pool:\n        for x in xs:\n"
            "            y = x + 1\n            pool.submit(work, y)\n"
        )


def test_what_is_handed_out_is_waited_for_in_its_block() -> None:
    source = HEAD + (
        "def main(xs):\n    with ThreadPoolExecutor() as pool:\n        fs = [pool.submit(work, x) for x in xs]\n"
        "        return [f.result() for f in fs]\n"
    )
    site = next(site for site in find_sites(source, "a.py") if site.kind == "pool")
    assert waited_for_until(source, site) == source.count("\n")
