from __future__ import annotations

from dataclasses import replace

from advisor.program import ranked, telling
from advisor.program.ranking import Gain
from advisor.records.program import Best
from tests.reports.program.sample_programs import LEFT, REPORT, SITE

NOTHING = Best(sites=(), program_speedup=1.0, program_speedup_low=1.0, program_speedup_high=1.0)


def test_the_answer_says_what_the_program_gains() -> None:
    words = telling.headline(REPORT)
    assert "crawl.py:12" in words
    assert "3.00×" in words


def test_nothing_to_gain_is_an_answer_that_says_where_the_time_goes() -> None:
    waiting = telling.headline(replace(REPORT, best=NOTHING, sites=()))
    assert "Nothing here is worth doing" in waiting
    assert "waits" in waiting
    busy = replace(REPORT.time_places[0], cpu_fraction=1.0)
    assert "a faster way to do it" in telling.headline(replace(REPORT, best=NOTHING, sites=(), time_places=(busy,)))


def test_who_waits_for_a_pool_is_not_where_the_time_goes() -> None:
    waiting = replace(REPORT.time_places[0], calls="threading:Condition.wait", function="main")
    busy = replace(REPORT.time_places[0], cpu_fraction=1.0, function="digest", share=0.4)
    words = telling.headline(replace(REPORT, best=NOTHING, sites=(), time_places=(waiting, busy)))
    assert "40 % of the time goes into digest" in words


def test_a_chain_of_iterations_is_named() -> None:
    chain = replace(LEFT, share=0.9)
    busy = replace(REPORT.time_places[0], cpu_fraction=1.0)
    words = telling.headline(replace(REPORT, best=NOTHING, sites=(chain,), time_places=(busy,)))
    assert "a chain of iterations that need each other (crawl.py:30)" in words


def test_of_nested_sites_the_other_says_which_gains_more() -> None:
    inner = replace(SITE, id="crawl.py:13")
    gains = {
        site.id: Gain(site=site.id, now_seconds=2.0, then_seconds=then, then_high_seconds=then, then_low_seconds=then)
        for site, then in ((SITE, 0.5), (inner, 1.0))
    }
    overlaps = {frozenset((SITE.id, inner.id)): 1.8}
    best = ranked.best_of((SITE, inner), gains, overlaps, 2.5)
    assert best.sites == (SITE.id,)
    found = ranked.only_the_better((SITE, inner), best, overlaps)
    assert [site.applies for site in found] == [True, False]
    assert "crawl.py:12" in (found[1].why_not or "")
