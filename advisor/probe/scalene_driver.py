"""What Scalene runs: the job's calls between its start and its stop. ``scalene_driver.py REQUEST_FILE``."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


def _load_start() -> ModuleType:
    """``start.py`` knows how to make this folder importable; it must not run as the main script here."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "start.py")
    spec = importlib.util.spec_from_file_location("_advisor_start", path)
    if spec is None or spec.loader is None:
        sys.exit("%s cannot be imported." % path)
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    return start


def _main() -> None:
    with open(sys.argv[-1], encoding="utf-8") as file:
        request = json.load(file)
    _load_start().add_package()
    from _advisor_probe import item_mark
    from _advisor_probe.timing import serial_profile
    from scalene import scalene_profiler

    run = serial_profile.serial_run(request)
    note_count = item_mark.open_mark(request.get("count_file"), 0)
    scalene_profiler.start()
    ends = monotonic() + request["seconds"]
    while monotonic() < ends and run.calls_left > 0:
        note_count(len(run.blocks) + 1)
        run.block(1)
    scalene_profiler.stop()


if __name__ == "__main__":
    _main()
