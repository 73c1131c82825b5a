"""A report of `advisor find` that advises one edit of a small program."""

from __future__ import annotations

import hashlib
import sys

from advisor.probe.program.sites import find_sites
from advisor.records import Cost
from advisor.records.advised import Recommendation
from advisor.records.asked import Options
from advisor.records.program import Best, FindOptions, Program, ProgramCommand, ProgramReport, ProgramSite, SourceFile
from advisor.records.tried import Plan
from tests.edit_examples import EDITED, PROCESSES

AT = EDITED[0].at


def report_of(source: str, folder: str = "/", plan: Plan = PROCESSES, at: str = AT) -> ProgramReport:
    """As if ``program.py`` had been found to gain by the plan at its one site."""
    site = next(site for site in find_sites(source, "program.py") if site.code.startswith(at))
    advice = Recommendation(
        plan=plan,
        speedup=1.8,
        speedup_low=1.7,
        speedup_high=1.9,
        confidence="high",
        break_even_calls=2,
        serial_job_seconds=2.0,
        job_seconds=1.1,
        headline="",
        reasons=(),
        snippet="",
    )
    found = ProgramSite(
        id=site.id,
        file=site.file,
        line=site.line,
        end_line=site.end_line,
        function=site.function,
        kind=site.kind,  # type: ignore[arg-type] # one of the six words
        code=site.code,
        times_entered=1,
        iterations=9,
        wall_seconds=2.0,
        cpu_seconds=2.0,
        share=0.9,
        items_kept=9,
        independence="independent",
        independence_reasons=(),
        recommendation=advice,
        site_speedup=1.8,
        program_speedup=1.7,
        program_speedup_low=1.6,
        program_speedup_high=1.8,
        applies=True,
    )
    command = ProgramCommand(script="program.py")
    return ProgramReport(
        command=command,
        options=FindOptions(trying=Options(python=sys.executable)),
        program=Program(
            argv=command.argv, folder=folder, python_version="3.11", wall_seconds=2.0, cpu_seconds=2.0, exit_status=0
        ),
        machine=None,
        sites=(found,),
        best=Best(sites=(site.id,), program_speedup=1.7, program_speedup_low=1.6, program_speedup_high=1.8),
        findings=(),
        cost=Cost(elapsed_seconds=1.0, calls_made=9, trials_run=3),
        sources=(SourceFile(path="program.py", sha256=hashlib.sha256(source.encode()).hexdigest()),),
    )
