"""Which lines a change touches, without git."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from advisor.errors import UnusableError
from advisor.review.changed_lines import changed_lines, since

DIFF = """\
diff --git a/kept.py b/kept.py
index 1..2 100644
--- a/kept.py
+++ b/kept.py
@@ -1,0 +2,3 @@ def f():
+one
+++ b/not a header
+three
@@ -9 +12 @@
-old
+new
@@ -20,2 +22,0 @@
-gone
-gone
diff --git a/gone.py b/gone.py
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git "a/\\303\\251 \\"q\\".py" "b/\\303\\251 \\"q\\".py"
--- "a/\\303\\251 \\"q\\".py"
+++ "b/\\303\\251 \\"q\\".py"
@@ -0,0 +1 @@
+x
"""


def test_the_new_lines_of_each_file() -> None:
    assert changed_lines(DIFF) == {
        "kept.py": (range(2, 5), range(12, 13)),
        'é "q".py': (range(1, 2),),
    }


def fake_git(answers: dict[str, str | None]) -> object:
    def git(folder: Path, words: Sequence[str]) -> str | None:
        return answers.get(words[0])

    return git


def test_since_the_merge_base_with_new_files() -> None:
    git = fake_git({"rev-parse": "/r\n", "merge-base": "base\n", "diff": DIFF, "ls-files": "new.py\0sub/other.py\0"})
    change = since("main", Path("/r"), git)  # type: ignore[arg-type]  # a fake
    assert change.paths() == {Path("/r/kept.py"), Path('/r/é "q".py'), Path("/r/new.py"), Path("/r/sub/other.py")}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "in no git repository"),
        ({"rev-parse": "/r\n", "merge-base": None, "diff": None, "ls-files": ""}, "cannot compare"),
    ],
)
def test_what_git_cannot_say(answers: dict[str, str | None], said: str) -> None:
    with pytest.raises(UnusableError, match=said):
        since("main", Path("/r"), fake_git(answers))  # type: ignore[arg-type]  # a fake
