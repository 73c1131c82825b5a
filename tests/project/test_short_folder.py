"""Where the private folder of an analysis goes."""

from __future__ import annotations

import os

import pytest

from advisor.child.interpreter import SHORT_FOLDERS, short_enough


def test_an_ordinary_temporary_folder_is_kept() -> None:
    assert short_enough("/home/me/tmp") == "/home/me/tmp"


@pytest.mark.skipif(not os.access(SHORT_FOLDERS[0], os.W_OK), reason="there is no short folder to write in")
def test_one_too_long_for_a_socket_is_left_for_a_short_one() -> None:
    assert short_enough("/home/me/" + "deep/" * 20) == SHORT_FOLDERS[0]
