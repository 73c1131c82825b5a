"""What advice costs as the job grows: ``python -m benchmarks.scale [--page]``.

Jobs of 10 to 10 million calls, of 0.05 s to hours, and items of 8 bytes to 100 MB. For each: how long the advice took
and the most memory that any one process of it held.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import accuracy_page

MEGABYTE = 2**20


@dataclass(frozen=True)
class Job:
    """As the command line takes it."""

    name: str
    target: str
    items: str
    calls: int


@dataclass(frozen=True)
class Cost:
    """Of one advice."""

    elapsed_seconds: float
    peak_rss_bytes: int
    model: str | None


def jobs() -> Iterator[Job]:
    """By number of calls, by length of a call, by size of an item."""
    for power in range(1, 8):
        yield Job("a float's sine", "math:sin", f"range(10**{power})", 10**power)
    for milliseconds in (5, 50, 500):
        for calls in (10, 1_000, 100_000):
            yield Job(f"{milliseconds} ms of sleep", "time:sleep", f"[{milliseconds / 1000}] * 100", calls)
    for size in (8, 10**4, 10**6, 10**7, 10**8):
        yield Job(f"CRC of {size:,} bytes", "zlib:crc32", f"[b'x' * {size}] * 20", 200)


def cost_of(job: Job, folder: Path) -> Cost:
    """Take advice as a user would."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "advisor", "analyze", job.target, "--inputs-expr", job.items]
    started = time.monotonic()
    process = subprocess.Popen([*command, "--calls", str(job.calls), "-q", "-o", str(report)])
    # Unlike Popen.wait it tells what the process and all those it waited for have used.
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    model = json.loads(report.read_text(encoding="utf-8"))["recommendation"]["model"] if status == 0 else None
    return Cost(elapsed, usage.ru_maxrss * 1024, model)


def main(words: Sequence[str]) -> None:
    """Print the table."""
    lines = ["| job | calls | advice | seconds | most memory of a process |", "| --- | --- | --- | --- | --- |"]
    print(*lines, sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        for job in jobs():
            cost = cost_of(job, Path(folder))
            memory = f"{cost.peak_rss_bytes / MEGABYTE:,.0f} MB"
            lines.append(f"| {job.name} | {job.calls:,} | {cost.model} | {cost.elapsed_seconds:.1f} | {memory} |")
            print(lines[-1], flush=True)
    if accuracy_page.OPTION in words:
        accuracy_page.keep("scale", "\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
