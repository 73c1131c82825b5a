"""The computed part of an iteration as a function at the top of its module, and the loop that calls it."""

from __future__ import annotations

import ast

from .findings import Analysis, BodyFunction, CannotSplit
from .in_place import MARK
from .layout import Layout, change_of, first_line
from .loop_parts import LoopParts
from .outside import free_name
from .parts import Parts, value_names
from .sites import Site, locate
from .syntax import COMPREHENSIONS, LOOPS, Tree, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def body_function(source: str, site: Site, analysis: Analysis | None = None) -> BodyFunction:
    """The computed part of an iteration as a function of the item and its live-ins.

    ``analysis`` is not needed for it, and taken so that callers need not care.

    Raises:
        CannotSplit: no function can be made; the message is one plain sentence.
        SyntaxError: the source cannot be parsed.
        LookupError: the site is not of this source.
    """
    del analysis
    tree = Tree(source)
    node = locate(tree, site)
    parts = parts_of(tree, node)
    return BodyFunction(
        parts.name, parts.item, parts.live_in, parts.values, parts.skips, parts.awaits,
        "\n".join(parts.definition) + "\n", _rewritten(tree, node, parts),
    )  # fmt: skip


def parts_of(tree: Tree, node: ast.AST, narrow: bool = False) -> Parts:
    """The parts of a loop or comprehension. Raises CannotSplit as ``body_function`` does.

    ``narrow``: of a loop over ``enumerate(items)`` whose computed part does not read the count, the parts are those of
    a loop over ``items``, with ``counter`` beside them.
    """
    if isinstance(node, LOOPS):
        return LoopParts(tree, node, narrow).parts()
    if isinstance(node, COMPREHENSIONS):
        from .comprehensions import comprehension_parts

        return comprehension_parts(tree, node)
    if isinstance(node, ast.Call) and dotted(node.func) == "map":
        from .comprehensions import map_parts

        return map_parts(tree, node)
    raise CannotSplit("what a pool is given is a function already")


def inserted(lines: Sequence[str], line: int, definition: Sequence[str]) -> list[str]:
    """The lines with a definition before one of them, above the comments that belong to it, two blank lines apart."""
    at = line - 1
    while at > 0 and lines[at - 1].startswith("#"):
        at -= 1
    if at == 0 or all(not each.strip() or each.startswith("#") for each in lines[:at]):
        at = line - 1
    head = list(lines[:at])
    while head and not head[-1].strip():
        head.pop()
    spaced = [*head, "", ""] if head else []
    return [*spaced, *definition, "", "", *lines[at:]]


def _rewritten(tree: Tree, node: ast.AST, parts: Parts) -> str:
    """The file with the function in it and the site calling it, one item after the other."""
    layout = Layout(tree)
    if not isinstance(node, LOOPS):
        from .comprehensions import serial_text

        whole = layout.moved(1, len(layout.lines), "", "", [change_of(node, serial_text(node, parts))])
        return "\n".join(inserted(whole, parts.top_line, parts.definition))
    body = node.body
    margin = layout.margin(body[0])
    arguments = ", ".join((ast.unparse(node.target), *parts.live_in))
    call = f"{'await ' if parts.awaits else ''}{parts.name}({arguments})"
    after = parts.after
    lines: list[str] = []
    if parts.in_place:
        after = tuple(each.replace(MARK, call) for each in parts.after)
    elif parts.skips:
        kept = free_name(tree, "computed")
        lines = [f"{kept} = {call}", f"if {kept} is None:", f"{layout.step(node)}continue"]
        lines += [f"{value_names(parts)}{',' if len(parts.values) == 1 else ''} = {kept}"] if parts.values else []
    else:
        lines = [f"{value_names(parts)} = {call}" if parts.values else call]
    begin, end = body_lines(layout, node)
    made = [*parts.before, *(margin + each for each in lines), *after]
    whole = [*layout.lines[: begin - 1], *made, *layout.lines[end:]]
    return "\n".join(inserted(whole, parts.top_line, parts.definition))


def body_lines(layout: Layout, loop: ast.AST) -> tuple[int, int]:
    """First and last line of a loop's body, with the comments above its first statement."""
    body: list[ast.stmt] = loop.body  # type: ignore[attr-defined]
    line = first_line(body[0])
    least = loop.iter.end_lineno  # type: ignore[attr-defined]
    while line - 1 > least and layout.lines[line - 2].lstrip()[:1] in ("", "#"):
        line -= 1
    return line, body[-1].end_lineno or line
