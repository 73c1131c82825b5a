from __future__ import annotations

import asyncio
import importlib
import inspect
import io
import operator
import pickle
import subprocess
import sys
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from workloads import web
from workloads.catalogue import CATALOGUE, SUITES, Workload, chosen, readme_text
from workloads.loopback_server import Desk, Request

ROOT = Path(__file__).parents[2]
MODELS = {"serial", "threading", "multiprocessing", "hybrid", "asyncio"}
PROMISED_KINDS = {
    "pure-python",
    "gil-held-c",
    "gil-free-c",
    "half-held",
    "gil-ping-pong",
    "numpy",
    "blas",
    "memory-bandwidth",
    "http",
    "limit-4",
    "sqlite",
    "fsync",
    "page-cache",
    "child-process",
    "wait-95",
    "wait-80",
    "wait-50",
    "coroutine",
    "coroutine-compute",
    "tiny",
    "large-argument",
    "large-result",
    "skewed",
    "lock",
    "module-cache",
    "lru-cache",
    "no-parameter",
    "kwargs",
    "args",
}


def resolve(name: str) -> Any:
    module, _, path = name.partition(":")
    return reduce(getattr, path.split("."), importlib.import_module(module))


def items_of(workload: Workload) -> list[Any]:
    assert workload.inputs_from is not None
    items = resolve(workload.inputs_from)()
    assert isinstance(items, list)
    return items


each_workload = pytest.mark.parametrize("workload", CATALOGUE, ids=lambda workload: workload.name)


def test_there_are_enough_and_their_names_are_unique() -> None:
    assert len(CATALOGUE) >= 26
    everything = [workload for suite in SUITES.values() for workload in suite]
    assert len({workload.name for workload in everything}) == len(everything)
    assert len({workload.target for workload in CATALOGUE}) == len(CATALOGUE)


def test_every_promised_kind_is_there() -> None:
    assert {tag for workload in CATALOGUE for tag in workload.tags} == PROMISED_KINDS


def test_every_model_is_the_best_somewhere() -> None:
    assert {workload.best_models[0] for workload in CATALOGUE} == MODELS


@each_workload
def test_labels_are_complete(workload: Workload) -> None:
    assert workload.physics.endswith(".")
    assert "|" not in workload.physics
    assert workload.best_models
    assert set(workload.best_models) <= MODELS
    assert len(set(workload.best_models)) == len(workload.best_models)
    assert len(set(workload.tags)) == len(workload.tags)


@pytest.mark.parametrize("workload", SUITES["unseen"], ids=lambda workload: workload.name)
def test_the_unseen_have_a_function_and_items_at_module_level_and_say_what_they_do(workload: Workload) -> None:
    assert workload.inputs_from is not None
    for name in filter(None, (workload.target, workload.inputs_from, workload.setup)):
        assert callable(resolve(name))
    assert pickle.loads(pickle.dumps(resolve(workload.target))) is resolve(workload.target)
    assert workload.physics.endswith(".")
    assert not workload.best_models


def test_words_choose_suites_and_workloads() -> None:
    assert chosen([]) == CATALOGUE
    assert chosen(["known"]) == CATALOGUE
    assert chosen(["unseen"]) == SUITES["unseen"]
    assert [workload.name for workload in chosen(["squeeze", "compress"])] == ["compress", "squeeze"]
    with pytest.raises(SystemExit, match="No workload or suite is named comprss"):
        chosen(["comprss"])


@each_workload
def test_names_resolve_to_functions_at_module_level_that_can_be_pickled(workload: Workload) -> None:
    function = resolve(workload.target)
    assert callable(function)
    assert pickle.loads(pickle.dumps(function)) is function
    assert function.__doc__
    if workload.setup is not None:
        assert callable(resolve(workload.setup))
    coroutine = {"coroutine", "coroutine-compute"} & set(workload.tags)
    assert inspect.iscoroutinefunction(function) == bool(coroutine)


@each_workload
def test_items_fit_the_function(workload: Workload) -> None:
    signature = inspect.signature(resolve(workload.target))
    if workload.inputs_from is None:
        assert not signature.parameters
        assert workload.calls
        return
    items = items_of(workload)
    assert items
    for item in items[:3]:
        if workload.unpack == "args":
            signature.bind(*item)
        elif workload.unpack == "kwargs":
            signature.bind(**item)
        else:
            signature.bind(item)
    assert workload.calls is None or workload.calls > len(items)
    assert pickle.dumps(items[0]) == pickle.dumps(items_of(workload)[0])


def size_of(item: int | bytes) -> int:
    return item if isinstance(item, int) else len(item)


@pytest.mark.parametrize("workload", [w for w in CATALOGUE if "skewed" in w.tags], ids=operator.attrgetter("name"))
def test_skewed_items_grow(workload: Workload) -> None:
    sizes = [size_of(item) for item in items_of(workload)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) == len(sizes)
    assert sizes[-1] > 20 * sizes[0]


def test_large_arguments_are_large_and_tiny_ones_small() -> None:
    for workload in CATALOGUE:
        if "large-argument" in workload.tags:
            assert len(items_of(workload)[0]) >= 2**23
        if "tiny" in workload.tags:
            assert len(pickle.dumps(items_of(workload)[0])) < 200


def test_the_catalogue_imports_no_workload() -> None:
    program = (
        "import sys; import workloads.catalogue; "
        "print([n for n in sys.modules if n.startswith(('workloads', 'numpy', 'pandas', 'asyncio'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    labels = ["computing", "lasting", "longer", "moving_data", "unseen", "waiting", "workload"]
    expected = {"workloads", "workloads.catalogue", "workloads.labels"} | {f"workloads.labels.{n}" for n in labels}
    assert set(eval(done.stdout)) == expected


def test_readme_is_in_step_with_the_catalogue() -> None:
    text = (ROOT / "workloads" / "README.md").read_text(encoding="utf-8")
    assert text == readme_text(), "run: python -m workloads.catalogue > workloads/README.md"


def test_commands_name_every_option() -> None:
    workload = Workload("n", "m:f", "m:i", unpack="args", calls=7, setup="m:s")
    assert workload.command() == "advisor analyze m:f --inputs-from m:i --unpack args --calls 7 --setup m:s"
    assert Workload("n", "m:f", None).command() == "advisor analyze m:f"


# ---- the loopback server, without a process --------------------------------------------------------------


class Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = io.BytesIO()
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.write(data)

    def close(self) -> None:
        self.closed = True


def send(desk: Desk, data: bytes) -> Transport:
    transport = Transport()
    request = Request(desk)
    request.connection_made(transport)
    request.data_received(data[:9])
    request.data_received(data[9:])
    return transport


async def answered_at_once(limit: int) -> list[int]:
    """How many requests of six are answered after each turn of the event loop's clock."""
    desk = Desk(0.0, limit)
    transports = [send(desk, b"GET /x HTTP/1.1\r\n\r\n") for _ in range(6)]
    answered: list[int] = []
    while not answered or answered[-1] < len(transports):
        await asyncio.sleep(0)
        answered.append(sum(transport.closed for transport in transports))
    assert {transport.written.getvalue() for transport in transports} == {transports[0].written.getvalue()}
    return answered


def test_server_without_limit_answers_all_together() -> None:
    assert asyncio.run(answered_at_once(0))[-1] == 6
    assert set(asyncio.run(answered_at_once(0))) <= {0, 6}


def test_server_with_a_limit_answers_four_then_the_rest() -> None:
    assert {4, 6} <= set(asyncio.run(answered_at_once(4))) <= {0, 4, 6}


def test_server_answers_plain_http() -> None:
    async def answer() -> bytes:
        transport = send(Desk(0.0, 0), b"GET /pages/1 HTTP/1.1\r\nHost: x\r\n\r\n")
        while not transport.closed:
            await asyncio.sleep(0)
        return transport.written.getvalue()

    head, _, body = asyncio.run(answer()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert body == b'{"path": "/pages/1", "number": 1479270773}'


def test_a_worker_reuses_the_server_it_inherits(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object, **__: object) -> None:
        raise AssertionError("a second server was started")

    monkeypatch.setattr(subprocess, "Popen", start)
    monkeypatch.setenv(web.SLOW_PORT, "1")
    web.start_slow_server()
