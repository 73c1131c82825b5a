from __future__ import annotations

import pytest

from advisor.probe.program.sites import find_sites
from advisor.program.edit.editing import WantedEdit, edit_source
from advisor.program.edit.refusal import CannotEditError
from tests.edit_examples import PROCESSES, THREADS
from workloads.programs.suite import CASES, TRAPS, ProgramCase

SHARE_DECIDES = ("tiny_share",)
"""Its first loop could be edited: only its share of the time says no."""


@pytest.mark.parametrize("case", TRAPS, ids=lambda each: each.name)
def test_no_loop_over_the_items_of_a_trap_is_edited(case: ProgramCase) -> None:
    source = case.trap.read_text()
    sites = [site for site in find_sites(source, "trap.py") if site.form == "for" and site.parent is None]
    loops = [site for site in sites if site.function.endswith(("main", "run"))]
    assert loops
    if case.name in SHARE_DECIDES:
        loops = loops[1:]
    for site in loops:
        for plan in (THREADS, PROCESSES):
            with pytest.raises(CannotEditError):
                edit_source(source.encode(), "trap.py", [WantedEdit(site_id=site.id, plan=plan)])


def test_every_program_is_in_the_table() -> None:
    folder = TRAPS[0].trap.parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == {case.name for case in TRAPS}
    for case in CASES:
        assert case.before.read_text() != case.expert.read_text()
