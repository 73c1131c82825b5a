"""The contributor's page names every room, and none that is gone."""

from __future__ import annotations

import re

from tests.docs.fenced_blocks import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROOMS = TEXT.split("## The rooms")[1].split("\n## ")[0]
PACKAGE = ROOT / "advisor"
HERE_ALWAYS = {"__init__.py", "__main__.py", "py.typed", "__pycache__"}


def test_every_entry_of_the_package_is_a_room() -> None:
    entries = {path.name + "/" * path.is_dir() for path in PACKAGE.iterdir() if path.name not in HERE_ALWAYS}
    first_cells = re.findall(r"^\| (`.*?) \|", ROOMS.split("Outside the package")[0], re.MULTILINE)
    rooms = {room for cell in first_cells for room in re.findall(r"`([^`]+)`", cell)}
    assert entries <= rooms
    assert [room for room in sorted(rooms) if not (PACKAGE / room).exists()] == []


def test_every_path_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:advisor|benchmarks|docs|tests|tools|workloads)/[\w./]*)`", TEXT))
    assert len(named) > 15
    for path in named - {"advisor/probe/engines/NAME.py"}:
        assert (ROOT / path).exists(), path
