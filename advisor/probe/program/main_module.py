"""``__main__`` as the interpreter would have made it: for a script, a folder or archive, or ``-m module``."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import io
import os
import runpy
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType, TracebackType
    from typing import Any

_run_as_main: Any = vars(runpy)["_run_module_as_main"]
"""What ``-m`` itself runs."""
FAILURES: list[BaseException] = []
"""What the program's main thread raised, if it did."""
NOT_BEGUN: list[str] = []
"""Why there was no program to run, if there was none."""
_HERE = os.path.dirname(os.path.abspath(__file__))


def prepare(request: dict[str, Any]) -> Callable[[], None]:
    """Set ``sys.argv``, ``sys.path`` and ``__main__``; returns a function that runs the program to its end."""
    arguments = request["arguments"]
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != _HERE]
    if request.get("module"):
        _first_on_path(os.getcwd())
        _set_argv(["-m", *arguments], ["-m", request["module"], *arguments])
        _fresh_main()
        return lambda: _run(lambda: _run_module(request["module"]))
    script = os.path.abspath(request["script"])
    _set_argv([request["typed"], *arguments], [request["typed"], *arguments])
    if os.path.isdir(script) or not _is_source(script):
        _first_on_path(script)
        _fresh_main()
        return lambda: _run(lambda: _run_as_main("__main__", False))
    _first_on_path(os.path.dirname(os.path.realpath(script)))
    module = _fresh_main()
    module.__dict__.update(
        __file__=script,
        __cached__=None,
        __loader__=importlib.machinery.SourceFileLoader("__main__", script),
    )
    return lambda: _run(lambda: _run_script(script, module))


def _run_module(name: str) -> None:
    try:
        found = importlib.util.find_spec(name) is not None
    except ImportError as error:
        found = False
        NOT_BEGUN.append("%s: %s" % (type(error).__name__, error))
    except Exception:
        # Its package fails as it is imported; so it will again.
        found = True
    if not found and not NOT_BEGUN:
        NOT_BEGUN.append("there is no module %s" % name)
    _run_as_main(name)


def _run_script(script: str, module: ModuleType) -> None:
    try:
        code = compile_main(script)
    except (SyntaxError, ValueError) as error:
        NOT_BEGUN.append("%s: %s" % (type(error).__name__, error))
        raise
    exec(code, module.__dict__)  # noqa: S102 - it is the program


def compile_main(script: str) -> CodeType:
    """The code of the script; replaced for a close look."""
    with io.open_code(script) as file:
        return compile(file.read(), script, "exec", dont_inherit=True)


def _is_source(path: str) -> bool:
    """Whether a file is text to compile and not an archive or bytecode."""
    import zipfile

    return not zipfile.is_zipfile(path) and not path.endswith(".pyc")


def _first_on_path(folder: str) -> None:
    if not getattr(sys.flags, "safe_path", False) and not sys.flags.isolated:
        sys.path.insert(0, folder)


def _set_argv(argv: list[str], typed: list[str]) -> None:
    sys.argv[:] = argv
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.orig_argv[0], *typed]


def _fresh_main() -> ModuleType:
    """An empty ``__main__`` in the place of the launcher's, which stays referenced so that its names live on."""
    import builtins

    module = types.ModuleType("__main__")
    module.__dict__.update(__builtins__=builtins, __annotations__={})
    sys.modules["_advisor_launcher"] = sys.modules["__main__"]
    sys.modules["__main__"] = module
    return module


def _run(program: Callable[[], Any]) -> None:
    """Run it. What it raises goes on to the interpreter, without the frames that are not its own."""
    try:
        program()
    except SystemExit:
        raise
    except BaseException as error:
        FAILURES.append(error)
        _hide_own_frames()
        raise


def _hide_own_frames() -> None:
    shown = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_HERE):
            trace = trace.tb_next
        shown(kind, error.with_traceback(trace), trace)

    sys.excepthook = hook
