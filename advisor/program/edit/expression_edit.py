"""A comprehension, a consumed generator expression or a ``map``, its calls made by a pool."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...probe.program.layout import Layout, change_of
from ...probe.program.parts import Parts, value_names
from ...probe.program.syntax import Tree
from ...records.tried import Plan
from .edited_text import EditedText, with_definition
from .items_text import ItemsText, items_twice
from .loop_edit import Mapped, bracketed
from .pool_text import pool_of, with_live_ins
from .refusal import CannotEditError


def edit_expression(tree: Tree, node: ast.expr, parts: Parts, plan: Plan) -> EditedText:
    """The file with the statement around the expression in a pool, and the expression mapped by it."""
    pool = pool_of(plan, tree)
    function, more = with_live_ins(parts.call or parts.name, () if parts.call else parts.live_in, tree)
    items, text = mapped_expression(tree, node, parts, Mapped(pool, function).over)
    statement = tree.statement(node)
    refuse_place(tree, node, statement)
    layout = Layout(tree)
    margin = layout.margin(statement)
    end = statement.end_lineno or statement.lineno
    lines = [f"{margin}with {pool.made} as {pool.variable}:"]
    lines += [f"{margin}{layout.step(statement)}{each}" for each in items.made]
    lines += layout.moved(statement.lineno, end, margin, margin + layout.step(statement), [change_of(node, text)])
    whole = [*layout.lines[: statement.lineno - 1], *lines, *layout.lines[end:]]
    return EditedText(text=with_definition(whole, parts, not parts.call), imports=(*pool.imports, *more))


def refuse_place(tree: Tree, node: ast.expr, statement: ast.stmt) -> None:
    """Raise where no ``with`` can stand around what the expression is in."""
    layout = Layout(tree)
    if isinstance(statement, ast.For):
        stays = any(
            isinstance(each, ast.Break | ast.Return | ast.Yield | ast.YieldFrom) for each in ast.walk(statement)
        )
        if stays or node not in ast.walk(statement.iter):
            raise CannotEditError("the loop around it may stop before the last result")
    elif not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return):
        raise CannotEditError("it stands in the head of another statement: give it a name on a line of its own first")
    block, place = tree.block(statement)
    if not layout.stands_alone([block[place]]):
        raise CannotEditError("its statement shares a line with another")
    for above in tree.ancestors(node):
        if above is statement:
            break
        if isinstance(above, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            raise CannotEditError("it is made anew for each item of the comprehension around it: edit that one")
    if isinstance(node, ast.Call | ast.GeneratorExp) and not _is_taken_there(tree, node, statement):
        raise CannotEditError("its results are taken elsewhere, one by one")


def _is_taken_there(tree: Tree, node: ast.expr, statement: ast.stmt) -> bool:
    """Whether the statement itself goes over a lazy result."""
    from ...probe.program.sites import consumer

    return consumer(tree, node) is not None or (isinstance(statement, ast.For) and statement.iter is node)


def mapped_expression(tree: Tree, node: ast.expr, parts: Parts, over: Callable[[str], str]) -> tuple[ItemsText, str]:
    """The items' text, and the expression over what ``over`` makes of the items."""
    if isinstance(node, ast.Call):
        text = tree.text(node.args[1])
        return ItemsText(text=text), over(text)
    only = node.generators[0]  # type: ignore[attr-defined]
    names = value_names(parts)
    if parts.conditions:
        chosen = f"[{tree.text(only.target)} for {parts.target} in {parts.iterable} if {' if '.join(parts.conditions)}]"
        if "," in parts.target:
            chosen = (
                f"[{bracketed(parts.target)} for {parts.target} in {parts.iterable} if {' if '.join(parts.conditions)}]"
            )
        items = ItemsText(text="items", made=(f"items = {chosen}",)) if parts.needs_item else ItemsText(text=chosen)
    elif parts.needs_item:
        items = items_twice(tree, node, only.iter)
    else:
        items = ItemsText(text=parts.iterable)
    mapped = over(items.text)
    if not parts.needs_item and parts.element == names:
        return items, _only_results(node, mapped)
    head = f"for {bracketed(parts.target)}, {bracketed(names)} in zip({items.text}, {mapped})"
    if not parts.needs_item:
        head = f"for {names} in {mapped}"
    inner = f"{parts.element} {head}" + (f" if {parts.keeps}" if parts.keeps else "")
    return items, _enclosed(node, inner)


def _only_results(node: ast.expr, mapped: str) -> str:
    if isinstance(node, ast.ListComp):
        return f"list({mapped})"
    if isinstance(node, ast.SetComp):
        return f"set({mapped})"
    # The brackets of a generator expression that is a call's only argument are the call's.
    return f"({mapped})" if isinstance(node, ast.GeneratorExp) else mapped


def _enclosed(node: ast.expr, inner: str) -> str:
    if isinstance(node, ast.ListComp):
        return f"[{inner}]"
    return f"({inner})" if isinstance(node, ast.GeneratorExp) else f"{{{inner}}}"
