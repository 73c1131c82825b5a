"""A program's report, as find would make it."""

from __future__ import annotations

from dataclasses import replace

from advisor.records import Cost, Finding, Options, Plan, Recommendation
from advisor.records.program import (
    Best,
    FindOptions,
    Program,
    ProgramCommand,
    ProgramReport,
    ProgramSite,
    SourceFile,
    TimePlace,
)

ADVICE = Recommendation(
    plan=Plan(model="threading", idiom="ThreadPoolExecutor.map", threads=8, chunk_size=1),
    speedup=6.0, speedup_low=5.0, speedup_high=6.5, confidence="high", break_even_calls=2, serial_job_seconds=2.0,
    job_seconds=0.33, headline="Use 8 threads", reasons=("It waits.",), snippet="print()\n",
)  # fmt: skip
DIFF = "--- a/crawl.py\n+++ b/crawl.py\n@@ -1 +1 @@\n-old <b>\n+new\n"
SITE = ProgramSite(
    id="crawl.py:12", file="crawl.py", line=12, end_line=14, function="main", kind="for", code="for url in urls:",
    times_entered=1, iterations=40, wall_seconds=2.0, cpu_seconds=0.1, share=0.8, items_kept=40,
    independence="independent", independence_reasons=("No iteration reads what another writes.",),
    report="sites/crawl.py-12.json", recommendation=ADVICE, judged_by="replay", site_speedup=6.0, program_speedup=3.0,
    program_speedup_low=2.7, program_speedup_high=3.1, applies=True, why_not=None, diff=DIFF,
)  # fmt: skip
LEFT = replace(
    SITE, id="crawl.py:30", line=30, end_line=31, code="=2+5 for <script> in xs", share=0.1, recommendation=None,
    judged_by=None, site_speedup=None, program_speedup=None, program_speedup_low=None, program_speedup_high=None,
    applies=False, why_not="Each iteration needs total | as the one before left it.", diff=None, report=None,
    independence="dependent",
)  # fmt: skip
REPORT = ProgramReport(
    command=ProgramCommand(script="crawl.py", arguments=("--depth", "3")),
    options=FindOptions(trying=Options(python="/usr/bin/python3")),
    program=Program(
        argv=("crawl.py", "--depth", "3"), folder="/home/me", python_version="3.12.1", wall_seconds=2.5,
        cpu_seconds=0.4, exit_status=0,
    ),
    machine=None,
    sites=(SITE, LEFT),
    best=Best(
        sites=(SITE.id,), program_speedup=3.0, program_speedup_low=2.7, program_speedup_high=3.1, diff=DIFF
    ),
    findings=(Finding(code="stand-in", severity="note", message="It was not made again.", evidence="It sends."),),
    cost=Cost(elapsed_seconds=12.0, calls_made=300, trials_run=9),
    time_places=(
        TimePlace(
            file="/home/me/crawl.py", function="fetch", line=5, source="return get(url)", calls="socket:recv",
            share=0.8, cpu_fraction=0.05,
        ),
    ),
    sources=(SourceFile(path="crawl.py", sha256="00"),),
    headline="crawl.py took 2.5 s; about 833 ms with crawl.py:12 changed.",
)  # fmt: skip
