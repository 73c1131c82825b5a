"""What a piece of code reads from outside, and what stands in the way of moving it to the top of its module."""

from __future__ import annotations

import ast
import builtins

from .findings import CannotSplit
from .flow import scope_names
from .layout import first_line
from .syntax import COMPREHENSIONS, FUNCTIONS, Tree, dotted
from .touching import Context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def refuse_scope(tree: Tree, node: ast.AST) -> None:
    """Sites whose code cannot move to the top of the module."""
    scope = tree.scope(node)
    if isinstance(scope, (ast.ClassDef, ast.Lambda)):
        raise CannotSplit(
            "it stands in the body of a class" if isinstance(scope, ast.ClassDef) else "it is in a lambda"
        )


def refuse_private_names(statements: Sequence[ast.AST], hoists: Sequence[object]) -> None:
    """Names that mean something else outside the class or function in which they stand."""
    nodes = [*statements, *(each.node for each in hoists)]  # type: ignore[attr-defined]
    for top in nodes:
        for node in ast.walk(top):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
            if name.startswith("__") and not name.endswith("__"):
                raise CannotSplit(f"{name} is private to its class")
            if isinstance(node, ast.Name) and node.id in ("super", "locals", "globals", "vars", "eval", "exec"):
                raise CannotSplit(f"{node.id}() means something else in a function of its own")
            if isinstance(node, (ast.Nonlocal, ast.Global)):
                raise CannotSplit(f"it sets {node.names[0]} outside itself")


def classify(context: Context, node: ast.AST, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names read from outside: those known only at run time, and those that the imported module has."""
    tree = context.tree
    scopes = [tree.scope(node)]
    while not isinstance(scopes[-1], ast.Module):
        scopes.append(tree.scope(scopes[-1]))
    local = [scope_names(scope) for scope in scopes if isinstance(scope, (*FUNCTIONS, ast.Lambda))]
    in_module = isinstance(scopes[0], ast.Module)
    live_in: list[str] = []
    known: list[str] = []
    for name in names:
        if any(name in each for each in local):
            live_in.append(name)
        elif name in context.module_names:
            (known if _in_imported_module(context, name, in_module) else live_in).append(name)
        elif not hasattr(builtins, name) and name not in ("__file__", "__name__"):
            live_in.append(name)
    return tuple(live_in), tuple(known)


def _in_imported_module(context: Context, name: str, loop_in_module: bool) -> bool:
    """Whether importing the module alone gives the name its value for good."""
    nodes = context.module_names[name]
    if any(_guarded(context.tree, each) for each in nodes):
        return False
    if context.is_import_or_definition(name):
        return True
    changed = any(name in each.names for each in ast.walk(context.tree.module) if isinstance(each, ast.Global))
    if changed or len(nodes) > 1 or context.tree.parent(context.tree.statement(nodes[0])) is not context.tree.module:
        return False
    statement = context.tree.statement(nodes[0])
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return False
    return not loop_in_module or name.isupper() or _is_constant(statement.value)


def _is_constant(value: ast.expr) -> bool:
    """Whether making the value again costs nothing and gives the same."""
    return not any(isinstance(each, (*COMPREHENSIONS, ast.Await)) for each in ast.walk(value)) and all(
        dotted(each.func) in ("re.compile", "Path", "pathlib.Path", "os.path.join", "os.path.dirname", "frozenset")
        for each in ast.walk(value)
        if isinstance(each, ast.Call)
    )


def _guarded(tree: Tree, node: ast.AST) -> bool:
    """Whether a node of the module stands under ``if __name__ == "__main__"``."""
    return any(isinstance(above, ast.If) and is_main_guard(above) for above in tree.ancestors(node))


def is_main_guard(node: ast.AST) -> bool:
    """``if __name__ == "__main__":``, either way round."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare) or len(node.test.ops) != 1:
        return False
    sides = (node.test.left, node.test.comparators[0])
    names = [each.id for each in sides if isinstance(each, ast.Name)]
    texts = [each.value for each in sides if isinstance(each, ast.Constant)]
    return names == ["__name__"] and texts == ["__main__"] and isinstance(node.test.ops[0], ast.Eq)


def free_name(tree: Tree, name: str) -> str:
    """The name, or with a number behind it where the file has it already."""
    used = {each.id for each in ast.walk(tree.module) if isinstance(each, ast.Name)} | set(scope_names(tree.module))
    used |= {each.arg for each in ast.walk(tree.module) if isinstance(each, ast.arg)}
    free, number = name, 2
    while free in used:
        free, number = f"{name}_{number}", number + 1
    return free


def top_line(tree: Tree, node: ast.AST) -> int:
    """The line before which the definition goes: of the module's statement that holds the node.

    Of a script's own statements, the first behind the definitions and imports.
    """
    top: ast.AST = node
    for above in tree.ancestors(node):
        if isinstance(above, ast.Module):
            break
        top = above
    body = tree.module.body
    place = next(i for i, each in enumerate(body) if each is top)
    if isinstance(tree.scope(node), ast.Module):
        while place and not isinstance(body[place - 1], (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)):
            if isinstance(body[place - 1], ast.Expr) and place == 1:
                break
            place -= 1
    return first_line(body[place])
