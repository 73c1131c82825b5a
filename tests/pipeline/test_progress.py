from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from advisor.decide.search.next_trial import Step
from advisor.pipeline.progress import LineProgress, LiveProgress, Progress, Standing, open_progress
from tests.problems import SERIAL, facts_of, threads, trial_of


class Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def step(count: int) -> Step:
    return Step(plan=threads(count), calls=100, round=0, predicted_speedup=2.0, expected_seconds=0.5)


def tell(progress: Standing, clock: Clock) -> None:
    """What the pipeline tells, 8 of 20 seconds gone by."""
    progress.stage("timing it serially")
    progress.facts(facts_of())
    clock.seconds += 8
    progress.trial(step(4), (trial_of(SERIAL, 1.0), trial_of(threads(2), 0.5)))


def test_lines_name_the_trial_the_best_so_far_and_the_time_left() -> None:
    stream, clock = io.StringIO(), Clock()
    tell(LineProgress(stream, 20.0, clock), clock)
    first, job, trial = stream.getvalue().splitlines()
    assert first == "timing it serially (20 s left) …"
    assert job.endswith(": 200 calls to make")
    assert trial == "trial 3: threading, 4 threads (best so far 2.00×: threading, 2 threads; 12 s left) …"
    assert "\x1b" not in stream.getvalue()


def test_nothing_is_best_while_serial_is_and_no_time_is_left_where_there_is_no_budget() -> None:
    stream = io.StringIO()
    progress = LineProgress(stream)
    progress.trial(step(4), (trial_of(SERIAL, 1.0),))
    progress.cost({"what": "starting a thread"})
    progress.cost({})
    assert stream.getvalue() == "trial 2: threading, 4 threads …\nmeasuring starting a thread …\n"


def test_past_the_budget_it_says_so() -> None:
    clock = Clock()
    assert Standing(125.0, clock).time_left() == "2 min 5 s left"
    progress = Standing(20.0, clock)
    clock.seconds += 30
    assert (progress.time_left(), progress.spent_fraction()) == ("finishing", 1.0)


@pytest.mark.parametrize("width", [20, 40, 80, 160])
def test_the_live_lines_fit_and_say_the_same(width: int) -> None:
    clock = Clock()
    progress = LiveProgress(Terminal(), 20.0, clock)
    tell(progress, clock)
    page = Console(file=io.StringIO(), width=width, color_system=None)
    page.print(progress.page())
    progress.close()
    assert isinstance(page.file, io.StringIO)
    lines = page.file.getvalue().splitlines()
    assert len(lines) == 4
    assert all(cell_len(line) <= width for line in lines)
    if width >= 80:
        text = " ".join(lines)
        for words in ("200 calls to make", "trial 3: threading, 4 threads", "2.00×: threading, 2 threads", "12 s left"):
            assert words in text


def test_the_live_lines_are_gone_at_the_end() -> None:
    stream, clock = Terminal(), Clock()
    progress = LiveProgress(stream, 20.0, clock)
    tell(progress, clock)
    progress.close()
    assert stream.getvalue().endswith("\x1b[2K")
    assert stream.getvalue().count("\x1b[?25l") == stream.getvalue().count("\x1b[?25h")


def test_the_stream_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    live = open_progress(False, 20.0, Terminal())
    live.close()
    assert isinstance(live, LiveProgress)
    assert isinstance(open_progress(False, 20.0, io.StringIO()), LineProgress)
    assert type(open_progress(True, 20.0, Terminal())) is Progress
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(open_progress(False, 20.0, Terminal()), LineProgress)


def test_a_line_is_one_line_whatever_the_name_holds() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    progress = LineProgress(stream, 20.0, Clock())
    progress.stage("a\nb\x1b[31m " + "é" * 500)
    stream.seek(0)
    text = stream.read()
    assert text.count("\n") == 1
    assert "\x1b" not in text
