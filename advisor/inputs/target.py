"""Text -> Target: what the user typed, made into something an interpreter can import."""

from __future__ import annotations

import ast
import contextlib
import keyword
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ..errors import UnusableError
from ..records import Target

MOST_FUNCTIONS = 5
"""Of a script: so many are named as examples."""
FORMS = "Write it as module:function, module:Class.method or path/to/file.py:function."


def parse_target(text: str, app_dir: Path) -> Target:
    """Read ``module:function`` or ``path/to/file.py:function``.

    Nothing is imported here: whether module and function exist is for the target's interpreter to say.

    Raises:
        UnusableError: the text has neither form, or the file or the folder is not there.
    """
    with looking_at(f"--app-dir {app_dir}"):
        if not app_dir.is_dir():
            raise UnusableError(f"--app-dir {app_dir}: there is no such folder.")
    place, separator, qualname = text.rpartition(":")
    if not separator or not place or not is_dotted_name(qualname):
        raise UnusableError(_of_a_script(text, app_dir) or f"{text!r} names no function. {FORMS}")
    if place.endswith(".py") or "/" in place or "\\" in place:
        return _from_file(text, Path(place), qualname, app_dir)
    if not is_dotted_name(place):
        raise UnusableError(f"{place!r} is no module name. {FORMS}")
    return Target(text=text, module=place, qualname=qualname, import_roots=(str(app_dir.resolve()),))


def _of_a_script(text: str, app_dir: Path) -> str | None:
    """What to do with a script that was given without a function; ``None`` where the text names none."""
    try:
        source = (app_dir / text).read_text(encoding="utf-8") if text.endswith(".py") else None
        tree = ast.parse(source) if source is not None else None
    except (OSError, ValueError, SyntaxError):
        return None
    if tree is None:
        return None
    functions = [
        f"{text}:{node.name}" for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    shown = f" Or name one of its functions: {', '.join(functions[:MOST_FUNCTIONS])}." if functions else ""
    return f"{text} names no function. For the whole script: advisor find {text}.{shown}"


def is_dotted_name(text: str) -> bool:
    """Whether an import statement could name it."""
    return all(_is_name(part) for part in text.split("."))


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


@contextlib.contextmanager
def looking_at(what: str) -> Iterator[None]:
    """Turn the system's refusal to look at a file or a folder into an UnusableError."""
    try:
        yield
    except OSError as error:
        raise UnusableError(f"{what} cannot be read: {error.strerror}.") from None


def _from_file(text: str, path: Path, qualname: str, app_dir: Path) -> Target:
    path = path if path.is_absolute() else app_dir / path
    with looking_at(str(path)):
        if not path.is_file():
            raise UnusableError(f"{text}: there is no file {path}.")
    if path.suffix != ".py":
        raise UnusableError(f"{text}: {path.name} is no Python file. {FORMS}")
    path = path.resolve()
    root = path.parent
    parts = [] if path.name == "__init__.py" else [path.stem]
    while (root / "__init__.py").is_file():
        parts.insert(0, root.name)
        root = root.parent
    module = ".".join(parts)
    hidden = len(parts) == 1 and module in sys.stdlib_module_names
    by_path = hidden or not all(_is_name(part) for part in parts)
    if by_path:
        # Named so that it is neither a module of the standard library nor unfit for an import statement.
        module = re.sub(r"\W|^(?=\d)", "_", path.stem) + "_file"
    roots = tuple(dict.fromkeys((str(root), str(app_dir.resolve()))))
    return Target(text=text, module=module, qualname=qualname, import_roots=roots, file=str(path), by_path=by_path)
