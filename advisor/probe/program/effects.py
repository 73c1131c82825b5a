"""What calls do beyond returning a value, by the name of what is called."""

from __future__ import annotations

import ast

from .syntax import Tree, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_MODULE = {
    "network": (
        "requests", "httpx", "aiohttp", "urllib.request", "urllib3", "http.client", "socket", "ftplib", "smtplib",
        "imaplib", "poplib", "telnetlib", "xmlrpc", "boto3", "botocore", "paramiko", "websockets", "websocket", "grpc",
    ),
    "database": ("sqlite3", "psycopg", "psycopg2", "pymysql", "MySQLdb", "sqlalchemy", "pymongo", "redis", "dbm",
                 "shelve"),
    "process": (
        "subprocess", "os.system", "os.popen", "os.fork", "os.kill", "os.spawnv", "os.spawnl", "os.posix_spawn",
        "multiprocessing.Process",
    ),
    "workers": (
        "concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor", "multiprocessing.Pool",
        "multiprocessing.pool", "multiprocessing.get_context", "threading.Thread", "joblib.Parallel",
    ),
    "file": (
        "os.remove", "os.unlink", "os.rename", "os.renames", "os.replace", "os.mkdir", "os.makedirs", "os.rmdir",
        "os.removedirs", "os.link", "os.symlink", "os.chmod", "os.chown", "os.utime", "os.truncate", "os.write",
        "shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move", "shutil.rmtree",
        "shutil.unpack_archive", "shutil.make_archive", "numpy.save", "numpy.savez", "numpy.savetxt",
    ),
    "random": ("random", "numpy.random"),
    "environment": (
        "os.chdir", "os.putenv", "os.unsetenv", "os.umask", "os.setuid", "locale.setlocale", "signal.signal",
        "signal.alarm", "sys.setrecursionlimit", "warnings.simplefilter", "warnings.filterwarnings",
        "decimal.setcontext", "time.tzset", "socket.setdefaulttimeout", "gc.disable", "gc.enable",
    ),
    "logging": ("logging",),
    "input": ("input", "sys.stdin", "getpass"),
    "output": ("print", "sys.stdout", "pprint.pprint", "click.echo", "rich.print"),
    "errors": ("sys.stderr", "traceback.print_exc", "warnings.warn"),
}  # fmt: skip
_NO_EFFECT = (
    "random.Random", "random.SystemRandom", "numpy.random.default_rng", "numpy.random.RandomState",
    "numpy.random.Generator", "numpy.random.PCG64", "numpy.random.SeedSequence", "socket.inet_aton",
    "socket.inet_ntoa", "logging.getLogger", "subprocess.list2cmdline", "requests.Session", "requests.session",
    "httpx.Client", "urllib.request.Request", "sqlite3.Row", "redis.exceptions", "requests.exceptions",
)  # fmt: skip
_BY_METHOD = {
    "file": (
        "write_text", "write_bytes", "to_csv", "to_json", "to_parquet", "to_excel", "to_pickle", "savefig", "save",
        "unlink", "mkdir", "rmdir", "touch", "rename", "symlink_to", "hardlink_to", "chmod", "extractall", "extract",
    ),
    "database": ("execute", "executemany", "executescript", "commit", "rollback", "insert_one", "insert_many"),
    "network": ("urlopen", "sendall", "recv"),
}  # fmt: skip
_LOGGERS = ("log", "logger", "logging", "_log", "_logger", "LOG", "LOGGER")
_LOGGING = ("debug", "info", "warning", "error", "exception", "critical", "log")
_SENTENCES = {
    "network": "talks to another machine",
    "database": "uses a database",
    "process": "starts a process",
    "workers": "starts workers of its own",
    "file": "writes, moves or removes files",
    "random": "draws from the random stream that the whole program shares",
    "environment": "changes the process's own settings",
    "logging": "logs",
    "input": "reads what the user types",
    "output": "writes to standard output",
    "errors": "writes to standard error",
}


def imports(tree: Tree) -> dict[str, str]:
    """The file's imported names, and what each stands for: ``np`` to ``numpy``, ``urlopen`` to its full name."""
    found: dict[str, str] = {}
    for node in ast.walk(tree.module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{'.' * node.level}{node.module or ''}.{alias.name}"
    return found


def full_name(node: ast.AST, imported: Mapping[str, str]) -> str:
    """What a name or attribute stands for, as far as the file's imports say; empty where it is neither."""
    name = dotted(node)
    first, dot, rest = name.partition(".")
    return imported.get(first, first) + dot + rest


def effect_of(call: ast.Call, imported: Mapping[str, str]) -> tuple[str, str] | None:
    """The kind of effect, and a sentence's predicate; ``None`` where none is known."""
    kind = _kind(call, imported)
    if kind is None:
        return None
    said = dotted(call.func) or (call.func.attr if isinstance(call.func, ast.Attribute) else "a call")
    return kind, f"{said}() {_SENTENCES[kind]}"


def _kind(call: ast.Call, imported: Mapping[str, str]) -> str | None:
    name = full_name(call.func, imported)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in ("open", "io.open") or method == "open" or name in ("gzip.open", "bz2.open", "lzma.open", "codecs.open"):
        return "file" if _opens_to_write(call, method == "open" and name not in _OPENERS) else None
    if name.startswith(_NO_EFFECT):
        return None
    if name == "print" and any(keyword.arg == "file" for keyword in call.keywords):
        target = next(keyword.value for keyword in call.keywords if keyword.arg == "file")
        return "errors" if full_name(target, imported) == "sys.stderr" else "output"
    for kind, names in _BY_MODULE.items():
        if any(name == each or name.startswith(each + ".") for each in names):
            return kind
    if (
        method in _LOGGING
        and isinstance(call.func, ast.Attribute)
        and dotted(call.func.value).split(".")[-1] in _LOGGERS
    ):
        return "logging"
    return next((kind for kind, methods in _BY_METHOD.items() if method in methods), None)


_OPENERS = ("io.open", "gzip.open", "bz2.open", "lzma.open", "codecs.open")


def _opens_to_write(call: ast.Call, is_method: bool) -> bool:
    """Whether the mode lets it write; a mode that is not written out counts as one that does."""
    place = 0 if is_method else 1
    mode = next((keyword.value for keyword in call.keywords if keyword.arg == "mode"), None)
    if mode is None and len(call.args) > place:
        mode = call.args[place]
    if mode is None:
        return False
    if isinstance(mode, ast.Constant) and isinstance(mode.value, str):
        return any(letter in mode.value for letter in "wax+")
    return not is_method
