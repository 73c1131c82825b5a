"""From an object's name, an expression or a spooled file to the list of items."""

from __future__ import annotations

import importlib
import inspect
from time import monotonic

from ..failures import Unusable, name_error
from .loading import load_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator
    from types import ModuleType
    from typing import Any

OPEN_END_SECONDS = 1.2
OPEN_END_ITEMS = 5_000_000
MOST_ITEMS = 20_000_000


def load_items(inputs: dict[str, Any], module: ModuleType, calls: int | None) -> list[Any] | None:
    """The items as a list, at most ``calls`` of them where that is given.

    Raises:
        Unusable: there are none, they do not end, or making them failed.
    """
    kind, source = inputs["kind"], inputs["source"]
    if kind == "none":
        return None
    try:
        if kind == "object":
            found = load_object(source, "--inputs-from")
            found = found() if callable(found) else found
        elif kind == "expression":
            found = _evaluate(source, module)
        else:
            found = _load_spooled(source)
        iterator = iter(found)
        bounded = hasattr(found, "__len__")
        if bounded and calls is None:
            _check_count(len(found))
    except Unusable:
        raise
    except (Exception, SystemExit) as error:
        raise Unusable("the inputs could not be made: %s." % name_error(error)) from error
    return _take(iterator, calls, bounded)


def _load_spooled(path: str) -> Any:
    import pickle

    with open(path, "rb") as file:
        return pickle.load(file)  # noqa: S301 - written by the host from a file of plain rows


def _take(iterator: Iterator[Any], calls: int | None, bounded: bool) -> list[Any]:
    items = []
    started_seconds = monotonic()
    try:
        for item in iterator:
            items.append(item)
            if calls is not None and len(items) >= calls:
                break
            if not bounded and calls is None and len(items) % 64 == 1:
                _check_end(len(items), monotonic() - started_seconds)
    except Unusable:
        raise
    except (Exception, SystemExit) as error:
        raise Unusable("the inputs failed after %d items: %s." % (len(items), name_error(error))) from error
    if not items:
        raise Unusable("the inputs are empty: there is no item to call the function on.")
    return items


def _check_count(count: int) -> None:
    if count > MOST_ITEMS:
        raise Unusable("there are %d inputs, too many to keep. Say how many calls the job makes: --calls N." % count)


def _check_end(count: int, seconds: float) -> None:
    if seconds > OPEN_END_SECONDS or count > OPEN_END_ITEMS:
        raise Unusable(
            "the inputs have not ended after %d items and %.1f s. If they are endless or slow to make, say "
            "how many calls the job makes: --calls N." % (count, seconds)
        )


def _evaluate(expression: str, module: ModuleType) -> Any:
    """Evaluate in the target's module; a name it lacks may be a module that can be imported."""
    import ast
    import builtins

    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError as error:
        raise Unusable("--inputs-expr is not an expression: %s: %s" % (error.msg, expression)) from None
    names = dict(vars(module))
    for name in free_names(tree):
        if name not in names and not hasattr(builtins, name):
            try:
                names[name] = importlib.import_module(name)
            except ImportError:
                continue
    return eval(compile(tree, "<--inputs-expr>", "eval"), names)  # noqa: S307 - the user's own expression


def expression_imports(expression: str, module: ModuleType) -> list[str]:
    """Import statements that make the expression's names known outside the target's module."""
    import ast
    import builtins

    statements = []
    for name in free_names(ast.parse(expression.strip(), mode="eval")):
        built_in = hasattr(builtins, name)
        if name in vars(module) and not (built_in and vars(module)[name] is getattr(builtins, name)):
            found = vars(module)[name]
            if inspect.ismodule(found):
                statements.append(
                    "import %s" % name if found.__name__ == name else "import %s as %s" % (found.__name__, name)
                )
            else:
                statements.append("from %s import %s" % (module.__name__, name))
        elif not built_in:
            statements.append("import %s" % name)
    return statements


def free_names(tree: ast.AST) -> list[str]:
    """Names that an expression reads and does not bind itself, in order."""
    import ast

    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return list(dict.fromkeys(node.id for node in nodes if node.id not in bound))
