from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.check import git, source_files
from advisor.check.targets import Requirements
from advisor.errors import UnusableError
from advisor.records import Inputs
from tests.check.gate_fakes import ROOT, gate_target

TOP = Path(ROOT)
FILES = {
    "shop/__init__.py": "",
    "shop/web.py": "import json\nimport shop.model\nfrom . import words\nfrom .deep.part import thing\n",
    "shop/model.py": "def f():\n    from shop import late\n",
    "shop/words.py": "from shop.web import fetch\n",
    "shop/late.py": "import importlib\n",
    "shop/deep/__init__.py": "from .. import above\n",
    "shop/deep/part.py": "thing = 1\n",
    "shop/above.py": "this is no Python\n",
    "shop/unrelated.py": "import shop.web\n",
    "json.csv": "a,b\n",
}


def reader(files: Mapping[str, str]) -> source_files.ReadBytes:
    held = {TOP / name: text.encode() for name, text in files.items()}
    return held.get


def names(files: Mapping[str, str], **job: object) -> set[str]:
    target = gate_target()
    found = source_files.files_of(replace(target, job=replace(target.job, **job)), reader(files))  # type: ignore[arg-type]
    assert found is not None
    return {path.relative_to(TOP).as_posix() for path in found}


def test_local_imports_are_followed_wherever_they_stand() -> None:
    assert names(FILES) == set(FILES) - {"shop/unrelated.py", "json.csv"}


def test_items_and_set_up_belong_to_a_target() -> None:
    assert "shop/unrelated.py" in names(FILES, inputs=Inputs(kind="object", source="shop.unrelated:items"))
    assert "shop/unrelated.py" in names(FILES, setup="shop.unrelated:start")
    assert "json.csv" in names(FILES, inputs=Inputs(kind="file", source=f"{ROOT}/json.csv"))


def test_a_src_layout_is_searched_too() -> None:
    assert names({f"src/{name}": text for name, text in FILES.items()}) >= {"src/shop/web.py", "src/shop/late.py"}


def test_a_module_that_is_not_found_is_said_to_be_unknown() -> None:
    assert source_files.files_of(gate_target("elsewhere:f"), reader(FILES)) is None
    # Its package is there, and says nothing of it.
    assert source_files.files_of(gate_target("shop.nomod:f"), reader(FILES)) is None
    assert source_files.files_of(gate_target("shop.deep:f"), reader(FILES)) is not None


def test_the_digest_changes_with_sources_items_and_bounds_and_with_nothing_else() -> None:
    target = gate_target()
    files = source_files.files_of(target, reader(FILES)) or {}

    def digest(target: object = target, files: Mapping[Path, bytes] = files, folder: Path = TOP) -> str:
        return source_files.digest(target, dict(files), folder, "1.0")  # type: ignore[arg-type]

    def elsewhere(path: Path) -> Path:
        return Path("/srv/ci") / path.relative_to(TOP)

    edited = {**files, TOP / "shop/late.py": b"import sys\n"}
    windows = {path: content.replace(b"\n", b"\r\n") for path, content in files.items()}
    moved = {elsewhere(path): content for path, content in files.items()}
    assert digest() == digest() == digest(files=windows) == digest(files=moved, folder=Path("/srv/ci"))
    others = [
        digest(files=edited),
        digest(replace(target, requirements=Requirements(max_result_bytes=3))),
        digest(replace(target, job=replace(target.job, calls=3))),
        digest(replace(target, job=replace(target.job, inputs=Inputs(kind="expression", source="range(3)")))),
        source_files.digest(target, files, TOP, "1.1"),
    ]
    assert len({digest(), *others}) == len(others) + 1


class FakeGit:
    """Answers by the first words of the command."""

    def __init__(self, **answers: str | None) -> None:
        self._answers = {"rev_parse": ROOT + "\n", **answers}
        self.asked: list[Sequence[str]] = []

    def __call__(self, folder: Path, words: Sequence[str]) -> str | None:
        self.asked.append(words)
        if words[:2] == ("rev-parse", "--verify"):
            return self._answers.get("verify", "c0ffee\n")
        return self._answers.get(words[0].replace("-", "_"))


def test_changes_are_those_since_the_branch_left_committed_or_not() -> None:
    fake = FakeGit(merge_base="ba5e\n", diff="shop/web.py\0a b.py\0", ls_files="new.py\0")
    assert git.changed_since("main", TOP, fake) == {TOP / "shop/web.py", TOP / "a b.py", TOP / "new.py"}
    assert any("ba5e" in words for words in fake.asked)


def test_without_a_common_ancestor_the_reference_itself_has_to_do() -> None:
    fake = FakeGit(merge_base=None, diff="", ls_files="")
    assert git.changed_since("main", TOP, fake) == frozenset()
    assert any("c0ffee" in words for words in fake.asked if words[0] == "diff")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"rev_parse": None}, "no git repository"),
        ({"verify": ""}, "no such commit"),
        ({"merge_base": "ba5e", "diff": None, "ls_files": ""}, "cannot compare"),
    ],
)
def test_what_git_cannot_tell_is_unusable(answers: dict[str, str | None], words: str) -> None:
    with pytest.raises(UnusableError, match=words):
        git.changed_since("main", TOP, FakeGit(**answers))
