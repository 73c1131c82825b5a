"""A file's syntax tree with the way from each node to the module, and its text by position."""

from __future__ import annotations

import ast
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
    ScopeNode = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    LoopNode = ast.For | ast.AsyncFor
    ComprehensionNode = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_LINES = re.compile("[^\r\n]*(?:\r\n|\r|\n|$)")
"""As the tokenizer counts them: a form feed ends none."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LOOPS = (ast.For, ast.AsyncFor)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Tree:
    """A parsed file. Columns are offsets in UTF-8 bytes, as ``ast`` and code objects have them.

    Raises:
        SyntaxError: where the interpreter that runs this cannot parse the source.
        ValueError: where the source holds null bytes.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.module = ast.parse(source)
        self._parents: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(self.module):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
        self._lines: list[str] | None = None
        self._bound = {name for node in ast.walk(self.module) for name in _binds(node)}

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that holds this one; ``None`` for the module."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the node's parent up to the module."""
        above = self._parents.get(node)
        while above is not None:
            yield above
            above = self._parents.get(above)

    def scope(self, node: ast.AST) -> ScopeNode:
        """The function, class, lambda or module whose names the node sees as its own."""
        inner = node
        for above in self.ancestors(node):
            if isinstance(above, SCOPES) and not _evaluated_outside(inner, above):
                return above
            inner = above
        return self.module

    def statement(self, node: ast.AST) -> ast.stmt:
        """The smallest statement that holds the node."""
        for above in (node, *self.ancestors(node)):
            if isinstance(above, ast.stmt):
                return above
        raise ValueError("the module itself is in no statement")

    def block(self, statement: ast.AST) -> tuple[list[ast.stmt], int]:
        """The list of statements that holds this one, and its place in it."""
        above = self._parents[statement]
        for name in BLOCKS:
            block = getattr(above, name, None)
            if isinstance(block, list) and any(each is statement for each in block):
                return block, next(i for i, each in enumerate(block) if each is statement)
        raise ValueError("not a statement of a block")

    def qualified_name(self, node: ast.AST) -> str:
        """Of the function around the node, as ``__qualname__`` has it; ``<module>`` outside functions."""
        names: list[str] = []
        within: ast.AST | None = None
        for above in self.ancestors(node):
            if isinstance(above, (*FUNCTIONS, ast.ClassDef)):
                if names and isinstance(above, FUNCTIONS):
                    names.append("<locals>")
                names.append(above.name)
                within = within or above
        return ".".join(reversed(names)) or "<module>"

    def rebinds(self, builtin: str) -> bool:
        """Whether the file gives the name of a builtin another meaning anywhere."""
        return builtin in self._bound

    def text(self, node: ast.AST) -> str:
        """The node's source, to the letter."""
        line, end = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
        if line is None or end is None:
            return ast.unparse(node)
        if self._lines is None:
            self._lines = _LINES.findall(self.source)
        first, last = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        lines = [each.encode("utf-8") for each in self._lines[line - 1 : end]]
        # The end first: on a single line it is counted from the same beginning.
        lines[-1] = lines[-1][:last]
        lines[0] = lines[0][first:]
        return b"".join(lines).decode("utf-8", "replace")


def _binds(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        return (node.id,) if isinstance(node.ctx, ast.Store) else ()
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return (node.name,)
    if isinstance(node, ast.arg):
        return (node.arg,)
    return (node.asname or node.name,) if isinstance(node, ast.alias) else ()


def _evaluated_outside(inner: ast.AST, scope: ast.AST) -> bool:
    """Whether the node directly below a scope is evaluated in the scope around it: decorators, defaults, bases."""
    if isinstance(scope, ast.Module):
        return False
    if isinstance(scope, ast.Lambda):
        return inner is scope.args
    body = getattr(scope, "body", ())
    return not (isinstance(inner, ast.stmt) and any(inner is each for each in body))


def bound_names(target: ast.AST) -> tuple[str, ...]:
    """The names that a target binds, in the order of the text."""
    return tuple(node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def dotted(node: ast.AST) -> str:
    """``a.b.c`` for names and their attributes, and an empty text for everything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def root_name(node: ast.AST) -> str:
    """The name that an expression of attributes, subscripts and calls begins with; empty where there is none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def inside(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below, but not into nested functions, classes and lambdas: what runs when the node runs."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from inside(child)
