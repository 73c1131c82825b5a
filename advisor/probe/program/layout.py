"""A file's lines: which belong to a statement, how deep they stand, and what they become elsewhere.

Source here has a line feed alone at its line ends.
"""

from __future__ import annotations

import ast
import io
import tokenize

from .syntax import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Change = tuple[tuple[int, int], tuple[int, int], str]
    """From line and column, to line and column (in bytes), and the text that takes its place."""

DEFAULT_INDENT = "    "


class Layout:
    """The lines of one file."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.lines = tree.source.split("\n")
        self._inside_text = _lines_inside_text(tree.source)

    @property
    def indent(self) -> str:
        """One step: what the first indented statement stands behind."""
        for node in ast.walk(self._tree.module):
            body = getattr(node, "body", None)
            if not isinstance(node, ast.Module) and isinstance(body, list) and body:
                outer, inner = self.margin(node), self.margin(body[0])
                if inner.startswith(outer) and len(inner) > len(outer):
                    return inner[len(outer) :]
        return DEFAULT_INDENT

    def step(self, node: ast.AST) -> str:
        """One step of indentation where the node stands; the file's own where it stands at the left margin."""
        above: ast.AST | None = node
        while above is not None and not isinstance(above, ast.Module):
            body = getattr(above, "body", None)
            if isinstance(body, list) and body:
                outer, inner = self.margin(above), self.margin(body[0])
                if inner.startswith(outer) and len(inner) > len(outer):
                    return inner[len(outer) :]
            above = self._tree.parent(above)
        return self.indent

    def margin(self, node: ast.AST) -> str:
        """The white space before the line on which a statement begins."""
        line = self.lines[node.lineno - 1]  # type: ignore[attr-defined]
        return line[: len(line) - len(line.lstrip())]

    def stands_alone(self, block: Sequence[ast.stmt]) -> bool:
        """Whether each statement of a block begins a line of its own, and ends one."""
        for statement in block:
            before = self.lines[first_line(statement) - 1]
            if before[: len(before) - len(before.lstrip())] != before[: _column(before, statement.col_offset)]:
                return False
            after = self.lines[(statement.end_lineno or 1) - 1]
            rest = after[_column(after, statement.end_col_offset or 0) :].strip()
            if rest and not rest.startswith("#"):
                return False
        return True

    def lines_of(self, block: Sequence[ast.stmt], place: int, after: int) -> tuple[int, int]:
        """First and last line of a statement, with the comments above it; ``after``: the last line before the block."""
        begin = (block[place - 1].end_lineno or 0) + 1 if place else after + 1
        return begin, block[place].end_lineno or begin

    def moved(self, first: int, last: int, margin: str, new_margin: str, changes: Iterable[Change] = ()) -> list[str]:
        """Lines ``first`` to ``last`` at another margin, with the changes made; text of many lines keeps its own."""
        lines = self.lines[first - 1 : last]
        inside = [number in self._inside_text for number in range(first, last + 1)]
        for (line, column), (end_line, end_column), text in sorted(changes, reverse=True):
            start, end = line - first, end_line - first
            joined = (
                lines[start][: _column(lines[start], column)] + text + lines[end][_column(lines[end], end_column) :]
            )
            lines[start : end + 1] = [joined]
            inside[start : end + 1] = [inside[start]]
        return [line if within else _at_margin(line, margin, new_margin) for line, within in zip(lines, inside)]


def _at_margin(line: str, margin: str, new_margin: str) -> str:
    """A line at another margin; one that stands left of the old one, as comments may, stays; an empty one is empty."""
    if not line.strip():
        return ""
    return new_margin + line[len(margin) :] if line.startswith(margin) else line


def first_line(statement: ast.AST) -> int:
    """With a definition's decorators."""
    decorators = getattr(statement, "decorator_list", None)
    line: int = statement.lineno  # type: ignore[attr-defined]
    return min([line, *(int(each.lineno) for each in decorators or ())])


def _column(line: str, offset: int) -> int:
    """Bytes to characters."""
    return len(line.encode("utf-8")[:offset].decode("utf-8", "ignore"))


def _lines_inside_text(source: str) -> set[int]:
    """Lines that begin inside a string: their white space is the string's."""
    found: set[int] = set()
    opened: list[int] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            name = tokenize.tok_name[token.type]
            if name in ("FSTRING_START", "TSTRING_START"):
                opened.append(token.start[0])
            elif name in ("FSTRING_END", "TSTRING_END"):
                found.update(range(opened.pop() + 1, token.end[0] + 1))
            elif token.type == tokenize.STRING:
                found.update(range(token.start[0] + 1, token.end[0] + 1))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return found
    return found


def change_of(node: ast.AST, text: str) -> Change:
    """The change that puts a text in a node's place."""
    return (
        (node.lineno, node.col_offset),  # type: ignore[attr-defined]
        (node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        text,
    )
