"""A ``for`` loop whose computed part goes to a pool; what has to happen in order stays in the loop."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...probe.program.body import body_lines
from ...probe.program.flow import scope_names
from ...probe.program.in_place import MARK
from ...probe.program.layout import Layout
from ...probe.program.outside import free_name
from ...probe.program.parts import Parts, value_names
from ...probe.program.syntax import Tree
from ...records.tried import Plan
from .edited_text import EditedText, with_definition
from .items_text import ItemsText, items_twice
from .pool_text import Pool, pool_of, with_live_ins

LINE_LENGTH = 110


def edit_loop(tree: Tree, loop: ast.For, parts: Parts, plan: Plan) -> EditedText:
    """The file with the loop's computed part mapped over the items by a pool, results taken in order."""
    pool = pool_of(plan, tree)
    if parts.in_place:
        return _edit_in_place(tree, loop, parts, pool)
    function, more = with_live_ins(parts.call or parts.name, () if parts.call else parts.live_in, tree)
    layout = Layout(tree)
    margin, step = layout.margin(loop), layout.step(loop)
    mapped = Mapped(pool, function)
    items, loop_lines = _loop_lines(tree, loop, parts, mapped, step)
    _, end = body_lines(layout, loop)
    loop_lines = _not_too_long(loop_lines, mapped, tree, len(margin + step))
    stays = loop_lines[-1].endswith(":") or parts.skips or bool(parts.before)
    comment = head_comment(layout, loop)
    if comment and loop_lines:
        place = next(i for i, line in enumerate(loop_lines) if line.startswith("for ") or i == len(loop_lines) - 1)
        loop_lines[place] += comment
    lines = [f"{margin}with {pool.made} as {pool.variable}:"]
    lines += [f"{margin}{step}{each}" for each in (*items.made, *loop_lines)]
    if stays:
        lines += _kept(layout, parts, loop, loop_lines, margin, step)
    whole = [*layout.lines[: loop.lineno - 1], *lines, *layout.lines[end:]]
    return EditedText(text=with_definition(whole, parts, not parts.call), imports=(*pool.imports, *more))


def _edit_in_place(tree: Tree, loop: ast.For, parts: Parts, pool: Pool) -> EditedText:
    """One future an item; the loop takes its result, or its error, where the call stood."""
    layout = Layout(tree)
    margin, step = layout.margin(loop), layout.step(loop)
    _, end = body_lines(layout, loop)
    items = items_twice(tree, loop, loop.iter)
    futures, future = free_name(tree, "futures"), free_name(tree, "future")
    item = parts.item if parts.item.isidentifier() else "item"
    given = ", ".join((parts.name, item, *parts.live_in))
    lines = [
        *items.made,
        f"{futures} = [{pool.variable}.submit({given}) for {item} in {items.text}]",
        f"for {bracketed(parts.target)}, {future} in zip({items.text}, {futures}):{head_comment(layout, loop)}",
    ]
    body = layout.margin(loop.body[0])
    deeper = f"{margin}{step}{body[len(margin) :]}"
    kept = [each.replace(MARK, f"{future}.result()") for each in parts.after]
    whole = [
        *layout.lines[: loop.lineno - 1],
        f"{margin}with {pool.made} as {pool.variable}:",
        *(f"{margin}{step}{each}" for each in lines),
        *(deeper + each[len(body) :] if each.startswith(body) else each for each in kept),
        *layout.lines[end:],
    ]
    return EditedText(text=with_definition(whole, parts, needed=True), imports=pool.imports)


def _not_too_long(lines: list[str], mapped: Mapped, tree: Tree, margin: int) -> list[str]:
    """The call of ``map`` on a line of its own, where the loop's head would be too long with it."""
    call = mapped.last
    if margin + len(lines[0]) <= LINE_LENGTH or not lines[0].startswith("for ") or call not in lines[0]:
        return lines
    name = free_name(tree, "results")
    return [f"{name} = {call}", lines[0].replace(call, name), *lines[1:]]


class Mapped:
    """The call of a pool's ``map``; ``last`` is the one that was made last."""

    def __init__(self, pool: Pool, function: str) -> None:
        self._pool = pool
        self._function = function
        self.last = ""

    def over(self, items: str) -> str:
        """Its text for these items."""
        self.last = f"{self._pool.variable}.map({self._function}, {items}{self._pool.chunk})"
        return self.last


def _loop_lines(tree: Tree, loop: ast.For, parts: Parts, mapped: Mapped, step: str) -> tuple[ItemsText, list[str]]:
    """The lines from the loop's head to where what stays goes on; without it where nothing stays."""
    iterable = inner_iterable(loop, parts)
    once = ItemsText(text=_argument(tree, iterable))
    if not parts.before and not parts.after and not parts.values:
        return once, [f"list({mapped.over(once.text)})"]
    if _extends(tree, loop, parts):
        return once, [f"{_appended_to(parts)}.extend({mapped.over(once.text)})"]
    if parts.before:
        items = items_twice(tree, loop, iterable)
        computed = free_name(tree, "computed")
        lines = [f"{computed} = {mapped.over(items.text)}", head(parts, parts.target, items.text)]
        return items, lines
    values = "computed" if parts.skips else value_names(parts) or "_"
    if parts.skips:
        values = free_name(tree, values)
    if parts.needs_item:
        items = items_twice(tree, loop, iterable)
        both = f"{bracketed(parts.target)}, {bracketed(values)}"
        lines = [head(parts, both, f"zip({items.text}, {mapped.over(items.text)})")]
    else:
        items = once
        lines = [head(parts, values, mapped.over(once.text))]
    if parts.skips:
        lines += [f"{step}if {values} is None:", f"{step}{step}continue"]
        names = value_names(parts)
        names = f"({names},)" if len(parts.values) == 1 else names
        lines += [f"{step}{names} = {values}"] if names else []
    return items, lines


def inner_iterable(loop: ast.For, parts: Parts) -> ast.expr:
    """What the parts go over: of ``enumerate(items)`` the items, where the count stays in the loop."""
    return loop.iter.args[0] if parts.counter and isinstance(loop.iter, ast.Call) else loop.iter


def head(parts: Parts, target: str, iterable: str) -> str:
    """The loop's head, with the count where there was one."""
    if not parts.counter:
        return f"for {target} in {iterable}:"
    return f"for {parts.counter}, {bracketed(target)} in enumerate({iterable}{parts.count_from}):"


def _kept(layout: Layout, parts: Parts, loop: ast.For, loop_lines: Sequence[str], margin: str, step: str) -> list[str]:
    """What stays of the body, one step deeper than it was."""
    body = layout.margin(loop.body[0])
    deeper = f"{margin}{step}{body[len(margin) :]}"
    lines = [*parts.before]
    if parts.before:
        computed = loop_lines[0].partition(" = ")[0]
        names = value_names(parts)
        lines.append(f"{body}{names} = next({computed})" if names else f"{body}next({computed})")
    lines += parts.after
    if not lines:
        return [f"{deeper}pass"] if not parts.skips else []
    return [each if not each.startswith(body) else deeper + each[len(body) :] for each in lines]


def _extends(tree: Tree, loop: ast.For, parts: Parts) -> bool:
    """Whether all that stays is to append the one value to a list that the function itself made."""
    if parts.before or parts.skips or len(parts.values) != 1 or len(parts.after) != 1:
        return False
    name = _appended_to(parts)
    if not name or parts.after[0].strip() != f"{name}.append({parts.values[0]})":
        return False
    if any(each.id in parts.values for each in ast.walk(tree.scope(loop)) if isinstance(each, ast.Name)
           and each.lineno > (loop.end_lineno or 0)):  # fmt: skip
        return False
    bound = scope_names(tree.scope(loop)).get(name, [])
    assigned = [tree.parent(each) for each in bound]
    return bool(assigned) and all(
        isinstance(each, ast.Assign | ast.AnnAssign) and isinstance(each.value, ast.List | ast.ListComp)
        for each in assigned
    )


def _appended_to(parts: Parts) -> str:
    """The list's name in ``rows.append(row)``."""
    name = parts.after[0].strip().partition(".append(")[0] if parts.after else ""
    return name if name.isidentifier() else ""


def _argument(tree: Tree, node: ast.expr) -> str:
    """An expression as one of several arguments."""
    text = tree.text(node)
    if isinstance(node, ast.Tuple | ast.GeneratorExp | ast.NamedExpr) and not text.startswith("("):
        return f"({text})"
    return text


def bracketed(target: str) -> str:
    """A target as a part of another."""
    parsed = ast.parse(f"{target} = 0").body[0]
    assert isinstance(parsed, ast.Assign)  # noqa: S101 - the line above
    plain = isinstance(parsed.targets[0], ast.Tuple) and not _in_brackets(target)
    return f"({target})" if plain else target


def _in_brackets(target: str) -> bool:
    try:
        inner = ast.parse(f"({target}\n)", mode="eval").body
    except SyntaxError:
        return False
    return target.startswith("(") and inner.col_offset == 1


def head_comment(layout: Layout, loop: ast.For) -> str:
    """The comment behind a loop's head."""
    line = layout.lines[(loop.iter.end_lineno or 1) - 1]
    rest = line.encode()[loop.iter.end_col_offset or 0 :].decode().lstrip()
    before, hash_, comment = rest.partition("#")
    return f"  #{comment}" if hash_ and set(before.strip()) <= {":", ")"} else ""
