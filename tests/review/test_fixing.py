"""--fix: what is rewritten, and what is left alone because the edit is not certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.records.reviewed import ReviewCost, ReviewReport
from advisor.review.fixing import fix_files, fixed_source
from advisor.review.table import RULES
from tests.review.review_snippets import SNIPPETS, reviewed


def edits() -> dict[str, tuple[str, str]]:
    """(before, after) by title."""
    found = {"cancellation": (RULES["ADV416"].wrong, RULES["ADV416"].right)}
    found["thread-safe"] = (RULES["ADV412"].wrong, RULES["ADV412"].right)
    for section in (SNIPPETS / "fixes.txt").read_text(encoding="utf-8").split("=== ")[1:]:
        title, _, text = section.partition("\n")
        before, _, after = text.partition("--- fixed\n")
        found[title] = (before, after)
    return found


EDITS = edits()


@pytest.mark.parametrize("name", EDITS)
def test_certain_edits(name: str) -> None:
    before, after = EDITS[name]
    fixed, count = fixed_source(before.encode(), reviewed({"module.py": before}))
    assert fixed.decode() == after
    assert count == 1
    assert reviewed({"module.py": after}) == ()


@pytest.mark.parametrize(
    "source",
    [
        "import threading\ndef f(a):\n    return [a]\nthreading.Thread(target=f(a=1))\n",
        "import threading\ndef f(a):\n    return [a]\nthreading.Thread(target=f(1), args=(2,))\n",
        "import subprocess, os\ndef f(w):\n    return subprocess.Popen(w, preexec_fn=lambda: os.nice(3))\n",
        "async def f(g):\n    while True:\n        try:\n            await g()\n        except:\n            g = 1\n",
    ],
)
def test_what_is_not_certain_is_left_alone(source: str) -> None:
    found = reviewed({"module.py": source})
    assert found
    assert fixed_source(source.encode(), found) == (source.encode(), 0)


def test_line_ends_and_encoding_stay() -> None:
    head = "# coding: latin-1\r\nimport time\r\nimport asyncio\r\n"
    before = f"{head}async def f():\r\n    print('é')\r\n    time.sleep(1)\r\n"
    fixed, _ = fixed_source(before.encode("latin-1"), reviewed({"module.py": before.replace("latin-1", "utf-8")}))
    assert fixed == before.replace("time.sleep", "await asyncio.sleep").encode("latin-1")


def test_files_are_written_once_and_named() -> None:
    source = EDITS["closed"][0]
    found = reviewed({"module.py": source})
    report = ReviewReport(
        findings=found, files=1, cost=ReviewCost(elapsed_seconds=0.0, lines=5), fail_on="error", root="/root"
    )
    written: dict[Path, bytes] = {}
    notes = fix_files(report, {"/root/module.py": source.encode()}.get, written.__setitem__)
    assert notes == ("module.py: 1 fixed.",)
    assert written == {Path("/root/module.py"): EDITS["closed"][1].encode()}
