"""From names to the user's objects: the target and the set-up function."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
import threading

from ..failures import Unusable, name_error, shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any


def load_target(target: dict[str, Any]) -> Callable[..., Any]:
    """Import the target's module and follow the attribute path to the function.

    Raises:
        Unusable: the module, an attribute or the thing found there cannot serve as a target.
    """
    folders = [folder for folder in target["import_roots"] if folder not in sys.path]
    # A file loaded from its path may be named like a module of the standard library, which it must not hide.
    first = len(sys.path) if target["by_path"] else 0
    sys.path[first:first] = folders
    module = _import(target["module"], target["file"] if target["by_path"] else None)
    function: Callable[..., Any] = _follow(module, target["qualname"], target["text"])
    if not callable(function):
        raise Unusable("%s is not callable: it is %s." % (target["text"], _article(function)))
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise Unusable(
            "%s is a generator function: a call only makes the generator. Wrap it in a function that "
            "returns list(...) of it." % target["text"]
        )
    return function


def is_coroutine_function(function: Any) -> bool:
    """Whether a call must be awaited: async def, also behind functools.partial or ``__call__``."""
    while hasattr(function, "func") and hasattr(function, "keywords"):
        function = function.func
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


_set_up: set[str] = set()
"""What need not run again in this process: it ran before the process was forked."""


def note_setup(name: str) -> None:
    """Let ``run_setup`` know that this set-up has run in this process, for it and for its forks."""
    _set_up.add(name)


def run_setup(name: str | None) -> None:
    """Run ``module:function`` once, where the user named one."""
    if name is None or name in _set_up:
        return
    setup = load_object(name, "--setup")
    if not callable(setup):
        raise Unusable("--setup %s is not callable: it is %s." % (name, _article(setup)))
    try:
        setup()
    except (Exception, SystemExit) as error:
        raise Unusable("--setup %s raised %s." % (name, name_error(error))) from error


def load_object(name: str, option: str) -> Any:
    """The object that ``module:attribute.path`` names."""
    module_name, _, qualname = name.partition(":")
    if not module_name or not qualname:
        raise Unusable("%s %s: write it as module:name." % (option, name))
    return _follow(_import(module_name, None), qualname, name)


def required_parameters(function: Any) -> list[str] | None:
    """Names of the parameters without a default; ``None`` where the function does not tell."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [p.name for p in parameters if p.default is p.empty and p.kind not in kinds]


def check_arity(function: Any, item: Any, unpack: str, text: str) -> None:
    """Bind the first item to the signature.

    Raises:
        Unusable: the call could not even begin.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    arguments: tuple[Any, ...] = (item,)
    keywords: dict[str, Any] = {}
    if unpack == "args":
        if not isinstance(item, (tuple, list)):
            raise Unusable("--unpack args needs tuples or lists; the first item is %s." % shorten(item))
        arguments = tuple(item)
    elif unpack == "kwargs":
        if not isinstance(item, dict):
            raise Unusable("--unpack kwargs needs dictionaries; the first item is %s." % shorten(item))
        arguments, keywords = (), item
    try:
        signature.bind(*arguments, **keywords)
    except TypeError as error:
        how = {"none": "f(item)", "args": "f(*item)", "kwargs": "f(**item)"}[unpack]
        raise Unusable(
            "%s%s cannot be called as %s with item %s: %s. See --unpack."
            % (text, signature, how, shorten(item, 60), error)
        ) from None


def _import(name: str, file: str | None) -> ModuleType:
    try:
        if file is not None:
            return _import_file(name, file)
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(error.name + ".")):
            raise Unusable(
                "there is no module %s to import. Is the folder right? See --app-dir." % error.name
            ) from None
        raise Unusable("%s cannot be imported: it needs %s." % (name, error.name)) from None
    except Exception as error:
        raise Unusable("%s cannot be imported: %s." % (name, name_error(error))) from None
    except SystemExit as error:
        raise Unusable(
            "%s cannot be imported: it called sys.exit(%r). Guard its script part with "
            'if __name__ == "__main__":' % (name, error.code)
        ) from None


def _import_file(name: str, file: str) -> ModuleType:
    """A file whose name is not an identifier, such as ``my-script.py``."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise Unusable("%s is not a file of Python source: its name ends otherwise than in .py." % file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _follow(module: ModuleType, qualname: str, text: str) -> Any:
    found = module
    for part in qualname.split("."):
        owner = found
        try:
            found = getattr(owner, part)
        except AttributeError:
            near = _nearest(part, dir(owner))
            raise Unusable("%s: %s has no attribute %s.%s" % (text, _called(owner), part, near)) from None
        if inspect.isclass(owner) and inspect.isfunction(inspect.getattr_static(owner, part)):
            raise Unusable(
                "%s is an instance method. Name a function, a static method or a class method; or wrap it "
                "in a function that makes the instance." % text
            )
    return found


def _nearest(word: str, names: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, names, n=1)
    return " Did you mean %s?" % near[0] if near else ""


def _called(owner: object) -> str:
    name = getattr(owner, "__name__", type(owner).__name__)
    return "%s %s" % ("module" if inspect.ismodule(owner) else "class", name)


def _article(value: object) -> str:
    name = type(value).__name__
    return ("an " if name[:1] in "aeiou" else "a ") + name


def source_place(function: Any) -> tuple[str | None, int | None]:
    """File and line of the function, where it is written in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return None, None
    return os.path.abspath(code.co_filename), code.co_firstlineno


def threads_alive() -> int:
    """Python threads, the calling one included."""
    return threading.active_count()
