"""The parts of one ``for`` loop."""

from __future__ import annotations

import ast

from .findings import CannotSplit
from .flow import Flow, read_later
from .in_place import MARK, call_in_try
from .layout import Layout, change_of, first_line
from .outside import classify, free_name, refuse_private_names, refuse_scope, top_line
from .parts import Parts, call_name, called_with, expression_text, returns_last
from .splitting import Iteration, Split, split_loop
from .syntax import Tree, bound_names, dotted, inside
from .touching import Context
from .weighing import of_this_loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from .layout import Change


class LoopParts:
    """Builds the parts of one ``for`` loop."""

    def __init__(self, tree: Tree, loop: ast.AST, narrow: bool) -> None:
        self._tree = tree
        self._loop = loop
        self._narrow = narrow
        self._target: ast.expr = loop.target  # type: ignore[attr-defined]
        self._iterable: ast.expr = loop.iter  # type: ignore[attr-defined]
        self._layout = Layout(tree)
        self._body: list[ast.stmt] = loop.body  # type: ignore[attr-defined]
        self._later = read_later(tree, loop)

    def parts(self) -> Parts:
        """See ``Parts``."""
        refuse_scope(self._tree, self._loop)
        if isinstance(self._loop, ast.AsyncFor):
            raise CannotSplit("the items come one by one from an asynchronous iterator")
        if not self._layout.stands_alone(self._body):
            raise CannotSplit("the loop's body shares lines with other statements")
        context = Context(self._tree)
        try:
            iteration, split = split_loop(context, self._loop, self._later)
        except CannotSplit as reason:
            return self._in_place(Iteration(context, self._loop, self._later), reason)
        refuse_private_names(iteration.body[split.first : split.last], split.hoists)
        counter, count_from = self._narrowed(split) if self._narrow else ("", "")
        outside = classify(context, self._loop, split.outside)
        item, unpacking = self._item(split, outside)
        margin = self._layout.margin(self._body[0])
        before = self._lines(0, split.first, margin, ())
        changes = [change_of(each.node, each.name) for each in split.hoists]
        parts = self._part_names(split, iteration)
        folding = [
            margin + line
            for each, part in zip(split.accumulators, parts)
            for line in each.folding(part, self._layout.step(self._loop))
        ]
        after = (*folding, *self._lines(split.last, len(self._body), margin, changes))
        rest = [*self._body[: split.first], *self._body[split.last :]]
        names = set(bound_names(self._target))
        needs_item = bool(names & (_reads_after_hoists(rest, split) | self._later)) or split.first > 0
        name = self._name(split, iteration)
        return Parts(
            self._tree.text(self._target), self._tree.text(self._iterable), item, outside[0], outside[1],
            (*parts, *split.values), before, after, needs_item, split.skips, split.awaits, name,
            self._definition(name, item, unpacking, outside[0], split, margin), self._existing(split),
            top_line(self._tree, self._loop), counter=counter, count_from=count_from,
            changed_item=iteration.changed_item(
                [*self._body[split.first : split.last], *(each.node for each in split.hoists)]
            ),
        )  # fmt: skip

    def _in_place(self, iteration: Iteration, reason: CannotSplit) -> Parts:
        """The one call in a ``try`` as the function, and the whole body around its result; else the first reason."""
        try:
            needed, hoist = call_in_try(iteration)
        except CannotSplit:
            raise reason from None
        context = iteration.context
        refuse_private_names(needed, (hoist,))
        flow = Flow().run([*needed, hoist.node])
        reads = tuple(name for name in iteration.items if name in flow.exposed)
        live_in, known = classify(context, self._loop, [name for name in flow.exposed if name not in iteration.items])
        split = Split(0, 0, (hoist,), (hoist.name,), (*live_in, *known), reads, False,
                      any(isinstance(each, ast.Await) for each in (hoist.node, *inside(hoist.node))))  # fmt: skip
        item, unpacking = self._item(split, (live_in, known))
        margin, step = self._layout.margin(self._body[0]), self._layout.step(self._loop)
        name = self._name(split, iteration)
        definition = [f"{'async ' if split.awaits else ''}def {name}({', '.join((item, *live_in))}):"]
        definition += [f"{step}{unpacking} = {item}"] if unpacking else []
        for each in needed:
            definition += self._layout.moved(each.lineno, each.end_lineno or each.lineno, margin, step)
        definition += self._returning(split, step)
        after = self._lines(0, len(self._body), margin, (change_of(hoist.node, MARK),))
        return Parts(
            self._tree.text(self._target), self._tree.text(self._iterable), item, live_in, known, split.values, (),
            after, True, False, split.awaits, name, tuple(definition), None, top_line(self._tree, self._loop),
            in_place=True,
        )  # fmt: skip

    def _part_names(self, split: Split, iteration: Iteration) -> tuple[str, ...]:
        """What the loop calls an iteration's own of each result that is folded."""
        of = f"_of_{iteration.items[0]}" if len(iteration.items) == 1 else "_part"
        return tuple(free_name(self._tree, f"{each.name}{of}") for each in split.accumulators)

    def _narrowed(self, split: Split) -> tuple[str, str]:
        """Leave the count of ``enumerate`` to the loop, where what is computed does not read it."""
        call, target = self._iterable, self._target
        if not isinstance(call, ast.Call) or dotted(call.func) != "enumerate" or self._tree.rebinds("enumerate"):
            return "", ""
        if not isinstance(target, ast.Tuple) or len(target.elts) != 2 or not isinstance(target.elts[0], ast.Name):  # noqa: PLR2004
            return "", ""
        counter = target.elts[0].id
        if counter in split.item_reads or not call.args or isinstance(call.args[0], ast.Starred):
            return "", ""
        self._iterable, self._target = call.args[0], target.elts[1]
        more = [*call.args[1:], *(each.value for each in call.keywords)]
        return counter, "".join(f", {self._tree.text(each)}" for each in more)

    def _item(self, split: Split, outside: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[str, str | None]:
        target = self._target
        if isinstance(target, ast.Name):
            return target.id, None
        if any(isinstance(each, (ast.Attribute, ast.Subscript)) for each in ast.walk(target)):
            raise CannotSplit("the loop's target is not a plain name")
        item = "item"
        while item in {*split.item_reads, *outside[0], *outside[1], *split.values}:
            item += "_"
        return item, self._tree.text(target) if split.item_reads else None

    def _lines(self, first: int, last: int, margin: str, changes: Sequence[Change]) -> tuple[str, ...]:
        if first >= last:
            return ()
        after = self._head_end()
        begin, _ = self._layout.lines_of(self._body, first, after)
        _, end = self._layout.lines_of(self._body, last - 1, after)
        return tuple(_without_blank_ends(self._layout.moved(begin, end, margin, margin, changes)))

    def _head_end(self) -> int:
        """The last line of the loop's head: the one before the body, or before the comments above it."""
        line = first_line(self._body[0]) - 1
        least = self._loop.iter.end_lineno  # type: ignore[attr-defined]
        while line > least and (
            not self._layout.lines[line - 1].strip() or self._layout.lines[line - 1].lstrip()[0] == "#"
        ):
            line -= 1
        return line

    def _name(self, split: Split, iteration: Iteration) -> str:
        done = [call_name(each.node) for each in split.hoists]
        nouns = [each.name for each in split.accumulators]
        nouns += [
            name
            for name in split.values
            if name not in ("value", "result", "part", "addend") and not name[-1].isdigit()
        ]
        of = iteration.items[0] if len(iteration.items) == 1 else ""
        if not of:
            of = split.item_reads[-1] if split.item_reads else "item"
        if len(nouns) == 1 and len(split.values) <= 1:
            stem = f"{nouns[0]}_for_{of}"
        elif done and done[0]:
            stem = f"{done[0]}_for_{of}" if not done[0].endswith(of) else f"{done[0]}_once"
        else:
            stem = f"process_{of}"
        return free_name(self._tree, "_" + stem.strip("_"))

    def _definition(
        self, name: str, item: str, unpacking: str | None, live_in: Sequence[str], split: Split, margin: str
    ) -> tuple[str, ...]:
        step = self._layout.step(self._loop)
        head = f"{'async ' if split.awaits else ''}def {name}({', '.join((item, *live_in))}):"
        lines = [head] + ([f"{step}{unpacking} = {item}"] if unpacking else [])
        lines += [f"{step}{each.name} = {each.initial}" for each in split.accumulators]
        leaving = f"return {', '.join(each.name for each in split.accumulators) or None}"
        statements = self._body[split.first : split.last]
        if statements:
            begin, _ = self._layout.lines_of(self._body, split.first, self._head_end())
            _, end = self._layout.lines_of(self._body, split.last - 1, self._head_end())
            changes = [
                change_of(each, leaving)
                for statement in statements
                for each in of_this_loop(statement)
                if isinstance(each, ast.Continue)
            ]
            last = statements[-1]
            returned = returns_last(last, split)
            if returned is not None and not split.skips:
                value = returned
                changes.append(((last.lineno, last.col_offset), (value.lineno, value.col_offset), "return "))
            lines += _without_blank_ends(self._layout.moved(begin, end, margin, step, changes))
            if returned is not None and not split.skips:
                return tuple(lines)
        return (*lines, *self._returning(split, step))

    def _returning(self, split: Split, step: str) -> list[str]:
        hoisted = {each.name: expression_text(self._tree, each.node) for each in split.hoists}
        given = [*(each.name for each in split.accumulators), *(hoisted.get(name, name) for name in split.values)]
        if not given:
            return []
        if split.skips and len(given) == 1:
            return f"{step}return ({given[0]},)".split("\n")
        return f"{step}return {', '.join(given)}".split("\n")

    def _existing(self, split: Split) -> str | None:
        """``f`` where all that is computed is ``f(item)``."""
        target = self._target
        if split.accumulators:
            return None
        if isinstance(target, ast.Name) and split.first == split.last and len(split.hoists) == 1:
            return called_with(self._tree, split.hoists[0].node, target.id)
        statements = self._body[split.first : split.last]
        if isinstance(target, ast.Name) and len(statements) == 1 and not split.hoists:
            only = statements[0]
            if isinstance(only, ast.Assign) and returns_last(only, split) is only.value:
                return called_with(self._tree, only.value, target.id)
            if isinstance(only, ast.Expr) and not split.values:
                return called_with(self._tree, only.value, target.id)
        return None


def _reads_after_hoists(rest: Sequence[ast.stmt], split: Split) -> set[str]:
    """Names that the statements that stay still read, once the hoisted expressions are names of values."""
    gone = {id(each) for hoist in split.hoists for each in ast.walk(hoist.node)}
    return {
        each.id
        for statement in rest
        for each in ast.walk(statement)
        if isinstance(each, ast.Name) and id(each) not in gone
    }


def _without_blank_ends(lines: Sequence[str]) -> list[str]:
    found = list(lines)
    while found and not found[0].strip():
        found.pop(0)
    while found and not found[-1].strip():
        found.pop()
    return found
