"""The ``__main__`` guard that a program with worker processes needs."""

from __future__ import annotations

import ast

from ...probe.program.layout import Layout, first_line
from ...probe.program.outside import is_main_guard
from ...probe.program.syntax import FUNCTIONS, Tree
from .refusal import CannotEditError

_PLAIN = (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)
GUARD = 'if __name__ == "__main__":'


def with_guard(text: str, function: str, line: int, must: bool) -> str:
    """The source with all under a guard that runs the site when the file is run.

    Args:
        text: the source.
        function: the qualified name of the function that holds the site; ``<module>`` for none.
        line: a line of the site, where it is in no function.
        must: whether workers import the file again, so that it cannot do without.

    Raises:
        CannotEditError: it must, and the file's statements do not allow for it.
    """
    tree = Tree(text)
    first = _first_running(tree, function, line)
    if first is None:
        return text
    tail = tree.module.body[first:]
    problem = _problem(tree, first)
    if problem is not None:
        if must:
            raise CannotEditError(problem)
        return text
    layout = Layout(tree)
    begin = first_line(tail[0])
    while begin > 1 and layout.lines[begin - 2].startswith("#"):
        begin -= 1
    end = tail[-1].end_lineno or begin
    head = layout.lines[: begin - 1]
    while head and not head[-1].strip():
        head.pop()
    moved = layout.moved(begin, end, "", layout.indent)
    return "\n".join([*head, *(["", ""] if head else []), GUARD, *moved, *layout.lines[end:]])


def _first_running(tree: Tree, function: str, line: int) -> int | None:
    """The first statement of the module, outside any guard, that runs the site; ``None`` where none does."""
    reaching = _reaching(tree, function.split(".", maxsplit=1)[0]) if function != "<module>" else frozenset()
    for place, statement in enumerate(tree.module.body):
        if isinstance(statement, _PLAIN) or is_main_guard(statement):
            continue
        names = {each.id for each in ast.walk(statement) if isinstance(each, ast.Name)}
        holds = function == "<module>" and first_line(statement) <= line <= (statement.end_lineno or 0)
        if holds or names & reaching:
            return place
    return None


def _reaching(tree: Tree, name: str) -> frozenset[str]:
    """The module's functions and classes that run it, by the names that they use."""
    used = {
        node.name: {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
        for node in tree.module.body
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
    }
    found = {name}
    while True:
        more = {each for each, names in used.items() if names & found} - found
        if not more:
            return frozenset(found)
        found |= more


def _problem(tree: Tree, first: int) -> str | None:
    """Why what is behind a statement cannot go under a guard."""
    tail = tree.module.body[first:]
    if any(isinstance(each, _PLAIN) or is_main_guard(each) for each in tail):
        return "worker processes need a __main__ guard, and definitions stand behind the statement that runs it"
    bound = {
        each.id
        for statement in tail
        for each in ast.walk(statement)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    for node in tree.module.body[:first]:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            reads = {
                each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
            }
            own = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
            own |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
            late = sorted((reads - own) & bound)
            if late:
                return (
                    f"worker processes need a __main__ guard, and {node.name} reads {late[0]}, which would be under it"
                )
    return None
