"""Which checks are on: words of the command, comments of the source."""

from __future__ import annotations

import pytest

from advisor.review.checking import Selection, unknown_words
from tests.review.review_snippets import reviewed

SOURCE = """\
import time
import threading

async def f(items):
    time.sleep(1)
    return [await item.load() for item in items]

def g(path):
    with threading.Lock():
        return open(path)
"""


def codes(selection: Selection) -> list[str]:
    return [finding.code for finding in reviewed({"module.py": SOURCE}, selection)]


@pytest.mark.parametrize(
    ("select", "ignore", "left"),
    [
        ((), (), ["ADV401", "ADV301"]),
        (("ADV3",), (), ["ADV301"]),
        (("sleep-in-coroutine",), (), ["ADV401"]),
        ((), ("ADV4",), ["ADV301"]),
        (("ADV4",), ("ADV401",), []),
        (("ADV401",), ("ADV4",), ["ADV401"]),
        (("adv301",), (), ["ADV301"]),
    ],
)
def test_words(select: tuple[str, ...], ignore: tuple[str, ...], left: list[str]) -> None:
    assert codes(Selection(select=select, ignore=ignore)) == left


def test_words_that_name_no_check() -> None:
    assert unknown_words(["ADV4", "ADV999", "sleep-in-coroutine", "nonsense"]) == ("ADV999", "nonsense")


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# advisor: ignore", []),
        ("# advisor: ignore[ADV401]", []),
        ("# advisor: ignore[ADV301, ADV401]", []),
        ("# advisor: ignore[sleep-in-coroutine]  # the loop has one task", []),
        ("# advisor: ignore[ADV301]", ["ADV401"]),
        ("# noqa", ["ADV401"]),
    ],
)
def test_comments(comment: str, left: list[str]) -> None:
    source = f"import time\nasync def f():\n    time.sleep(1)  {comment}\n"
    assert [finding.code for finding in reviewed({"module.py": source})] == left


def test_a_comment_counts_on_the_first_and_last_line_of_a_call() -> None:
    call = "import time\nasync def f():\n    time.sleep({}\n        1\n    ){}\n"
    assert reviewed({"module.py": call.format("  # advisor: ignore[ADV401]", "")}) == ()
    assert reviewed({"module.py": call.format("", "  # advisor: ignore[ADV401]")}) == ()
