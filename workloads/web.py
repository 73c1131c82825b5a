"""HTTP requests to a server on this machine: nearly all of a call is spent waiting for the answer."""

from __future__ import annotations

import asyncio
import atexit
import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

SLOW_PORT = "WORKLOADS_SLOW_SERVER_PORT"
"""The environment variable by which worker processes find the server that answers all at once."""
LIMITED_PORT = "WORKLOADS_LIMITED_SERVER_PORT"
"""The same for the server that answers four at once."""
LATENCY_SECONDS = 0.02
_STOP_SECONDS = 5


def _start_server(port_variable: str, limit: int) -> None:
    if port_variable in os.environ:
        return
    server = subprocess.Popen(
        [sys.executable, "-I", "-S", Path(__file__).with_name("loopback_server.py"), str(LATENCY_SECONDS), str(limit)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert server.stdout is not None
    port = server.stdout.readline().decode().strip()
    if not port:
        raise RuntimeError(f"the server of {port_variable} ended before it listened")
    os.environ[port_variable] = port
    atexit.register(_stop_server, server, os.getpid())


def _stop_server(server: subprocess.Popen[bytes], starter: int) -> None:
    if os.getpid() == starter:  # a forked worker inherits the registration, not the server
        server.terminate()
        server.wait(_STOP_SECONDS)


def start_slow_server() -> None:
    """Start the server that answers each request after 20 ms, however many there are."""
    _start_server(SLOW_PORT, 0)


def start_limited_server() -> None:
    """Start the server that serves four requests at once, 20 ms each; the others queue."""
    _start_server(LIMITED_PORT, 4)


def get_json(port_variable: str, path: str) -> dict[str, Any]:
    """Return the JSON object that the server found through ``port_variable`` answers for ``path``."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ[port_variable]), timeout=30)
    try:
        connection.request("GET", path)
        return cast("dict[str, Any]", json.load(connection.getresponse()))
    finally:
        connection.close()


async def get_json_async(port_variable: str, path: str) -> dict[str, Any]:
    """Return the same as ``get_json``, over asyncio streams."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(os.environ[port_variable]))
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        answer = await reader.read()
    finally:
        writer.close()
    return cast("dict[str, Any]", json.loads(answer.partition(b"\r\n\r\n")[2]))


def page_paths() -> list[str]:
    """Return 50 paths."""
    return [f"/pages/{number}" for number in range(50)]


def fetch_page(path: str) -> int:
    """Return the number on a page of the slow server."""
    return int(get_json(SLOW_PORT, path)["number"])


def fetch_from_limited(path: str) -> int:
    """Return the number on a page of the server that serves four at once."""
    return int(get_json(LIMITED_PORT, path)["number"])


def fetch_status() -> str:
    """Return the path that the slow server saw; the function has no parameter."""
    return str(get_json(SLOW_PORT, "/status")["path"])
