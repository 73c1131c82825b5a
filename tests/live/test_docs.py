"""The console examples that pages mark with ``runs`` are run, in their order, in one folder a page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.docs.fenced_blocks import ROOT, Block, Example, blocks, examples
from tests.live.commands import RunAdvisor

SHORT = {"ADVISOR_BUDGET": "3", "ADVISOR_LINES": "0"}
"""The pages show the default budget, which a test need not wait for."""
FILES = {
    block.word("title"): block.text for block in blocks("python") if block.page.name == "tutorial.md" and block.words
}
RUN = [block for block in blocks("console") if "runs" in block.words]
PAGES = sorted({block.page for block in RUN})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_do_what_it_says(page: Path, run_advisor: RunAdvisor, tmp_path: Path) -> None:
    for name, text in FILES.items():
        assert name is not None
        (tmp_path / name).write_text(text, encoding="utf-8")
    for block in RUN:
        if block.page == page:
            for example in examples(block):
                check(block, example, run_advisor)


def check(block: Block, example: Example, run_advisor: RunAdvisor) -> None:
    """Run one command and compare its first line with the page's, measured words aside."""
    program, *words = shlex.split(example.command)
    assert program == "advisor"
    done = run_advisor(*words, env=SHORT)
    assert done.returncode == int(block.word("exits") or 0), done.stderr
    printed = [line for line in (done.stdout + done.stderr).splitlines() if not line.endswith("…")]
    if example.printed is None:
        assert not done.stdout
    else:
        assert told(example.printed) <= told(printed[0])


def told(line: str) -> set[str]:
    """What a line says whatever was measured: the target that it names, or else its words."""
    return set(re.findall(r"[\w./]+:\w+", line)) or set(re.findall(r"[a-z]+", line))
