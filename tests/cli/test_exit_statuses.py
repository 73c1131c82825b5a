from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest

from advisor.cli import exit_statuses

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGHUP")


@pytest.fixture
def hang_up() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_signal_that_is_ignored_from_outside_stays_ignored(hang_up: None) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    exit_statuses._on_requests_to_end(signal.default_int_handler)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
