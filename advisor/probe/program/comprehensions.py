"""Comprehensions, consumed generator expressions and ``map``, taken apart as loops are."""

from __future__ import annotations

import ast

from .findings import CannotSplit
from .flow import Flow
from .layout import DEFAULT_INDENT
from .outside import classify, free_name, refuse_private_names, refuse_scope, top_line
from .parts import Parts, call_name, called_with, expression_text
from .splitting import NOTHING, Hoist
from .syntax import Tree, bound_names, inside
from .touching import IN_ORDER, Context, Touching, reads_of
from .weighing import evaluated_first, weigh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def comprehension_parts(tree: Tree, node: ast.AST) -> Parts:
    """The parts of a comprehension with one ``for``. Raises CannotSplit."""
    refuse_scope(tree, node)
    generators = node.generators  # type: ignore[attr-defined]
    if len(generators) != 1:
        raise CannotSplit("the comprehension has more than one for: which of them to share out is not clear")
    only = generators[0]
    if only.is_async:
        raise CannotSplit("the items come one by one from an asynchronous iterator")
    if any(isinstance(each, ast.NamedExpr) for each in ast.walk(node)):
        raise CannotSplit("the comprehension gives a name a value that outlives it")
    elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]  # type: ignore[attr-defined]
    context = Context(tree)
    items = bound_names(only.target)
    _refuse_touches(context, node, items)
    if any(weigh(each) for each in only.ifs):
        return _filter_parts(context, node, elements, items)
    hoists = _hoists(context, elements, set(items))
    if not hoists:
        raise CannotSplit(NOTHING)
    gone = {id(each) for hoist in hoists for each in ast.walk(hoist.node)}
    stay = {
        each.id for top in elements for each in ast.walk(top) if isinstance(each, ast.Name) and id(each) not in gone
    }
    return _parts(context, node, hoists, bool(stay & set(items)), _element(tree, elements, hoists), "")


def _filter_parts(context: Context, node: ast.AST, elements: Sequence[ast.expr], items: Sequence[str]) -> Parts:
    """The work is in the condition: it is computed, and chooses afterwards."""
    only = node.generators[0]  # type: ignore[attr-defined]
    if len(only.ifs) != 1 or any(weigh(each) for each in elements):
        raise CannotSplit("both its condition and its result take work: which to share out is not clear")
    name = _free("keep", context, items)
    return _parts(context, node, (Hoist(only.ifs[0], name),), True, _element(context.tree, elements, ()), name)


def _parts(
    context: Context, node: ast.AST, hoists: Sequence[Hoist], needs_item: bool, element: str, keeps: str
) -> Parts:
    tree = context.tree
    only = node.generators[0]  # type: ignore[attr-defined]
    refuse_private_names((), hoists)
    flow = Flow(()).run([each.node for each in hoists])
    items = bound_names(only.target)
    live_in, known = classify(context, node, [name for name in flow.exposed if name not in items])
    reads = [name for name in items if name in flow.exposed]
    item, unpacking = _item(tree, only.target, reads, {*live_in, *known})
    done = call_name(hoists[0].node)
    of = reads[-1] if reads else "item"
    stem = done.strip("_") or "value"
    name = free_name(tree, f"_{stem}_for_{of}" if not stem.endswith(of) else f"_{stem}_once")
    awaits = any(isinstance(each, ast.Await) for hoist in hoists for each in (hoist.node, *inside(hoist.node)))
    returned = ", ".join(expression_text(tree, each.node) for each in hoists)
    head = f"{'async ' if awaits else ''}def {name}({', '.join((item, *live_in))}):"
    lines = [head, *([f"{DEFAULT_INDENT}{unpacking} = {item}"] if unpacking else [])]
    lines += f"{DEFAULT_INDENT}return {returned}".split("\n")
    existing = called_with(tree, hoists[0].node, item) if len(hoists) == 1 and unpacking is None else None
    return Parts(
        tree.text(only.target), tree.text(only.iter), item, live_in, known, tuple(each.name for each in hoists), (), (),
        needs_item, False, awaits, name, tuple(lines), existing, top_line(tree, node), element=element,
        conditions=() if keeps else tuple(tree.text(each) for each in only.ifs), keeps=keeps,
    )  # fmt: skip


def _item(tree: Tree, target: ast.expr, reads: Sequence[str], taken: set[str]) -> tuple[str, str | None]:
    if isinstance(target, ast.Name):
        return target.id, None
    item = "item"
    while item in taken or item in reads:
        item += "_"
    return item, tree.text(target) if reads else None


def _refuse_touches(context: Context, node: ast.AST, items: Sequence[str]) -> None:
    only = node.generators[0]  # type: ignore[attr-defined]
    parts = [each for each in ast.iter_child_nodes(node) if each is not only]
    for touch in Touching(context, set(items), {}, context.tree.scope(node)).of([*parts, *only.ifs]):
        if touch.kind in IN_ORDER:
            raise CannotSplit(f"{touch.sentence}, in the order of the items")


def _hoists(context: Context, elements: Sequence[ast.expr], items: set[str]) -> tuple[Hoist, ...]:
    """The largest calls in what the comprehension makes; of an element that only puts values together, its parts."""
    found: list[ast.expr] = []

    def collect(node: ast.AST) -> None:
        if isinstance(node, ast.expr) and weigh(node) > 0 and not isinstance(node, (ast.Tuple, ast.List, ast.Dict)):
            if isinstance(node, ast.GeneratorExp):
                raise CannotSplit("it makes generators, which do their work later")
            found.append(node)
            return
        for child in evaluated_first(node):
            collect(child)

    for each in elements:
        collect(each)
    names: list[str] = []
    for each in found:
        last = call_name(each).rpartition("_")[2] if "_" in call_name(each).strip("_") else "value"
        names.append(_free(last or "value", context, [*items, *names]))
    return tuple(Hoist(node, name) for node, name in zip(found, names))


def _free(name: str, context: Context, taken: Sequence[str]) -> str:
    used = {*taken, *reads_of(context.tree.module), *context.module_names}
    free, number = name, 2
    while free in used:
        free, number = f"{name}_{number}", number + 1
    return free


def _element(tree: Tree, elements: Sequence[ast.expr], hoists: Sequence[Hoist]) -> str:
    """The element's text with the values' names in place of what was computed."""
    texts = []
    for element in elements:
        text = tree.text(element)
        for hoist in hoists:
            if hoist.node is element or any(each is hoist.node for each in ast.walk(element)):
                text = text.replace(tree.text(hoist.node), hoist.name, 1)
        texts.append(text)
    return ": ".join(texts)


def map_parts(tree: Tree, node: ast.Call) -> Parts:
    """The parts of ``map(function, items)``. Raises CannotSplit."""
    refuse_scope(tree, node)
    if len(node.args) != 2:  # noqa: PLR2004 - the function and one iterable
        raise CannotSplit("map takes from several iterables at once")
    function, items = node.args
    context = Context(tree)
    call = ast.copy_location(ast.Call(function, [ast.Name("item", ast.Load())], []), node)
    for touch in Touching(context, set(), {}, tree.scope(node)).of([call]):
        if touch.kind in IN_ORDER:
            raise CannotSplit(f"{touch.sentence}, in the order of the items")
    if isinstance(function, ast.Lambda):
        return _lambda_parts(context, node, function, items)
    if weigh(call) <= 0:
        raise CannotSplit(NOTHING)
    live_in, known = classify(context, node, tuple(Flow(()).run([function]).exposed))
    text = tree.text(function)
    name = free_name(tree, f"_{call_name(call).strip('_') or 'apply'}_once")
    definition = (f"def {name}({', '.join(('item', *live_in))}):", f"{DEFAULT_INDENT}return {text}(item)")
    return Parts(
        "item", tree.text(items), "item", live_in, known, ("value",), (), (), False, False, False, name, definition,
        text, top_line(tree, node), element="value",
    )  # fmt: skip


def _lambda_parts(context: Context, node: ast.Call, function: ast.Lambda, items: ast.expr) -> Parts:
    tree = context.tree
    arguments = function.args
    if len(arguments.args) != 1 or arguments.defaults or arguments.vararg or arguments.kwonlyargs or arguments.kwarg:
        raise CannotSplit("the lambda takes more than one argument")
    item = arguments.args[0].arg
    for touch in Touching(context, {item}, {}, tree.scope(node)).of([function.body]):
        if touch.kind in IN_ORDER:
            raise CannotSplit(f"{touch.sentence}, in the order of the items")
    if weigh(function.body) <= 0:
        raise CannotSplit(NOTHING)
    live_in, known = classify(context, node, tuple(Flow((item,)).run([function.body]).exposed))
    stem = call_name(function.body).strip("_") or "value"
    name = free_name(tree, f"_{stem}_for_{item}")
    text = expression_text(tree, function.body)
    definition = (f"def {name}({', '.join((item, *live_in))}):", *f"{DEFAULT_INDENT}return {text}".split("\n"))
    return Parts(
        item, tree.text(items), item, live_in, known, ("value",), (), (), False, False, False, name, definition,
        called_with(tree, function.body, item), top_line(tree, node), element="value",
    )  # fmt: skip


def serial_text(node: ast.AST, parts: Parts) -> str:
    """The expression with the function called for each item, one after the other."""
    arguments = ", ".join((parts.item, *parts.live_in))
    call = f"{'await ' if parts.awaits else ''}{parts.name}({arguments})"
    if isinstance(node, ast.Call):
        return f"({call} for {parts.item} in {parts.iterable})"
    target = parts.item if ", " in parts.target or parts.target.startswith("(") else parts.target
    values = ", ".join(parts.values)
    inner = f"[({call})]"
    conditions = "".join(f" if {each}" for each in parts.conditions)
    chosen = f" if {parts.keeps}" if parts.keeps else ""
    unpacked = f" for {parts.target} in [{parts.item}]" if target != parts.target else ""
    listing, lazy = isinstance(node, ast.ListComp), isinstance(node, ast.GeneratorExp)
    opening, closing = ("[", "]") if listing else ("(", ")") if lazy else ("{", "}")
    return (
        f"{opening}{parts.element} for {target} in {parts.iterable}{unpacked}{conditions}"
        f" for {values} in {inner}{chosen}{closing}"
    )
