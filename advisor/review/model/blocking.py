"""Which calls keep the calling thread waiting, and for what."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from . import known
from .launches import argument, keyword
from .names import Names
from .project import Definition
from .tree import own_nodes

Kind = Literal["sleep", "http", "subprocess", "file", "database", "input", "wait", "socket"]
_HTTP_VERBS = ("get", "post", "put", "delete", "head", "patch", "options", "request", "send", "stream")
_DATABASES = ("sqlite3.Connection", "sqlite3.Cursor", "psycopg2.connection", "pymysql.connection")
_QUERIES = ("execute", "executemany", "executescript", "commit", "rollback", "fetchall", "fetchone", "fetchmany")

CALLS: Mapping[str, Kind] = {
    "time.sleep": "sleep",
    **{f"requests.{verb}": "http" for verb in _HTTP_VERBS},
    **{f"requests.Session.{verb}": "http" for verb in _HTTP_VERBS},
    **{f"httpx.{verb}": "http" for verb in _HTTP_VERBS},
    **{f"httpx.Client.{verb}": "http" for verb in _HTTP_VERBS},
    "urllib.request.urlopen": "http",
    "urllib.request.urlretrieve": "http",
    "urllib3.request": "http",
    "urllib3.PoolManager.request": "http",
    "http.client.HTTPConnection.getresponse": "http",
    "http.client.HTTPSConnection.getresponse": "http",
    **dict.fromkeys(
        ("subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output",
         "subprocess.getoutput", "subprocess.getstatusoutput", "subprocess.Popen.wait", "subprocess.Popen.communicate",
         "os.system", "os.waitpid", "os.wait"),
        "subprocess",
    ),
    **dict.fromkeys(
        ("builtins.open", "io.open", "pathlib.Path.open", "pathlib.Path.read_text", "pathlib.Path.read_bytes",
         "pathlib.Path.write_text", "pathlib.Path.write_bytes", "shutil.copy", "shutil.copyfile", "shutil.copytree",
         "shutil.copy2", "shutil.rmtree", "shutil.move", "gzip.open"),
        "file",
    ),
    **dict.fromkeys(("sqlite3.connect", "psycopg2.connect", "pymysql.connect", "MySQLdb.connect"), "database"),
    **{f"{owner}.{query}": "database" for owner in _DATABASES for query in _QUERIES},
    **dict.fromkeys(("builtins.input", "getpass.getpass", "sys.stdin.readline", "sys.stdin.read"), "input"),
    **dict.fromkeys(
        ("concurrent.futures.Future.result", "concurrent.futures.Future.exception", "concurrent.futures.wait",
         "concurrent.futures.as_completed", "threading.Thread.join", "threading.Timer.join", "threading.Event.wait",
         "threading.Condition.wait", "threading.Condition.wait_for", "threading.Barrier.wait",
         "multiprocessing.Process.join", "multiprocessing.Event.wait", "multiprocessing.AsyncResult.get",
         "multiprocessing.AsyncResult.wait", "multiprocessing.Connection.recv", "queue.Queue.join"),
        "wait",
    ),
    **{f"{pool}.{method}": "wait" for pool in known.MULTIPROCESSING_POOLS for method in ("map", "starmap", "apply")},
    **{f"{kind}.get": "wait" for kind in known.THREAD_QUEUES | known.PROCESS_QUEUES},
    **{f"{kind}.acquire": "wait" for kind in known.THREAD_LOCKS | known.PROCESS_LOCKS},
    "socket.create_connection": "socket",
    **{f"socket.socket.{verb}": "socket" for verb in ("recv", "accept", "connect", "sendall")},
}  # fmt: skip
"""By canonical name; what it waits for."""


_BARE = "concurrent.futures.Future"


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocking:
    """A call that keeps its thread waiting."""

    call: ast.Call
    kind: Kind
    name: str
    """As its author would say it."""


def blocking(names: Names, call: ast.Call) -> Blocking | None:
    """Whether a call blocks by what it is known to do."""
    called = names.called(call)
    kind = CALLS.get(called)
    if kind is None or _does_not_wait(names, call, called):
        return None
    return Blocking(call=call, kind=kind, name=spoken(called))


def spoken(called: str) -> str:
    """A dotted name without what nobody writes."""
    return called.removeprefix("builtins.")


def _does_not_wait(names: Names, call: ast.Call, called: str) -> bool:
    method = called.rpartition(".")[2]
    if method in ("get", "acquire"):
        waits = argument(call, 0, "block" if method == "get" else "blocking")
        if isinstance(waits, ast.Constant) and waits.value is False:
            return True
    if method in ("result", "exception", "acquire", "get", "wait", "join"):
        bound = keyword(call, "timeout") or (
            call.args[0] if call.args and method in ("result", "join", "wait") else None
        )
        if isinstance(bound, ast.Constant) and bound.value == 0:
            return True
    if called == "time.sleep" and call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0:
        return True
    if method in ("result", "exception") and isinstance(call.func, ast.Attribute):
        made = names.value(call.func.value)
        if (
            made is not None
            and isinstance(made.origin, ast.Call)
            and names.of(made.module).called(made.origin) == _BARE
        ):
            return True  # one that is set by hand: who waits for it, waits for it elsewhere
        return _known_done(names, call, call.func.value)
    if called.startswith("socket.socket.") and isinstance(call.func, ast.Attribute):
        return "setblocking" in _methods_called_on(names, call.func.value)
    return False


def _known_done(names: Names, call: ast.Call, future: ast.expr) -> bool:
    """Whether the future was asked first, or comes from what is done."""
    wanted = ast.dump(future)
    for parent in names.module.tree.ancestors(call):
        if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
            for node in ast.walk(parent.test):
                if isinstance(node, ast.Attribute) and node.attr == "done" and ast.dump(node.value) == wanted:
                    return True
    return isinstance(future, ast.Name) and any(
        binding.kind == "for" and names.called(binding.value or future) in ("concurrent.futures.as_completed",)
        for binding in names.bindings(future)
    )


def _methods_called_on(names: Names, node: ast.expr) -> set[str]:
    wanted = ast.dump(node)
    return {each.attr for each in names.module.tree.all(ast.Attribute) if ast.dump(each.value) == wanted}


def in_function(names: Names, definition: Definition) -> Iterator[Blocking]:
    """The blocking calls that a function makes itself."""
    of = names.of(definition.module)
    for node in own_nodes(definition.node):
        if isinstance(node, ast.Call):
            found = blocking(of, node)
            if found is not None:
                yield found
