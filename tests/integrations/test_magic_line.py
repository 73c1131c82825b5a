from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.integrations.magic_line import MagicLine, split

TAKES_VALUE = {"--unpack": True, "--module": True, "--inputs-expr": True, "--stream": False}
ITEMS = st.recursive(
    st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("line", "function", "items", "options"),
    [
        ("", None, None, ()),
        ("f", "f", None, ()),
        ("f [(1, 2), (3, 4)] * 20 --unpack args", "f", "[(1, 2), (3, 4)] * 20", ("--unpack", "args")),
        ("--unpack args f [1] * 2", "f", "[1] * 2", ("--unpack", "args")),
        ("f 'range(3)'", "f", "range(3)", ()),
        ("f '[b\"x\"]' --stream", "f", '[b"x"]', ("--stream",)),
        ("f 'a' + 'b c'", "f", "'a' + 'b c'", ()),
        ("f x - y", "f", "x - y", ()),
        ("f [x --y]", "f", "[x --y]", ()),
        ("(lambda x: x) [1]", "(lambda x: x)", "[1]", ()),
        ("--module 'my file.py' f", "f", None, ("--module", "my file.py")),
        ("f --module='my file.py'", "f", None, ("--module=my file.py",)),
        ("f --inputs-expr [1, 'a b']", "f", None, ("--inputs-expr", "[1, 'a b']")),
        ("f --inputs-expr 'range(3)'", "f", None, ("--inputs-expr", "range(3)")),
        ("f --no-such x", "f", "x", ("--no-such",)),
        ("f --unpack", "f", None, ("--unpack",)),
        ("f ) 3", "f", ") 3", ()),
    ],
)
def test_the_parts_of_a_line(line: str, function: str | None, items: str | None, options: tuple[str, ...]) -> None:
    assert split(line, TAKES_VALUE) == MagicLine(function=function, items=items, options=options)


@given(items=st.lists(ITEMS), before=st.booleans())
def test_any_expression_comes_back_wherever_the_options_stand(items: list[object], before: bool) -> None:
    line = f"--unpack args --stream f {items!r} * 2" if before else f"f {items!r} * 2 --unpack args --stream"
    parts = split(line, TAKES_VALUE)
    assert (parts.function, parts.options) == ("f", ("--unpack", "args", "--stream"))
    assert parts.items is not None
    assert ast.literal_eval(parts.items.removesuffix(" * 2")) == items


def test_a_quotation_that_does_not_end_is_refused() -> None:
    with pytest.raises(ValueError, match="No closing quotation"):
        split("f 'open", TAKES_VALUE)
