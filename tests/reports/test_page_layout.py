from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.reports.page_layout import Block, fitting, whole_sentences

BLOCKS = st.lists(
    st.builds(lambda rank, size: Block(section=0, rank=rank, lines=("",) * size), st.integers(0, 4), st.integers(1, 5)),
    max_size=8,
)


@given(BLOCKS, st.integers(0, 30))
def test_blocks_are_kept_whole_in_their_order_and_within_the_room(blocks: list[Block[str]], room: int) -> None:
    kept = fitting(blocks, room)
    musts = sum(len(block.lines) for block in blocks if block.rank == 0)
    assert sum(len(block.lines) for block in kept) <= max(room, musts)
    assert fitting(blocks, None) == tuple(blocks)


@given(st.text("ab .!", max_size=60), st.integers(1, 4))
def test_a_text_is_its_first_whole_sentences_or_said_to_be_none(text: str, lines: int) -> None:
    def wrap(words: str) -> list[str]:
        return [words[start : start + 10] for start in range(0, len(words), 10)]

    shown, is_whole = whole_sentences(text, lines, wrap)
    assert "".join(text.split()).startswith("".join(shown.split()))
    if is_whole:
        assert len(wrap(shown)) <= lines
