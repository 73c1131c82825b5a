"""The computed part of an iteration as a function at the top of its module, and the loop that calls it."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from typing import Optional, Sequence, Set, Tuple

from .findings import Analysis, BodyFunction, CannotSplit
from .flow import Flow, read_later, scope_names
from .in_place import MARK, call_in_try
from .layout import Change, Layout, change_of, first_line
from .sites import Site, locate
from .splitting import Iteration, Split, of_this_loop, split_loop
from .syntax import COMPREHENSIONS, FUNCTIONS, LOOPS, Tree, bound_names, dotted, inside
from .touching import Context


@dataclass(frozen=True)
class Parts:
    """A loop taken apart into lines of text, for whoever puts it together again."""

    target: str
    """The loop's target, as text."""
    iterable: str
    """What it goes over, as text."""
    item: str
    """The function's first parameter."""
    live_in: Tuple[str, ...]
    module_names: Tuple[str, ...]
    values: Tuple[str, ...]
    before: Tuple[str, ...]
    """Lines of the body that stay ahead of what is computed, at the loop's own margin of the body."""
    after: Tuple[str, ...]
    """Lines that stay behind it."""
    needs_item: bool
    """Whether the lines that stay, or what follows the loop, read the item."""
    skips: bool
    awaits: bool
    name: str
    definition: Tuple[str, ...]
    """The function's lines, at the left margin."""
    call: Optional[str]
    """The function that does it all with the item as its one argument, where there is one already."""
    top_line: int
    """The line before which the definition goes: the first of the statement of the module that holds the site."""
    in_place: bool = False
    """Whether the one value comes back where the lines behind have ``in_place.MARK``, and so do its errors."""
    element: str = ""
    """Of a comprehension: what it makes of the values and the item."""
    conditions: Tuple[str, ...] = ()
    """Of a comprehension: conditions that choose items before anything is computed of them."""
    counter: str = ""
    """The name of the count, where ``target`` and ``iterable`` are those inside an ``enumerate``."""
    count_from: str = ""
    """What follows the iterable in the call of ``enumerate``."""
    keeps: str = ""
    """Of a comprehension: the condition on the values, where they are only computed to choose items."""


def body_function(source: str, site: Site, analysis: Optional[Analysis] = None) -> BodyFunction:
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
        return _LoopParts(tree, node, narrow).parts()
    if isinstance(node, COMPREHENSIONS):
        from .comprehensions import comprehension_parts

        return comprehension_parts(tree, node)
    if isinstance(node, ast.Call) and dotted(node.func) == "map":
        from .comprehensions import map_parts

        return map_parts(tree, node)
    raise CannotSplit("what a pool is given is a function already")


class _LoopParts:
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
            self._tree.text(self._target), self._tree.text(self._iterable), item, live_in, known, split.values, (), after,
            True, False, split.awaits, name, tuple(definition), None, top_line(self._tree, self._loop), in_place=True,
        )  # fmt: skip

    def _part_names(self, split: Split, iteration: Iteration) -> Tuple[str, ...]:
        """What the loop calls an iteration's own of each result that is folded."""
        of = f"_of_{iteration.items[0]}" if len(iteration.items) == 1 else "_part"
        return tuple(free_name(self._tree, f"{each.name}{of}") for each in split.accumulators)

    def _narrowed(self, split: Split) -> Tuple[str, str]:
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

    def _item(self, split: Split, outside: Tuple[Tuple[str, ...], Tuple[str, ...]]) -> Tuple[str, Optional[str]]:
        target = self._target
        if isinstance(target, ast.Name):
            return target.id, None
        if any(isinstance(each, (ast.Attribute, ast.Subscript)) for each in ast.walk(target)):
            raise CannotSplit("the loop's target is not a plain name")
        item = "item"
        while item in {*split.item_reads, *outside[0], *outside[1], *split.values}:
            item += "_"
        return item, self._tree.text(target) if split.item_reads else None

    def _lines(self, first: int, last: int, margin: str, changes: Sequence[Change]) -> Tuple[str, ...]:
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
        self, name: str, item: str, unpacking: Optional[str], live_in: Sequence[str], split: Split, margin: str
    ) -> Tuple[str, ...]:
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

    def _existing(self, split: Split) -> Optional[str]:
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


def called_with(tree: Tree, node: ast.AST, item: str) -> Optional[str]:
    """``f`` of a call ``f(item)``, where ``f`` itself does not depend on the item; ``None`` for all else."""
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call) or node.keywords or len(node.args) != 1 or not dotted(node.func):
        return None
    only = node.args[0]
    if not isinstance(only, ast.Name) or only.id != item or dotted(node.func).split(".")[0] == item:
        return None
    return tree.text(node.func)


def call_name(node: ast.AST) -> str:
    """The last name of what a call calls; empty where it has none."""
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)


def returns_last(last: ast.stmt, split: Split) -> Optional[ast.expr]:
    """The value that the last statement gives to the one name that is needed, and can return instead."""
    if split.hoists or split.accumulators or not isinstance(last, ast.Assign) or len(last.targets) != 1:
        return None
    target = last.targets[0]
    if not isinstance(target, ast.Name) or split.values != (target.id,) or target.lineno != last.value.lineno:
        return None
    return last.value if not isinstance(last.value, ast.Tuple) else None


def expression_text(tree: Tree, node: ast.expr) -> str:
    """An expression's source as it can stand after ``return``: in brackets where it goes over lines without any."""
    text = tree.text(node)
    if isinstance(node, (ast.NamedExpr, ast.Tuple)) and not text.startswith("("):
        return f"({text})"
    try:
        ast.parse(f"x = {text}")
    except SyntaxError:
        return f"({text})"
    return text


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


def classify(context: Context, node: ast.AST, names: Sequence[str]) -> Tuple[Tuple[str, ...], Tuple[str, ...]]:
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


def _reads_after_hoists(rest: Sequence[ast.stmt], split: Split) -> Set[str]:
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


def value_names(parts: Parts) -> str:
    """The names of the values as a target."""
    if parts.skips or len(parts.values) != 1:
        return ", ".join(parts.values)
    return parts.values[0]


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

        lines = layout.moved(1, len(layout.lines), "", "", [change_of(node, serial_text(node, parts))])
        return "\n".join(inserted(lines, parts.top_line, parts.definition))
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


def body_lines(layout: Layout, loop: ast.AST) -> Tuple[int, int]:
    """First and last line of a loop's body, with the comments above its first statement."""
    body: list[ast.stmt] = loop.body  # type: ignore[attr-defined]
    line = first_line(body[0])
    least = loop.iter.end_lineno  # type: ignore[attr-defined]
    while line - 1 > least and layout.lines[line - 2].lstrip()[:1] in ("", "#"):
        line -= 1
    return line, body[-1].end_lineno or line
