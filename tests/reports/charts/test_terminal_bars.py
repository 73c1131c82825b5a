from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.records import Report
from advisor.reports import terminal
from advisor.reports.charts import terminal_bars
from tests.reports.sample_reports import HYBRID, THREADS, every_report, multiprocessing_report, threading_report


def rows(report: Report, width: int = 60, lines: int = 20) -> list[str]:
    return [line.text for line in terminal_bars.draw(report, width, lines)]


def solid(row: str) -> int:
    return row.count(terminal_bars.MEASURED)


@pytest.mark.parametrize("report", every_report().values(), ids=every_report())
@given(width=st.integers(40, 200), lines=st.integers(0, 30))
def test_it_keeps_within_its_room(report: Report, width: int, lines: int) -> None:
    drawn = rows(report, width, lines)
    assert len(drawn) <= lines
    assert all(len(row) <= width for row in drawn)


def test_a_bar_for_each_plan_by_model_and_workers() -> None:
    drawn = rows(threading_report())
    assert [row.split()[0] for row in drawn[1:6]] == ["threading", "8", "16", "multiprocessing", "hybrid"]
    assert drawn[1].split()[1] == "2"
    assert [row.split()[-1] for row in drawn[1:6]] == ["1.96×", "6.26×", "6.10×", "1.83×", "5.70×"]


def test_bars_are_as_long_as_the_speed_ups() -> None:
    two, eight, sixteen, pool, hybrid = rows(threading_report(), width=90)[1:6]
    assert solid(pool) < solid(two) < solid(hybrid) < solid(sixteen) < solid(eight)
    assert 2.5 < solid(eight) / solid(two) < 4


def test_the_shade_is_the_interval() -> None:
    report = threading_report()
    wide = tuple(replace(trial, speedup_low=3.0, speedup_high=6.2) for trial in report.trials if trial.plan == THREADS)
    (bar,) = [row for row in rows(replace(report, trials=wide))[1:] if row.startswith("threading")]
    assert bar.count(terminal_bars.INTERVAL) >= 0.4 * (solid(bar) + bar.count(terminal_bars.INTERVAL))


def test_with_little_room_the_advised_plan_and_the_best_of_each_model_stay() -> None:
    drawn = terminal_bars.draw(threading_report(), 60, 4)
    assert drawn[0].text.endswith("(2 more tried)")
    assert [line.recommended for line in drawn[1:]] == [True, False, False]
    assert terminal_bars.numbers(HYBRID) in drawn[3].text


def test_a_plan_slower_than_serial_shows_where_serial_is_and_a_ruled_out_one_is_marked() -> None:
    threads = next(line for line in terminal_bars.draw(multiprocessing_report(), 60, 9) if "threading" in line.text)
    assert threads.ruled_out
    slow = replace(
        multiprocessing_report().trials[1], predicted_speedup=None, speedup=0.4, speedup_low=0.3, speedup_high=0.5
    )
    drawn = rows(replace(multiprocessing_report(), trials=(slow,)))
    assert terminal_bars.SERIAL in drawn[1]
    assert drawn[-1].endswith("│ serial")


def test_nothing_is_drawn_where_nothing_but_serial_ran() -> None:
    assert rows(every_report()["serial"]) == []
    assert rows(every_report()["partial"]) == []
    assert rows(every_report()["bare"]) == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "no-such"])
def test_a_stream_that_knows_few_signs_gets_plain_ones(encoding: str) -> None:
    text = terminal.render(threading_report())
    plain = terminal.encodable(text, encoding)
    assert plain.isascii()
    assert "6.26x" in plain
    assert "####" in plain
    assert plain.count("\n") == text.count("\n")
    assert terminal.encodable(text, "utf-8") == text
