"""The plugin as pytest finds it in an environment that holds the wheel."""

import subprocess
from pathlib import Path

from tests.live.commands import Installed

WORK = """
import sys
import time

import pytest

LOADED = [name for name in sys.modules if name.split(".")[0] in {"advisor", "pandas", "rich", "pydantic", "filelock"}]


class Order:
    def __init__(self, number):
        self.number = number


def ship(order):
    time.sleep(0.03)
    return order.number


def test_nothing_is_loaded_before_a_test_advises():
    assert sorted(LOADED) == ["advisor", "advisor.integrations", "advisor.integrations.pytest_plugin"]


@pytest.mark.advisor(budget=12, models="serial,threading", max_workers=8, expect="threading")
def test_shipping_waits(advise):
    report = advise(ship, [Order(number) for number in range(40)])
    assert report.recommendation.model == "threading"
    assert report.recommendation.threads > 1
    assert report.target.calls == 40
    assert "def ship" in open(report.target.file, encoding="utf-8").read()


def test_a_function_that_fails_says_so(advise):
    advise(fail, [1], budget=4)


def fail(item):
    raise ValueError(item)
"""


def test_tests_advise_in_workers_of_xdist(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "test_work.py").write_text(WORK, encoding="utf-8")
    words = ["-n2", "-p", "no:cacheprovider", "--strict-markers", "--import-mode=importlib"]
    done = subprocess.run(
        [installed.python, "-m", "pytest", *words],
        cwd=tmp_path,
        env=advisor_environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 2 passed" in done.stdout, done.stdout
    assert "FunctionFailedError: The function raised ValueError: 1" in done.stdout
    summary = done.stdout.partition(" advisor =")[2]
    assert "test_work.py::test_shipping_waits: test_work:ship: threading, " in summary
