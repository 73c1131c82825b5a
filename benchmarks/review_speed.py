"""How fast a review is, and how much memory it takes: python -m benchmarks.review_speed [FOLDER ...].

Without a folder, the standard library of the interpreter that runs it. On one core, in one process; parsing included.
"""

from __future__ import annotations

import resource
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from advisor.review import files
from advisor.review.checking import Checker, rarely_collecting

LINES = 100_000


def main(folders: Sequence[Path]) -> None:
    """Print a line for every hundred thousand lines of source, and one for all."""
    listed = files.found(folders, (), Path.cwd())
    checker = Checker(files.read_bytes)
    found: Counter[str] = Counter()
    lines = shown = 0
    started = part_started = time.process_time()
    for path in listed:
        checked = checker.check(path.as_posix())
        if checked is None:
            continue
        lines += checked.lines
        found.update(finding.severity for finding in checked.findings)
        if lines - shown >= LINES:
            now = time.process_time()
            print(_line(lines - shown, now - part_started))
            shown, part_started = lines, now
    seconds = time.process_time() - started
    print(f"all: {_line(lines, seconds)}; {len(listed)} files, {dict(found)}")


def _line(lines: int, seconds: float) -> str:
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    rate = seconds * LINES / max(lines, 1)
    return f"{lines:,} lines in {seconds:.2f} s of CPU, {rate:.2f} s for {LINES:,}; {peak_bytes / 1e6:.0f} MB at most"


if __name__ == "__main__":
    with rarely_collecting():
        main([Path(name) for name in sys.argv[1:]] or [Path(sysconfig.get_paths()["stdlib"])])
