"""What a terminal is sent: standard error is a real one (a pseudo-terminal), standard output a pipe."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.commands import PROJECT, Installed

NAPS = "import time\n\n\ndef nap(seconds):\n    time.sleep(seconds)\n    return seconds\n"
WORDS = (
    "analyze",
    "work.py:nap",
    "--inputs-expr",
    "[0.01] * 30",
    "--budget",
    "4",
    "--no-lines",
    "--models",
    "threading",
    "-o",
    "r.json",
)
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9\d)(?:;\d+)*m")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_progress_is_live_on_a_terminal_and_gone_at_the_end(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "work.py").write_text(NAPS, encoding="utf-8")
    environment = {**advisor_environment, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "60", "LINES": "24"}
    told, said = on_a_terminal(installed, tmp_path, environment, WORDS)
    for words in ("30 calls to make", "trial 1: serial", "best so far", "s left"):
        assert words in told
    assert not COLOUR.search(told)
    # Once until the verdict is told, once more while the report is written.
    assert told.count("\x1b[?25l") == told.count("\x1b[?25h") == 2
    assert told.rstrip().endswith("\x1b[2K")
    assert said.startswith("Run work.py:nap under threading")
    assert "\x1b" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_terminal_of_few_words_gets_lines_and_silence_where_asked_for(
    installed: Installed, advisor_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "work.py").write_text(NAPS, encoding="utf-8")
    environment = {**advisor_environment, "TERM": "dumb"}
    words = (*WORDS, "--models", "serial")
    told, _ = on_a_terminal(installed, tmp_path, environment, words)
    assert "trial 1: serial" in told
    assert "\x1b" not in told
    assert on_a_terminal(installed, tmp_path, environment, (*words, "--no-progress"))[0] == ""
    assert on_a_terminal(installed, tmp_path, environment, (*words, "-q")) == ("", "")


def on_a_terminal(
    installed: Installed, folder: Path, environment: dict[str, str], words: tuple[str, ...]
) -> tuple[str, str]:
    """(what standard error was sent, what standard output was sent)."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [installed.advisor, *words], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=theirs, text=True, encoding="utf-8",
    )  # fmt: skip
    os.close(theirs)
    told = b"".join(iter(lambda: _read(ours), b""))
    said, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0, told
    return told.decode(), said


def _read(terminal: int) -> bytes:
    """What has come; nothing at the end, of which Linux tells by an error."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.mark.skipif(sys.platform == "win32", reason="the pipe is closed as POSIX has it")
def test_a_reader_that_goes_away_is_no_error_and_files_are_written(installed: Installed, tmp_path: Path) -> None:
    report = next((PROJECT / "reports" / "samples").glob("*/report.json"))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [installed.advisor, "show", report, "-o", tmp_path / "page.md"],
            stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "page.md").stat().st_size > 0
