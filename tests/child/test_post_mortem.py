from __future__ import annotations

import signal

import pytest

from advisor.child.post_mortem import crash_sentence


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0xC0000005, "an access violation"),
        (0xC0000420, "error 0xC0000420 of Windows"),
        (-int(signal.SIGSEGV), "SIGSEGV"),
        (-9999, "signal 9999"),
    ],
)
def test_a_crash_is_told_from_its_status(status: int, words: str) -> None:
    assert crash_sentence(status) == f"the interpreter crashed: {words}."


@pytest.mark.parametrize("status", [0, 1, 120, 255])
def test_an_exit_is_no_crash(status: int) -> None:
    assert crash_sentence(status) is None
