"""What a script's text needs of itself so that one function of it can be imported without the script's work."""

from __future__ import annotations

import ast

from .flow import Flow

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def importable(source: str, function_name: str) -> str:
    """The text with every statement of the module taken out that the function does not need.

    Definitions and imports stay; so does what gives a value to, or fills, a name that the function or a class
    reads, directly or through other functions. Lines keep their numbers.

    Args:
        source: a script's text.
        function_name: a function at the top of it.

    Raises:
        SyntaxError: the source cannot be parsed.
    """
    module = ast.parse(source)
    kept = _needed(module.body, function_name)
    lines = source.split("\n")
    for statement in module.body:
        if statement not in kept:
            first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
            for number in range(first - 1, statement.end_lineno or first):
                lines[number] = ""
    return "\n".join(lines)


def _needed(statements: Sequence[ast.stmt], function_name: str) -> set[ast.stmt]:
    touching: dict[str, list[ast.stmt]] = {}
    for statement in statements:
        for name in _touched(statement):
            touching.setdefault(name, []).append(statement)
    kept = [each for each in statements if _always_kept(each)]
    # Pickles name classes, and functions that stand as values in them; only what runs of those has to be complete.
    pending = [each for each in kept if isinstance(each, ast.ClassDef) or getattr(each, "name", "") == function_name]
    done = []
    while pending:
        statement = pending.pop()
        if statement in done:
            continue
        done.append(statement)
        for name in _read(statement):
            pending.extend(touching.get(name, ()))
    return {*kept, *done}


def _always_kept(statement: ast.stmt) -> bool:
    if isinstance(statement, (*_DEFINITIONS, *_IMPORTS)):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True
    if isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("sys.path."):
        return True
    blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody", "handlers")]
    inner = [each for block in blocks for each in block]
    handled = [each for one in inner for each in (one.body if isinstance(one, ast.ExceptHandler) else [one])]
    return isinstance(statement, (ast.If, ast.Try)) and all(
        _always_kept(each) or isinstance(each, (ast.Assign, ast.Pass)) for each in handled
    )


def _touched(statement: ast.stmt) -> list[str]:
    """Names of the module to which a statement gives a value, or which it may change."""
    if isinstance(statement, _DEFINITIONS):
        return [statement.name]
    if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Call):
        return []
    found = []
    loops = _bound_by_loops(statement, _COMPREHENSIONS)
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            if node.id not in loops:
                found.append(node.id)
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            found.append(_root(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.append(_root(node.func))
        elif isinstance(node, ast.alias):
            found.append((node.asname or node.name).split(".")[0])
        elif isinstance(node, _DEFINITIONS):
            found.append(node.name)
    return found


def _root(node: ast.expr) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _read(statement: ast.stmt) -> set[str]:
    return set(Flow().run([statement]).exposed)


def _bound_by_loops(statement: ast.stmt, kinds: tuple[type[ast.AST], ...]) -> set[str]:
    """Names that loops inside a statement go through items by."""
    found: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, kinds):
            targets = [each.target for each in node.generators]  # type: ignore[attr-defined] # as its kind says
            found.update(each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))
    return found
