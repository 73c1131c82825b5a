from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from advisor.child.interpreter import MARKER, ChildFailedError, ChildLimits, Children
from tests.live.asking import PATIENT, ask_profile, environment_with_advisor, wait_until, write_job

HASTY = ChildLimits(silence_seconds=1.5, total_seconds=60, memory_bytes=2**34)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and forks are POSIX")

LEAVE_A_DAEMON = """
import os, subprocess, sys, time
def leave():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
"""

HOST = """
import sys
from pathlib import Path
from advisor.child.interpreter import Children, ChildLimits
from tests.live.asking import PATIENT, ask_profile, write_job

source = Path(sys.argv[1]).read_text()
with Children(0) as children:
    print(children.folder, children._marker, flush=True)
    ask_profile(children, write_job(Path(sys.argv[2]), source), PATIENT)
"""


@pytest.fixture
def children(no_process_left: str) -> Iterator[Children]:
    with Children(0) as started:
        folder, marker = started.folder, started._marker
        yield started
    assert not folder.exists()
    assert wait_until(lambda: not marked(marker))


def marked(marker: str) -> list[psutil.Process]:
    """The processes that carry the marker of one analysis."""
    return [process for process in psutil.process_iter() if marker_of(process) == marker]


def marker_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARKER)
    except (psutil.Error, OSError):
        return None


def failure_of(children: Children, folder: Path, body: str, limits: ChildLimits = PATIENT) -> ChildFailedError:
    """How a profile fails of a function with this body."""
    source = "import os, signal, sys, time\ndef f(item):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    return failure_of_module(children, folder, source, limits)


def failure_of_module(children: Children, folder: Path, source: str, limits: ChildLimits = PATIENT) -> ChildFailedError:
    with pytest.raises(ChildFailedError) as failed:
        ask_profile(children, write_job(folder, source), limits)
    assert len(str(failed.value).splitlines()) == 1
    return failed.value


@POSIX
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL", "SIGTERM"])
def test_a_crash_is_named_by_its_signal(name: str, children: Children, tmp_path: Path) -> None:
    failed = failure_of(children, tmp_path, f"os.kill(os.getpid(), signal.{name})")
    assert (failed.failure.kind, failed.unusable) == ("crashed", False)
    why = ", which the system sends where memory runs out" if name == "SIGKILL" else ""
    assert str(failed).startswith(f"the interpreter crashed: {name}{why} on item ")


@pytest.mark.parametrize("status", [0, 7])
def test_an_interpreter_that_ends_at_once_is_told_with_its_last_words(
    status: int, children: Children, tmp_path: Path
) -> None:
    failed = failure_of(children, tmp_path, f"print('so long', flush=True)\nos._exit({status})")
    assert (failed.failure.kind, failed.unusable) == ("exited", False)
    assert f"ended by itself with status {status}" in str(failed)
    assert ("Its last words: so long" in str(failed)) == (status != 0)


def test_a_function_that_asks_to_exit_is_told_with_the_item(children: Children, tmp_path: Path) -> None:
    failed = failure_of(children, tmp_path, "sys.exit(4)")
    assert failed.failure.kind == "exited"
    assert re.fullmatch(r"the function called sys\.exit\(4\) on item \d+ of 10, \d\.", str(failed))


def test_an_exception_is_told_with_item_file_and_line(children: Children, tmp_path: Path) -> None:
    failed = failure_of(children, tmp_path, "if item == 7:\n    raise KeyError('seven')")
    assert (failed.failure.kind, failed.unusable) == ("raised", False)
    assert str(failed) == "the function raised KeyError: 'seven' on item 8 of 10, 7 (work.py, line 4)."


def test_a_call_that_hangs_is_given_up_after_the_silence_of_one_call(children: Children, tmp_path: Path) -> None:
    failed = failure_of(children, tmp_path, "time.sleep(600)", HASTY)
    assert (failed.failure.kind, failed.unusable) == ("timeout", False)
    assert re.fullmatch(r"a call took longer than 1\.5 s on item \d+ of 10 \(work\.py, line 3\)\.", str(failed))


def test_calls_that_answer_in_time_may_take_longer_together(children: Children, tmp_path: Path) -> None:
    job = write_job(tmp_path, "import time\ndef f(item):\n    time.sleep(0.3)\n")
    answer = ask_profile(children, job, HASTY, bare_seconds=2.5)[-1]
    assert answer["calls"] * 0.3 > HASTY.silence_seconds


def test_an_analysis_that_never_ends_is_given_up(children: Children, tmp_path: Path) -> None:
    limits = ChildLimits(silence_seconds=60, total_seconds=1.5, memory_bytes=2**34)
    failed = failure_of(children, tmp_path, "time.sleep(600)", limits)
    assert failed.failure.kind == "timeout"
    assert str(failed).startswith("no answer within 1.5 s on item ")


@pytest.mark.parametrize(
    "where", ["import time\ntime.sleep(600)\n", "", "def items():\n    import time\n    time.sleep(600)\n"]
)
def test_a_module_or_inputs_that_hang_are_given_up_as_unusable(where: str, children: Children, tmp_path: Path) -> None:
    source = f"{where}def f(item):\n    pass\n"
    job = write_job(tmp_path, source, inputs="items()" if "items" in where else "iter(lambda: time.sleep(600), 1)")
    with pytest.raises(ChildFailedError) as failed:
        ask_profile(children, job, HASTY)
    assert (failed.value.failure.kind, failed.value.unusable) == ("timeout", True)
    assert str(failed.value).startswith("importing the target, making the inputs and setting up took longer than 1.5 s")


@POSIX
@pytest.mark.parametrize("deed", ["os._exit(5)", "os.kill(os.getpid(), 9)"])
def test_a_module_that_ends_the_interpreter_is_unusable(deed: str, children: Children, tmp_path: Path) -> None:
    failed = failure_of_module(children, tmp_path, f"import os\n{deed}\ndef f(item):\n    pass\n")
    assert failed.unusable


def test_a_flood_of_output_is_taken_off_and_forgotten(children: Children, tmp_path: Path) -> None:
    source = """
import os, sys
def f(item):
    os.write(1, b"x" * 3_000_000)
    print("y" * 3_000_000, file=sys.stderr)
    os.write(1, b"\\xff\\xfe\\n")
"""
    assert ask_profile(children, write_job(tmp_path, source))[-1]["calls"] > 0


def test_what_the_function_prints_is_not_taken_for_an_answer(children: Children, tmp_path: Path) -> None:
    source = 'import os\ndef f(item):\n    print(\'{"event": "profile"}\', flush=True)\n'
    assert "wall_seconds_per_call" in ask_profile(children, write_job(tmp_path, source))[-1]


@POSIX
def test_what_the_function_writes_to_descriptors_not_its_own_is_passed_over(children: Children, tmp_path: Path) -> None:
    source = """
import os, stat
PIPES = [fd for fd in range(3, 64) if os.path.exists("/dev/fd/%d" % fd) and stat.S_ISFIFO(os.fstat(fd).st_mode)]
def f(item):
    for fd in PIPES:
        os.write(fd, b"noise\\n[1]\\n{}\\n")
"""
    assert ask_profile(children, write_job(tmp_path, source))[-1]["calls"] > 0


@POSIX
def test_a_function_that_closes_every_descriptor_is_told_so(children: Children, tmp_path: Path) -> None:
    failed = failure_of(children, tmp_path, "os.closerange(0, 1024)\ntime.sleep(600)")
    assert failed.failure.kind == "exited"
    assert str(failed).startswith("the interpreter closed every file it had open")


def test_a_function_that_takes_too_much_memory_is_stopped(children: Children, tmp_path: Path) -> None:
    limits = ChildLimits(silence_seconds=60, total_seconds=60, memory_bytes=300_000_000)
    failed = failure_of(children, tmp_path, "held = b'x' * 400_000_000\ntime.sleep(600)", limits)
    assert (failed.failure.kind, failed.unusable) == ("memory", False)
    words = r"the function and what it started held \d+ MB, beyond the limit of 300 MB here; it was stopped\."
    assert re.fullmatch(words, str(failed))


def test_memory_that_cannot_be_had_is_the_functions_failure(children: Children, tmp_path: Path) -> None:
    failed = failure_of(children, tmp_path, "bytes(2**62)")
    assert failed.failure.kind == "memory"
    assert "ran out of memory on item" in str(failed)


@POSIX
@pytest.mark.parametrize("end", ["", "    os._exit(3)\n", "    time.sleep(600)\n"])
def test_daemons_that_a_function_leaves_do_not_outlive_the_analysis(
    end: str, children: Children, tmp_path: Path
) -> None:
    job = write_job(tmp_path, f"{LEAVE_A_DAEMON}\ndef f(item):\n    leave()\n{end}", inputs="[1]")
    with contextlib.nullcontext() if end == "" else pytest.raises(ChildFailedError):
        ask_profile(children, job, HASTY)


@POSIX
def test_a_process_that_ends_while_its_child_holds_the_pipe_is_noticed(children: Children, tmp_path: Path) -> None:
    body = "if os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\nos._exit(3)"
    assert "ended by itself with status 3" in str(failure_of(children, tmp_path, body))


def test_an_interpreter_that_cannot_be_started_is_told_so(children: Children, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_bytes(b"\x00\x01no program")
    python.chmod(0o755)
    with pytest.raises(ChildFailedError) as failed:
        ask_profile(children, write_job(tmp_path, "def f(item):\n    pass\n"), python=str(python))
    assert failed.value.unusable
    assert str(failed.value).startswith(f"{python} cannot be started: ")


@pytest.mark.parametrize("program", ["true", "false", "cat"])
def test_a_program_that_is_no_interpreter_is_told_so(program: str, children: Children, tmp_path: Path) -> None:
    python = f"/bin/{program}"
    if not Path(python).exists():
        pytest.skip(f"no {python} here")
    (tmp_path / "python").symlink_to(shutil.which(program) or python)
    with pytest.raises(ChildFailedError) as failed:
        ask_profile(children, write_job(tmp_path, "def f(item):\n    pass\n"), python=str(tmp_path / "python"))
    assert failed.value.unusable
    assert failed.value.failure.kind == "exited"


def test_a_command_gives_the_end_of_what_it_printed(children: Children) -> None:
    said = children.run([sys.executable, "-c", "print('x' * 100_000); print('the end')"], 60)
    assert said.endswith("xxx\nthe end\n")
    assert len(said) <= 8000
    with pytest.raises(ChildFailedError, match="last words"):
        children.run([sys.executable, "-c", "import sys; sys.exit('last words')"], 60)
    with pytest.raises(ChildFailedError, match=r"it took longer than 0\.5 s"):
        children.run([sys.executable, "-c", "import time; time.sleep(600)"], 0.5)
    said = children.run([sys.executable, "-c", "import os; print(os.environ['MORE'])"], 60, {"MORE": "so"})
    assert said == "so\n"


@POSIX
def test_a_command_that_a_signal_ends_says_which(children: Children) -> None:
    with pytest.raises(ChildFailedError, match=r"crashed: SIGABRT\."):
        children.run([sys.executable, "-c", "import os; os.abort()"], 60)


@POSIX
@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM"])
def test_nothing_outlives_a_host_that_is_killed(how: str, tmp_path: Path, no_process_left: str) -> None:
    source = tmp_path / "source.py"
    source.write_text(
        f"import multiprocessing\n{LEAVE_A_DAEMON}\ndef f(item):\n    leave()\n"
        "    multiprocessing.Process(target=time.sleep, args=(600,)).start()\n    time.sleep(600)\n"
    )
    command = [sys.executable, "-c", HOST, str(source), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment_with_advisor()) as host:
        assert host.stdout is not None
        folder, marker = host.stdout.readline().split()
        # The interpreter, who minds it, a process in its group, and two that have left it.
        assert wait_until(lambda: len(marked(marker)) == 5)
        assert Path(folder).is_dir()
        os.kill(host.pid, getattr(signal, how))
    assert wait_until(lambda: not marked(marker))
    assert wait_until(lambda: not Path(folder).exists())
