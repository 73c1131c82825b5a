"""A loop or comprehension that awaits one thing after the other: a bounded number in flight, results in order."""

from __future__ import annotations

import ast

from ...probe.program.body import body_lines
from ...probe.program.in_place import MARK
from ...probe.program.layout import Layout, change_of
from ...probe.program.outside import free_name
from ...probe.program.parts import Parts, value_names
from ...probe.program.syntax import COMPREHENSIONS, Tree
from ...records.tried import Plan
from .edited_text import EditedText, with_definition
from .expression_edit import mapped_expression, refuse_place
from .items_text import items_twice
from .loop_edit import bracketed, head, head_comment, inner_iterable
from .pool_text import Import
from .refusal import CannotEditError


def edit_async(tree: Tree, node: ast.AST, parts: Parts, plan: Plan) -> EditedText:
    """The file with tasks for all items, as many at once as the plan says, awaited in the items' order.

    The first item that fails ends the rest, as it did when nothing of them had begun.
    """
    if parts.skips and parts.before:
        raise CannotEditError("items are passed over after something that goes in order")
    layout = Layout(tree)
    statement = tree.statement(node)
    names = _Names(tree)
    lines = _tasks_lines(parts, plan, names, layout.step(statement))
    margin = layout.margin(statement)
    if isinstance(node, ast.For):
        made, inner, end = _loop(tree, node, parts, names, layout)
    elif isinstance(node, COMPREHENSIONS):
        made, inner, end = _comprehension(tree, node, parts, names, layout)
    else:
        raise CannotEditError("only loops and comprehensions that await are edited")
    items = made[0].partition(" = ")[0] if made else parts.iterable
    if parts.conditions and not made:
        items = f"({parts.target} for {parts.target} in {parts.iterable} if {' if '.join(parts.conditions)})"
    lines.append(f"{names.tasks} = [asyncio.ensure_future({names.bounded}(item)) for item in {items}]")
    cancel = [f"{margin}finally:", f"{margin}{layout.step(statement)}for {names.task} in {names.tasks}:",
              f"{margin}{layout.step(statement) * 2}{names.task}.cancel()"]  # fmt: skip
    whole = [
        *layout.lines[: statement.lineno - 1],
        *(margin + each if each else each for each in (*made, *lines, "try:")),
        *inner,
        *cancel,
        *layout.lines[end:],
    ]
    return EditedText(text=with_definition(whole, parts, not parts.call), imports=(Import(module="asyncio"),))


class _Names:
    """Free names for what the edit adds."""

    def __init__(self, tree: Tree) -> None:
        self.semaphore = free_name(tree, "semaphore")
        self.bounded = free_name(tree, "bounded")
        self.tasks = free_name(tree, "tasks")
        self.task = free_name(tree, "task")


def _tasks_lines(parts: Parts, plan: Plan, names: _Names, step: str) -> list[str]:
    """The semaphore, and the coroutine that waits for its turn."""
    arguments = "item" if parts.call else ", ".join(("item", *parts.live_in))
    return [
        f"{names.semaphore} = asyncio.Semaphore({plan.workers})",
        "",
        f"async def {names.bounded}(item):",
        f"{step}async with {names.semaphore}:",
        f"{step}{step}return await {parts.call or parts.name}({arguments})",
        "",
    ]


def _loop(
    tree: Tree, loop: ast.For, parts: Parts, names: _Names, layout: Layout
) -> tuple[tuple[str, ...], list[str], int]:
    margin, step = layout.margin(loop), layout.step(loop)
    _, end = body_lines(layout, loop)
    made: tuple[str, ...] = ()
    if parts.needs_item:
        items = items_twice(tree, loop, inner_iterable(loop, parts))
        made = items.made
        first = head(parts, f"{bracketed(parts.target)}, {names.task}", f"zip({items.text}, {names.tasks})")
    else:
        first = head(parts, names.task, names.tasks)
    body = layout.margin(loop.body[0])
    deeper = f"{margin}{step}{body[len(margin) :]}"
    values = value_names(parts)
    awaited = f"await {names.task}"
    after = tuple(each.replace(MARK, awaited) for each in parts.after)
    taken: list[str] = []
    if parts.in_place:
        pass
    elif parts.skips:
        kept = free_name(tree, "computed")
        taken = [f"{kept} = {awaited}", f"if {kept} is None:", f"{step}continue"]
        unpacked = f"({values},)" if len(parts.values) == 1 else values
        taken += [f"{unpacked} = {kept}"] if values else []
    else:
        taken = [f"{values} = {awaited}" if values else awaited]
    lines = [*parts.before, *(body + each for each in taken), *after]
    moved = [deeper + each[len(body) :] if each.startswith(body) else each for each in lines]
    return made, [f"{margin}{step}{first}{head_comment(layout, loop)}", *moved], end


def _comprehension(
    tree: Tree, node: ast.AST, parts: Parts, names: _Names, layout: Layout
) -> tuple[tuple[str, ...], list[str], int]:
    assert isinstance(node, ast.expr)  # noqa: S101 - comprehensions are expressions
    statement = tree.statement(node)
    refuse_place(tree, node, statement)
    if len(parts.values) != 1 or parts.keeps or isinstance(node, ast.GeneratorExp):
        raise CannotEditError("give what is awaited a name in a loop of its own first")
    items, text = mapped_expression(tree, node, parts, lambda _: names.tasks)
    value = parts.values[0]
    if not parts.needs_item and parts.element == value:
        opening, closing = ("{", "}") if isinstance(node, ast.SetComp) else ("[", "]")
        text = f"{opening}await {names.task} for {names.task} in {names.tasks}{closing}"
    else:
        element = parts.element.replace(value, f"await {names.task}", 1)
        head, _, rest = text.partition(f"{parts.element} for ")
        text = f"{head}{element} for {rest}".replace(f", {value} in zip(", f", {names.task} in zip(", 1)
        text = text.replace(f" for {value} in ", f" for {names.task} in ", 1)
    margin = layout.margin(statement)
    end = statement.end_lineno or statement.lineno
    lines = layout.moved(statement.lineno, end, margin, margin + layout.step(statement), [change_of(node, text)])
    return items.made, lines, end
