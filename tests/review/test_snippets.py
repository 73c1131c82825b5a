"""Every wrong snippet gets exactly its codes on its lines; every look-alike gets nothing."""

from __future__ import annotations

import pytest

from advisor.review.records import Rule
from advisor.review.table import FINDERS, RULES
from tests.review.review_snippets import Snippet, reviewed, snippets

WRONG, CLEAN = tuple(snippets("wrong")), tuple(snippets("clean"))
READ = [rule for rule in RULES.values() if not rule.code.startswith("ADV7")]


def test_enough_of_both_kinds() -> None:
    assert len(WRONG) >= 150
    assert len(CLEAN) >= 100
    assert {code for snippet in WRONG for _, _, code in snippet.expected} == set(FINDERS)


@pytest.mark.parametrize("snippet", WRONG, ids=lambda snippet: snippet.title)
def test_wrong(snippet: Snippet) -> None:
    assert snippet.expected
    assert {(f.file, f.line, f.code) for f in reviewed(snippet.files)} == snippet.expected


@pytest.mark.parametrize("snippet", CLEAN, ids=lambda snippet: snippet.title)
def test_clean(snippet: Snippet) -> None:
    assert not snippet.expected
    assert [(f.line, f.code, f.message) for f in reviewed(snippet.files)] == []


@pytest.mark.parametrize("rule", READ, ids=lambda rule: rule.code)
def test_examples_of_the_pages(rule: Rule) -> None:
    assert {f.code for f in reviewed({"module.py": rule.wrong})} == {rule.code}
    assert reviewed({"module.py": rule.right}) == ()


def test_every_code_has_a_rule_and_every_rule_a_finder() -> None:
    found_elsewhere = {"ADV001", "ADV701", "ADV702", "ADV703"}
    assert set(RULES) == set(FINDERS) | found_elsewhere
    assert len(RULES) >= 35


def test_names_are_unique_and_texts_are_sentences() -> None:
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    for rule in RULES.values():
        assert rule.happens.endswith(".")
        assert rule.advice.endswith(".")
        assert rule.sources
