"""What a pool, a gather or threads are given already, as a function of one item: it can be judged like a loop."""

from __future__ import annotations

import ast

from .findings import BodyFunction, CannotSplit
from .flow import Flow
from .outside import classify, free_name
from .pools import starts_thread, submits
from .sites import Site, locate
from .syntax import COMPREHENSIONS, LOOPS, Tree, bound_names
from .touching import Context

TYPE_CHECKING = False
if TYPE_CHECKING:
    Work = tuple[str, str, bool]
    """The target that an item is given to, what is computed of it, and whether that is awaited."""

NAME = "one_item"


def pooled_function(source: str, site: Site) -> BodyFunction:
    """The work on one item, behind the file's own text.

    Raises:
        CannotSplit: it cannot be told from the source what is done with an item.
    """
    tree = Tree(source)
    node = locate(tree, site)
    target, expression, awaits = _work(tree, node, site)
    bound = set(bound_names(ast.parse(f"{target} = 0").body[0]))
    names = [name for name in Flow(bound).run([ast.parse(expression, mode="eval").body]).exposed if name not in bound]
    if isinstance(node, LOOPS):
        inner = set(Flow().run(node.body).written) & set(names)
        if inner:
            raise CannotSplit(f"what is handed to the pool is first put together in the loop ({sorted(inner)[0]})")
    live_in, _ = classify(Context(tree), node, names)
    name, item = free_name(tree, NAME), free_name(tree, "item")
    lines = [f"{'async ' if awaits else ''}def {name}({', '.join((item, *live_in))}):"]
    if target != item:
        lines.append(f"    {target} = {item}")
    lines.append(f"    return {'await ' if awaits else ''}{expression}")
    definition = "\n".join(lines) + "\n"
    return BodyFunction(
        name, item, live_in, (), False, awaits, definition, f"{source.rstrip()}\n\n\n{definition}"
    )  # fmt: skip


def _work(tree: Tree, node: ast.AST, site: Site) -> Work:
    if isinstance(node, (*LOOPS, *COMPREHENSIONS)):
        return _handed_out(tree, node)
    assert isinstance(node, ast.Call)  # noqa: S101 - sites of pools are loops, comprehensions or calls
    if site.kind == "gather":
        return _gathered(node)
    star = "*" if "starmap" in site.form else ""
    return "item", f"{_called(node.args[0])}({star}item)", False


def _handed_out(tree: Tree, node: ast.AST) -> Work:
    """A loop or comprehension that submits, or starts threads."""
    if isinstance(node, LOOPS):
        target, inside = node.target, list[ast.AST](node.body)
    else:
        if len(node.generators) != 1:  # type: ignore[attr-defined]
            raise CannotSplit("items come from several loops at once")
        target, inside = node.generators[0].target, [node]  # type: ignore[attr-defined]
    for top in inside:
        for each in ast.walk(top):
            if isinstance(each, ast.Call):
                work = _submitted(tree, each)
                if work:
                    return ast.unparse(target), work, False
    raise CannotSplit("it is not seen what is handed out")


def _submitted(tree: Tree, call: ast.Call) -> str | None:
    form = submits(tree, call)
    if form == "Executor.submit":
        words = [ast.unparse(each) for each in call.args[1:]]
        words += [
            f"{each.arg}={ast.unparse(each.value)}" if each.arg else f"**{ast.unparse(each.value)}"
            for each in call.keywords
        ]
        return f"{_called(call.args[0])}({', '.join(words)})"
    if form == "Pool.apply_async":
        words = [f"*{ast.unparse(call.args[1])}"] if len(call.args) > 1 else []
        return f"{_called(call.args[0])}({', '.join(words)})"
    if starts_thread(call):
        given = {each.arg: each.value for each in call.keywords}
        words = [f"*{ast.unparse(given['args'])}"] if "args" in given else []
        return f"{_called(given['target'])}({', '.join(words)})"
    return None


def _gathered(node: ast.Call) -> Work:
    starred = [each.value for each in node.args if isinstance(each, ast.Starred)]
    for each in starred:
        if isinstance(each, COMPREHENSIONS) and not isinstance(each, ast.DictComp) and len(each.generators) == 1:
            return ast.unparse(each.generators[0].target), f"({ast.unparse(each.elt)})", True
    raise CannotSplit("what is gathered is not made in one comprehension")


def _called(function: ast.expr) -> str:
    return f"({ast.unparse(function)})" if isinstance(function, ast.Lambda) else ast.unparse(function)


def waited_for_until(source: str, site: Site) -> int:
    """The last line of the block that holds the site: what was handed out is waited for there."""
    tree = Tree(source)
    block, _ = tree.block(tree.statement(locate(tree, site)))
    return block[-1].end_lineno or site.end_line
