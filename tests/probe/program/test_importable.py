from __future__ import annotations

from typing import Any

from advisor.probe.program.importable import importable

SCRIPT = '''"""Doc."""
import math

TABLE = {}
for number in range(3):
    TABLE[number] = number * SCALE
SCALE = 2
DATA = [slow(n) for n in range(10)]


class Point:
    size = SCALE


def helper(x):
    return TABLE[x]


def one_item(x):
    return helper(x) + math.floor(0.5)


results = []
for x in DATA:
    results.append(one_item(x))
print(results)
'''


def kept() -> str:
    return str(importable(SCRIPT, "one_item"))


def test_what_the_function_does_not_need_is_gone() -> None:
    for gone in ("DATA", "results", "print"):
        assert gone not in kept()


def test_what_it_needs_through_others_stays() -> None:
    for stays in ("import math", "TABLE[number]", "SCALE = 2", "class Point", "def helper"):
        assert stays in kept()


def test_lines_keep_their_numbers() -> None:
    assert kept().split("\n").index("def one_item(x):") == SCRIPT.split("\n").index("def one_item(x):")


def test_a_loop_over_the_name_of_a_parameter_is_no_need() -> None:
    script = "def one_item(p):\n    return p\n\n\ntotal = 0\nfor p in range(3):\n    total += one_item(p)\n"
    names: dict[str, Any] = {}
    exec(importable(script, "one_item"), names)
    assert "total" not in names
