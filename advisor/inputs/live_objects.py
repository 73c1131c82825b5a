"""A function and items that are already in memory -> Job: by which names a fresh interpreter finds them again.

For callers inside the user's own process (the pytest plugin); the command line never imports the user's code.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import inspect
import math
import os
import pickle
import re
import site
import sys
import sysconfig
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import UnusableError
from ..records import Job, Target
from . import checked_options

LONGEST_EXPRESSION = 400
"""Characters: items that can be written as a Python expression no longer than this need no file."""
_PLAIN = (type(None), bool, int, str, bytes)


def make_job(
    function: Callable[..., Any] | str, items: Iterable[Any] | None, folder: Path, spool: Path, **options: Any
) -> Job:
    """The calls of ``function`` on ``items``, as a job for a fresh interpreter.

    Args:
        function: a function, coroutine function, static or class method, or class that its module holds by name;
            or a target's text.
        items: one a call; ``None`` for a function without required parameters, or where an option names them.
        folder: what paths in names are relative to; importable for the job.
        spool: where the items are written, unless they can be spelt in a line.
        **options: those of ``checked_options.make_job`` but target and folder.

    Raises:
        UnusableError: function or items cannot be found again from outside, or an option is unusable.
    """
    target = function if isinstance(function, str) else target_of(function, folder, sys.path)
    if items is not None:
        given = [name for name in ("inputs_from", "inputs_expr", "inputs") if options.get(name) is not None]
        if given:
            raise UnusableError(f"Give the items or {given[0]}, not both.")
        options["inputs_expr"] = items_expression(items, spool)
    if isinstance(target, str):
        return checked_options.make_job(target, folder, **options)
    return replace(checked_options.make_job(target.text, folder, **options), target=target)


def target_of(function: Callable[..., Any], folder: Path, search_path: Sequence[str]) -> Target:
    """The function by its module's name, or by its file where that name cannot be imported elsewhere.

    Raises:
        UnusableError: no other interpreter could find the function.
    """
    called = getattr(function, "__qualname__", None) or repr(function)
    qualname, module = _names_of(function, called)
    roots = tuple(dict.fromkeys([*own_roots(search_path), str(folder.resolve())]))
    file = _file_of(module)
    if module.__name__ != "__main__" and (file is None or _is_importable(module.__name__, file)):
        return Target(
            text=f"{module.__name__}:{qualname}", module=module.__name__, qualname=qualname, import_roots=roots
        )
    if file is None:
        raise UnusableError(f"{called} was typed in and is in no file. Move it into a module.")
    name = re.sub(r"\W|^(?=\d)", "_", file.stem) + "_file" if module.__name__ == "__main__" else module.__name__
    shown = file.relative_to(folder.resolve()) if file.is_relative_to(folder.resolve()) else file
    return Target(
        text=f"{shown.as_posix()}:{qualname}",
        module=name,
        qualname=qualname,
        import_roots=roots,
        file=str(file),
        by_path=True,
    )


def items_expression(items: Iterable[Any], spool: Path) -> str:
    """A Python expression for the items: spelt out where they are few and plain, else read from ``spool``.

    Raises:
        UnusableError: there are none, or one cannot be pickled.
    """
    if isinstance(items, range) and items:
        return repr(items)
    listed = list(items)
    if not listed:
        raise UnusableError("There are no items: give at least one call to make.")
    spelt = _spelt(listed)
    if spelt is not None:
        return spelt
    spool.parent.mkdir(parents=True, exist_ok=True)
    spool.write_bytes(_pickled(listed))
    return f"pickle.load(open({str(spool.absolute())!r}, 'rb'))"


def _names_of(function: Callable[..., Any], called: str) -> tuple[str, ModuleType]:
    """(qualified name, module) by which the very same function is found again."""
    if not callable(function):
        raise UnusableError(f"{called} is not callable. Give the function itself.")
    qualname, name = getattr(function, "__qualname__", None), getattr(function, "__module__", None)
    if qualname is None or name not in sys.modules:
        raise UnusableError(f"{called} has no name in a module. Wrap it in a function at the top of one.")
    if "<locals>" in qualname or "<lambda>" in qualname:
        raise UnusableError(
            f"{called} is defined inside a function, where no other interpreter finds it. "
            "Move it to the top of its module."
        )
    if inspect.ismethod(function) and not inspect.isclass(function.__self__):
        raise UnusableError(f"{called} is an instance's method. Wrap it in a function that makes the instance.")
    module = sys.modules[name]
    found: Any = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    # Two lookups of a class method give two equal objects; a decorated function is another one.
    if found is not function and found != function:
        raise UnusableError(f"{name}.{qualname} is now something else than the function given. Give what it holds.")
    return qualname, module


def _file_of(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file).resolve() if file and file.endswith(".py") else None


def _is_importable(name: str, file: Path) -> bool:
    """Whether an import of that name, anywhere on this process's search path, leads to that file."""
    parent = name.rpartition(".")[0]
    path = getattr(sys.modules.get(parent), "__path__", None) if parent else None
    if parent and path is None:
        return False
    for finder in sys.meta_path:
        spec: importlib.machinery.ModuleSpec | None = None
        with contextlib.suppress(Exception):
            spec = finder.find_spec(name, path)
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).resolve() == file
    return False


def own_roots(search_path: Sequence[str]) -> list[str]:
    """The folders that this process searches and that no interpreter searches of itself."""
    standard = {*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages()}
    standard |= {str(Path(folder) / "lib-dynload") for folder in standard}
    known = {os.path.realpath(folder) for folder in standard}
    folders = [os.path.realpath(folder or Path.cwd()) for folder in search_path]
    return [folder for folder in folders if folder not in known and Path(folder).is_dir()]


def _spelt(items: list[Any]) -> str | None:
    """The expression, where there is a short one."""
    # Before any ``repr``: of a million items it would be a long text to throw away.
    if len(items) > LONGEST_EXPRESSION:
        return None
    try:
        spelt = repr(items) if _is_plain(items) else ""
    except RecursionError:
        return None
    return spelt if 0 < len(spelt) <= LONGEST_EXPRESSION else None


def _is_plain(value: Any) -> bool:
    """Whether ``repr`` gives an expression for the very same value."""
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is float:
        return math.isfinite(value)
    if kind in {list, tuple}:
        return all(_is_plain(part) for part in value)
    return kind is dict and all(_is_plain(part) for pair in value.items() for part in pair)


def _pickled(items: list[Any]) -> bytes:
    try:
        return pickle.dumps(items, protocol=4)
    except Exception:
        for number, item in enumerate(items):
            try:
                pickle.dumps(item, protocol=4)
            except Exception as error:
                message = f"Item {number} cannot be pickled for another interpreter: {type(error).__name__}: {error}."
                raise UnusableError(f"{message} Give inputs_from='module:name' instead.") from None
        raise
