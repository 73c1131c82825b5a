from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.program.verifying import ROUNDS, ROUNDS_OF_SHORT_PROGRAM, Outcome, Version, gain, verify


def outcome(seconds: float = 1.0, output: bytes = b"a\n", status: int = 0, **files: str) -> Outcome:
    return Outcome(wall_seconds=seconds, exit_status=status, standard_output=output, files=files)


def runs(before: Iterator[Outcome] | Outcome, after: Iterator[Outcome] | Outcome) -> Callable[[Version], Outcome]:
    def run(version: Version) -> Outcome:
        given_ = before if version == "before" else after
        return given_ if isinstance(given_, Outcome) else next(given_)

    return run


def test_the_same_and_faster() -> None:
    found = verify(runs(outcome(2.0, path="1"), outcome(1.0, path="1")))
    assert found.difference is None
    assert found.speedup == pytest.approx(2.0)
    assert found.rounds == ROUNDS_OF_SHORT_PROGRAM


def test_long_programs_run_less_often() -> None:
    assert verify(runs(outcome(20.0), outcome(10.0))).rounds == ROUNDS


@pytest.mark.parametrize(
    ("after", "word"),
    [
        (outcome(output=b"b\n"), "prints"),
        (outcome(output=b"a\na\n"), "prints"),
        (outcome(status=1), "exit status"),
        (outcome(path="2"), "path"),
        (outcome(path="1", more="3"), "more"),
        (outcome(), "path"),
    ],
)
def test_differences_end_it_at_once(after: Outcome, word: str) -> None:
    before = outcome(path="1")
    if word not in ("path", "more"):
        before = outcome()
    found = verify(runs(before, after))
    assert found.difference is not None
    assert word in found.difference
    assert found.rounds == 1


def test_figures_that_differ_each_time_are_not_compared() -> None:
    before = (outcome(output=f"took {n}.5 s\n".encode()) for n in range(9))
    after = (outcome(output=f"took 0.{n} s\n".encode()) for n in range(9))
    found = verify(runs(before, after))
    assert found.difference is None
    assert found.unsteady_output


def test_figures_that_are_always_the_same_are_compared() -> None:
    found = verify(runs(outcome(output=b"sum 0.3\n"), outcome(output=b"sum 0.30000000000000004\n")))
    assert found.difference is not None


def test_files_that_differ_each_time_are_not_compared() -> None:
    before = (outcome(log=str(n)) for n in range(9))
    after = (outcome(log=str(n + 100)) for n in range(9))
    found = verify(runs(before, after))
    assert found.rounds == 1 or found.difference is None


@given(st.lists(st.tuples(st.floats(0.1, 10), st.floats(0.1, 10)), min_size=2, max_size=5))
def test_the_interval_holds_the_mean(pairs: list[tuple[float, float]]) -> None:
    speedup, low, high = gain([(outcome(before), outcome(after)) for before, after in pairs])
    assert low <= speedup * 1.000001
    assert speedup <= high * 1.000001
