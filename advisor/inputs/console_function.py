"""A function typed into a notebook or a console -> a file that any interpreter can import.

Written are the function's source and, as far as it uses them, the other functions, classes, imports and values of the
session, found by the names that its compiled code looks up. Values are taken as they are now.
"""

from __future__ import annotations
import __future__

import ast
import contextlib
import dis
import inspect
import linecache
import pickle
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, NoReturn

from ..errors import UnusableError

KEPT = "_kept"
LONGEST_LITERAL = 1000
_LOOKUPS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"})
_WRAP = "Write def call(item): ..."
_FULL_ENTRY = 4
"""Fields of an entry of ``linecache`` that holds lines: size, time of the file, lines, name."""


def is_typed_in(function: object) -> bool:
    """Whether a function of the running session has no file that another interpreter could read."""
    if getattr(function, "__module__", None) != "__main__" or inspect.isclass(function):
        return False
    return not getattr(sys.modules["__main__"], "__file__", None)


def write_module(function: Callable[..., Any], path: Path, expression: str | None = None) -> Path:
    """Write the function with all that it uses as a module. Returns the path.

    Args:
        function: A function at the top level of a session.
        path: The file; values that cannot be spelt go beside it, as ``NAME.pickle``.
        expression: One that is to be evaluated in the module, and so needs its names there as well.

    Raises:
        UnusableError: the function is a lambda, a closure or a method, its source is not known, or it uses something
            that only this session has.
    """
    name = qualname_of(function).split(".")[0]
    namespace = _namespace_of(function)
    captured = _Captured(namespace, _cells(), name)
    captured.add(name)
    for used in _names_in(expression or "", "eval"):
        captured.add(used)
    path.parent.mkdir(parents=True, exist_ok=True)
    if captured.kept:
        path.with_suffix(".pickle").write_bytes(captured.pickled())
    path.write_text(captured.text(path.with_suffix(".pickle").name), encoding="utf-8")
    return path


def check_portable(what: str, value: object) -> None:
    """See that another interpreter could read the value.

    Raises:
        UnusableError: it cannot be pickled, or holds what only this session defines.
    """
    try:
        _SessionFree(BytesIO(), protocol=4).dump(value)
    except UnusableError as error:
        raise UnusableError(f"{what} {error}") from None
    except Exception as error:
        raise UnusableError(f"{what} cannot leave this session ({type(error).__name__}: {error}).") from None


class _SessionFree(pickle.Pickler):
    """Refuses what would be looked up in ``__main__`` again."""

    def reducer_override(self, value: Any) -> Any:
        """Nothing special, for all that is not the session's own."""
        kind = value if inspect.isclass(value) or inspect.isroutine(value) else type(value)
        if getattr(kind, "__module__", None) == "__main__":
            raise UnusableError(
                f"needs {kind.__qualname__}, which is defined in this session alone. Put that into a file and import "
                "it from there, or give plain data."
            )
        return NotImplemented


class _Captured:
    """The parts of the module, each after what it uses."""

    def __init__(self, namespace: Mapping[str, Any], cells: Sequence[str], function_name: str) -> None:
        self._namespace = namespace
        self._cells = cells
        self._function_name = function_name
        self._seen: set[str] = set()
        self._imports: list[str] = []
        self._parts: list[str] = []
        self.kept: dict[str, Any] = {}

    def add(self, name: str) -> None:
        """Take a name of the session over, and what it needs before it."""
        if name in self._seen or name not in self._namespace or name.startswith("__"):
            return
        self._seen.add(name)
        value = self._namespace[name]
        imported = _import_of(name, value)
        if imported:
            self._imports.append(imported)
        elif getattr(value, "__module__", None) == "__main__" and (inspect.isroutine(value) or inspect.isclass(value)):
            source = self._source(name, value)
            for used in _names_in(source, "exec"):
                self.add(used)
            self._parts.append(source)
        else:
            self._add_value(name, value)

    def text(self, kept_name: str) -> str:
        """The module."""
        imports = sorted(set(self._imports))
        kept = [f"{name} = {KEPT}[{name!r}]" for name in self.kept]
        if kept:
            imports = [*imports, "import pickle", "from pathlib import Path"]
            kept.insert(0, f"{KEPT} = pickle.loads(Path(__file__).with_name({kept_name!r}).read_bytes())")
        head = f'"""{self._function_name} and what it uses, as they were in the session that had them analysed."""'
        future = [] if not self._annotations_are_text() else ["from __future__ import annotations"]
        blocks = [head, *future, "\n".join(imports), "\n".join(kept), *self._parts]
        return "\n\n".join(block.rstrip() for block in blocks if block) + "\n"

    def pickled(self) -> bytes:
        """The values that no literal spells."""
        return pickle.dumps(self.kept, protocol=4)

    def _add_value(self, name: str, value: Any) -> None:
        spelt = _literal(value)
        if spelt is not None:
            self._parts.append(f"{name} = {spelt}")
            return
        try:
            check_portable(f"{self._function_name} uses {name}, which", value)
        except UnusableError as error:
            raise UnusableError(
                f"{error} Make it inside {self._function_name}, or keep both in a file: "
                f"analyze('my_file.py:{self._function_name}')."
            ) from None
        self.kept[name] = value

    def _source(self, name: str, value: Any) -> str:
        with contextlib.suppress(OSError, TypeError):
            source = textwrap.dedent(inspect.getsource(value))
            if _defines(source, name):
                return source
        for cell in reversed(self._cells):
            for source in _definitions(cell, name):
                return source
        raise UnusableError(
            f"The source of {name} is not known here. Put it into a file, my_file.py, and name it "
            f"'my_file.py:{self._function_name}'."
        )

    def _annotations_are_text(self) -> bool:
        code = getattr(inspect.unwrap(self._namespace[self._function_name]), "__code__", None)
        return code is not None and bool(code.co_flags & __future__.annotations.compiler_flag)


def qualname_of(function: Callable[..., Any]) -> str:
    """The name by which a function of a session is found again in a module that holds what it uses.

    Raises:
        UnusableError: there is none; the message says what to do instead.
    """
    qualname = getattr(function, "__qualname__", None)
    if not isinstance(qualname, str):
        _refuse(f"{type(function).__name__} objects have no name of their own", f"{_WRAP} round them")
    if "<lambda>" in qualname:
        _refuse("A lambda has no name that another interpreter could find", f"{_WRAP} instead")
    if "<locals>" in qualname:
        inner = inspect.unwrap(function)
        held = ", ".join(inspect.getclosurevars(inner).nonlocals) if inspect.isfunction(inner) else ""
        hint = "Define it at the top level" + (f" and give {held} to it as arguments" if held else "")
        _refuse(f"{qualname} is defined inside a function" + (f" and holds {held}" if held else ""), hint)
    if inspect.ismethod(function) and not inspect.isclass(function.__self__):
        _refuse(f"{qualname} is an instance's method", f"{_WRAP} round it, which makes or finds the instance")
    top, *parts = qualname.split(".")
    found = _namespace_of(function).get(top)
    for part in parts:
        found = getattr(found, part, None)
    if found != function:
        _refuse(f"{qualname} is now something else than the function given", "Run its cell again")
    return qualname


def _namespace_of(function: Callable[..., Any]) -> Mapping[str, Any]:
    namespace: Mapping[str, Any] = getattr(inspect.unwrap(function), "__globals__", {})
    return namespace


def _refuse(what: str, hint: str) -> NoReturn:
    raise UnusableError(f"{what}. {hint}.")


def _import_of(name: str, value: Any) -> str | None:
    """The statement that brings the value, where it belongs to a module that can be imported."""
    if isinstance(value, ModuleType):
        if value.__name__ == "__main__":
            return None
        return f"import {name}" if value.__name__ == name else f"import {value.__name__} as {name}"
    module, qualname = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if module in {None, "__main__", "builtins"} or not isinstance(qualname, str) or not qualname.isidentifier():
        return None
    if getattr(sys.modules.get(str(module)), qualname, None) is not value:
        return None
    return f"from {module} import {qualname}" + ("" if qualname == name else f" as {name}")


def _names_in(source: str, mode: str) -> Iterator[str]:
    """Every global name that the code looks up, in that order."""
    if not source:
        return
    try:
        code = compile(source, "<captured>", mode, dont_inherit=True)
    except SyntaxError:
        return
    yield from dict.fromkeys(_lookups(code))


def _lookups(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in _LOOKUPS:
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _lookups(constant)


def _cells() -> tuple[str, ...]:
    """The sources that were typed in, the newest last: what ``linecache`` keeps without a file behind it."""
    entries: tuple[tuple[Any, ...], ...] = tuple(linecache.cache.values())
    return tuple("".join(entry[2]) for entry in entries if len(entry) == _FULL_ENTRY and entry[1] is None)


def _definitions(cell: str, name: str) -> Iterator[str]:
    """The sources of the functions and classes of that name at the top level of a cell, the last first."""
    try:
        tree = compile(cell, "<cell>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError):
        return
    lines = cell.splitlines()
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield "\n".join(lines[first - 1 : node.end_lineno])


def _defines(source: str, name: str) -> bool:
    return any(True for _ in _definitions(source, name))


def _literal(value: Any) -> str | None:
    """The value as Python spells it, where that is short and gives the very same value."""
    with contextlib.suppress(Exception):
        spelt = repr(value)
        if len(spelt) <= LONGEST_LITERAL:
            read = ast.literal_eval(spelt)
            if type(read) is type(value) and read == value:
                return spelt
    return repr(value) if type(value) is range else None
