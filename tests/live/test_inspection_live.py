"""What the probe says that calls share, where it was once wrong."""

from __future__ import annotations

import http.server
import multiprocessing
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.child.interpreter import Children, Event
from tests.jobs import make_plan
from tests.live.asking import ask_inspection, ask_trial, write_job

ANSWERED_AT_ONCE = 4
ASKING = """
import http.client
{imports}
def f(item):
    connection = http.client.HTTPConnection("127.0.0.1", {port}, timeout=20)
    try:
        connection.request("GET", "/%d" % item)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    {returned}
"""


CLIENT = """
import asyncio
class Client:
    def __init__(self):
        self.loop = asyncio.get_running_loop()
    async def get(self, item):
        if asyncio.get_running_loop() is not self.loop:
            raise RuntimeError("got a client of another loop")
        await asyncio.sleep(0.001)
        return 2 * item
CLIENT = None
async def f(item):
    global CLIENT
    if CLIENT is None:
        CLIENT = Client()
    return await CLIENT.get(item)
"""


@pytest.fixture
def children(no_process_left: str) -> Iterator[Children]:
    with Children(0) as started:
        yield started


@pytest.fixture
def limited_server() -> Iterator[int]:
    """The port of a server that answers 429 to whatever is one too many at once."""
    places = threading.Semaphore(ANSWERED_AT_ONCE)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            free = places.acquire(blocking=False)
            if free:
                time.sleep(0.02)
                places.release()
            self.send_response(200 if free else 429)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        yield server.server_port
        server.shutdown()
        serving.join()


def seen(answer: Event) -> dict[str, str | None]:
    return {observation["code"]: observation["meaning"] for observation in answer["observations"]}


def test_what_an_import_does_once_is_not_what_the_calls_do(children: Children, tmp_path: Path) -> None:
    (tmp_path / "lazy_blas.py").write_text(
        "import os\nos.environ['MAIN_FREE'] = '1'\ndel os.environ['MAIN_FREE']\n", encoding="utf-8"
    )
    answer = ask_inspection(children, write_job(tmp_path, "def f(item):\n    import lazy_blas\n    return item\n"))
    assert answer["stressed_calls"] > 0
    assert "changes-environment" not in seen(answer)


def test_a_variable_that_every_call_sets_for_a_while_is_a_change(children: Children, tmp_path: Path) -> None:
    source = (
        "import os\ndef f(item):\n    os.environ['ZONE'] = str(item)\n    del os.environ['ZONE']\n    return item\n"
    )
    assert seen(ask_inspection(children, write_job(tmp_path, source)))["changes-environment"] == "lost"


def test_a_lock_of_the_module_is_seen_and_one_made_in_the_call_is_not(children: Children, tmp_path: Path) -> None:
    held = "import threading, time\nLOCK = threading.Lock()\ndef f(item):\n    with LOCK:\n        time.sleep(0.002)\n"
    assert "holds-lock" in seen(ask_inspection(children, write_job(tmp_path, held)))
    own = held.replace("with LOCK", "with threading.Lock()")
    assert "holds-lock" not in seen(ask_inspection(children, write_job(tmp_path, own)))


@pytest.mark.parametrize(
    ("imports", "returned"),
    [
        ("", "return answer.status"),
        ("class Busy(Exception): pass", "if answer.status == 429: raise Busy(answer.status)"),
    ],
    ids=["in the result", "as an exception"],
)
def test_a_service_that_refuses_the_fifth_at_once_is_limited_and_not_racing(
    imports: str, returned: str, limited_server: int, children: Children, tmp_path: Path
) -> None:
    source = ASKING.format(imports=imports, returned=returned, port=limited_server)
    answer = ask_inspection(children, write_job(tmp_path, source), wait_fraction=0.9)
    assert "race" not in seen(answer), answer["observations"]
    assert answer["most_at_once"] in (2, ANSWERED_AT_ONCE)
    assert seen(answer)["concurrency-limit"] == str(answer["most_at_once"])


def test_a_lost_update_of_calls_that_wait_is_still_a_race(children: Children, tmp_path: Path) -> None:
    source = (
        "import time\nTOTAL = 0\ndef f(item):\n    global TOTAL\n    value = TOTAL\n    time.sleep(0.001)\n"
        "    TOTAL = value + 1\n    return item\n"
    )
    answer = ask_inspection(children, write_job(tmp_path, source), wait_fraction=0.9)
    assert "race" in seen(answer)
    assert answer["most_at_once"] is None


def test_a_failure_now_and_then_is_neither_a_race_nor_a_limit(children: Children, tmp_path: Path) -> None:
    source = (
        "import itertools, time\nCALLS = itertools.count(1)\ndef f(item):\n    time.sleep(0.001)\n"
        "    if next(CALLS) == 90:\n        raise ConnectionError('reset by peer')\n    return item\n"
    )
    answer = ask_inspection(children, write_job(tmp_path, source), wait_fraction=0.9)
    assert "occasional-failure" in seen(answer), answer["observations"]
    assert answer["most_at_once"] is None


def test_a_client_that_belongs_to_a_loop_is_named(children: Children, tmp_path: Path) -> None:
    answer = ask_inspection(children, write_job(tmp_path, CLIENT), wait_fraction=0.9)
    assert {o["name"] for o in answer["observations"] if o["code"] == "loop-bound"} == {"CLIENT"}


@pytest.mark.parametrize("idiom", ["await loop", "asyncio tasks"])
def test_a_trial_warms_up_in_the_loop_that_it_times(idiom: str, children: Children, tmp_path: Path) -> None:
    answer = ask_trial(children, write_job(tmp_path, CLIENT), make_plan(idiom), 8, warm=True)
    assert (answer["calls"], answer["calls_made"], answer["warmed"]) == (8, 9, True)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="there is no fork here")
def test_no_call_is_made_in_the_parent_of_processes(children: Children, tmp_path: Path) -> None:
    source = "import os\nPARENT = os.getpid()\ndef f(item):\n    return os.getpid() != PARENT\n"
    plan = make_plan("Pool.map", "fork")
    warmed, whole = (ask_trial(children, write_job(tmp_path, source), plan, 10, warm=warm) for warm in (True, False))
    assert (warmed["warmed"], warmed["calls_made"]) == (False, 10)
    assert warmed["result_digests"] == whole["result_digests"]
