"""Whatever a file holds, a review ends, and says what it could not read in one line."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.review.checking import Checker
from tests.review.review_snippets import reviewed, snippets

LINES = tuple(
    line
    for snippet in (*snippets("wrong"), *snippets("clean"))
    for text in snippet.files.values()
    for line in text.split("\n")
)


def findings_of(content: bytes) -> list[str]:
    checked = Checker({"module.py": content}.get).check("module.py")
    assert checked is not None
    return [f"{finding.code}:{finding.line}" for finding in checked.findings]


@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b"# coding: no-such-codec\n")
@example(b"\x00")
@example(b"async def f(:\n")
def test_any_bytes(content: bytes) -> None:
    findings_of(content)


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=25))
def test_any_lines_of_the_snippets(lines: list[str]) -> None:
    findings_of("\n".join(lines).encode())


@given(st.lists(st.sampled_from([line for line in LINES if line[:1] not in (" ", "")]), min_size=1, max_size=40))
def test_any_top_level_lines_that_parse(lines: list[str]) -> None:
    kept = []
    for line in lines:
        try:
            compile(line, "line", "exec")
        except SyntaxError:
            continue
        kept.append(line)
    findings_of("\n".join(kept).encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"def f(:\n", "ADV001:1"),
        (b"x = 1\nimport threading\ny = (\n", "ADV001:3"),
        (b"# -*- coding: nonsense -*-\n", "ADV001:1"),
        ("# -*- coding: ascii -*-\nname = 'é'\n".encode(), "ADV001:1"),
        (b"import threading\nx = '\xff'\n", "ADV001:1"),
        (b"x = " + b"(" * 5000 + b")" * 5000, "ADV001:1"),
    ],
)
def test_what_cannot_be_read_is_one_finding(content: bytes, said: str) -> None:
    assert findings_of(content) == [said]


def test_other_encodings_and_marks_are_read() -> None:
    source = "import time\nasync def f():\n    print('é')\n    time.sleep(1)\n"
    assert findings_of(b"\xef\xbb\xbf" + source.encode()) == ["ADV401:4"]
    assert findings_of(b"# coding: latin-1\n" + source.encode("latin-1")) == ["ADV401:5"]
    assert findings_of(source.replace("\n", "\r\n").encode()) == ["ADV401:4"]


def test_nothing_is_run() -> None:
    source = "import time\nraise SystemExit('run')\nasync def f():\n    time.sleep(1)\n"
    assert [finding.code for finding in reviewed({"module.py": source})] == ["ADV401"]


def test_modules_that_import_each_other_in_a_ring() -> None:
    files = {
        "one.py": "from two import f\nimport asyncio\nasync def g():\n    f()\n",
        "two.py": "from one import f\n",
    }
    assert reviewed(files) == ()


def test_names_that_lead_back_to_themselves() -> None:
    assert (
        reviewed({"module.py": "import threading\na = b\nb = a\nc = c()\nthreading.Thread(target=a)\nwith c: pass\n"})
        == ()
    )
