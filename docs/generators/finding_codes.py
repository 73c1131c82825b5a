"""The codes of findings, from the rules that the reports describe them with."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.records.check_rules import RULES
from advisor.reports.finding_rules import FINDINGS, rule
from docs.generators.tables import table

HEADS = ("code", "what was found", "what to do")


def markdown() -> str:
    """Two tables: what an analysis finds, and what ``check`` adds."""
    return (
        f"## In an analysis\n\n{_table(FINDINGS)}\n\n"
        "`advisor check` reports any of these that is new since the baseline, or forbidden, under the same code.\n\n"
        f"## In a check alone\n\n{_table(RULES)}"
    )


def _table(codes: Iterable[str]) -> str:
    described = [rule(code) for code in sorted(codes)]
    return table(HEADS, [(f"`{one.code}`", one.means, one.do) for one in described])
