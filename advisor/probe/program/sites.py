"""The sites of a file: every place where work is done once for each of many items."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .pools import GATHERS, POOL_METHODS, is_pool, starts_thread, submits
from .syntax import COMPREHENSIONS, LOOPS, Tree, dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

CONSUMERS = frozenset(
    ("sum", "any", "all", "list", "tuple", "set", "frozenset", "dict", "min", "max", "sorted", "Counter", "deque")
)  # fmt: skip
CONSUMING_METHODS = frozenset(("join", "extend", "update", "writelines", "fsum", "writerows"))


@dataclass(frozen=True)
class Site:
    """One place. Lines count from 1; columns are offsets in UTF-8 bytes from 0, the ends one past the last byte."""

    id: str
    """``file:line``; with ``:column`` where several sites begin on the line."""
    file: str
    line: int
    end_line: int
    column: int
    end_column: int
    function: str
    """Qualified name of the function around it; ``<module>`` at the top of the file."""
    kind: str
    """As in program.json: "for", "comprehension", "generator", "map", "pool" or "gather"."""
    form: str
    """More exactly: the node ("for", "async for", "list", "set", "dict", "generator"), or what is called
    ("map", "gather", "Executor.map", "Executor.submit", "Pool.map", "Thread")."""
    code: str
    """The head: its first line, without what surrounds it."""
    parent: str | None
    """The id of the site directly around it in the same function; ``None`` where there is none."""
    body: tuple[int, int, int, int]
    """Line, column, end line, end column of what runs once an item."""

    def contains(self, line: int, column: int | None = None) -> bool:
        """Whether code at this position runs inside the site; without a column, whether code of this line may."""
        return _within((self.line, self.column, self.end_line, self.end_column), line, column)

    def body_contains(self, line: int, column: int | None = None) -> bool:
        """The same for what runs once an item: not the items themselves, nor a loop's ``else``."""
        return _within(self.body, line, column)


def _within(span: tuple[int, int, int, int], line: int, column: int | None) -> bool:
    if column is None:
        return span[0] <= line <= span[2]
    return (span[0], span[1]) <= (line, column) < (span[2], span[3])


def find_sites(source: str, file: str) -> tuple[Site, ...]:
    """All sites of a file, in the order of the text, an outer one before those inside it.

    ``file`` is only written into the records. Raises SyntaxError or ValueError where the source cannot be parsed.
    """
    tree = Tree(source)
    found = list(_sites(tree))
    found.sort(key=lambda pair: (pair[0].lineno, pair[0].col_offset, -_end(pair[0])[0], -_end(pair[0])[1]))
    names = _names([node for node, _, _ in found], file)
    ids = {node: name for (node, _, _), name in zip(found, names)}
    return tuple(_site(tree, node, kind, form, file, ids) for node, kind, form in found)


def locate(tree: Tree, site: Site) -> ast.AST:
    """The node of a site.

    Raises:
        LookupError: the tree is not that of the source in which the site was found.
    """
    for node, kind, form in _sites(tree):
        here = (node.lineno, node.col_offset, *_end(node))
        if here == (site.line, site.column, site.end_line, site.end_column) and (kind, form) == (site.kind, site.form):
            return node
    raise LookupError(f"there is no {site.form} at line {site.line} any more")


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", None) or 0, getattr(node, "end_col_offset", None) or 0


def _names(nodes: list[ast.expr], file: str) -> list[str]:
    lines = [node.lineno for node in nodes]
    return [f"{file}:{node.lineno}" + (f":{node.col_offset}" if lines.count(node.lineno) > 1 else "") for node in nodes]


def _sites(tree: Tree) -> Iterator[tuple[ast.expr, str, str]]:
    """Node, kind and form. What a pool's own call iterates over is part of that site."""
    taken: set[ast.AST] = set()
    for node in ast.walk(tree.module):
        if node in taken:
            continue
        if isinstance(node, ast.Call):
            found = _call_site(tree, node)
            if found:
                taken.update(
                    argument.value if isinstance(argument, ast.Starred) else argument for argument in node.args
                )
                yield (node, *found)
        elif isinstance(node, LOOPS):
            yield (node, *_loop_site(tree, node))  # type: ignore[misc]
        elif isinstance(node, COMPREHENSIONS):
            found = _comprehension_site(tree, node)
            if found:
                yield (node, *found)


def _loop_site(tree: Tree, node: ast.AST) -> tuple[str, str]:
    if isinstance(node, ast.AsyncFor):
        return "for", "async for"
    body = node.body if isinstance(node, ast.For) else []
    for statement in body:
        for each in ast.walk(statement):
            if isinstance(each, ast.Call):
                form = submits(tree, each) or starts_thread(each)
                if form and _nearest_loop(tree, each) is node:
                    return "pool", form
    return "for", "for"


def _nearest_loop(tree: Tree, node: ast.AST) -> ast.AST | None:
    return next((above for above in tree.ancestors(node) if isinstance(above, (*LOOPS, *COMPREHENSIONS))), None)


def _comprehension_site(tree: Tree, node: ast.AST) -> tuple[str, str] | None:
    inner = node.value if isinstance(node, ast.DictComp) else getattr(node, "elt", node)
    if isinstance(inner, ast.Call):
        form = submits(tree, inner)
        if form:
            return "pool", form
    if isinstance(node, ast.GeneratorExp):
        return ("generator", "generator") if _is_consumed(tree, node) else None
    forms = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict"}
    return "comprehension", forms[type(node)]


def consumer(tree: Tree, node: ast.AST) -> ast.Call | None:
    """The call that takes all of a generator expression or of a ``map``; ``None`` where no call is seen to do so."""
    call = tree.parent(node)
    if not isinstance(call, ast.Call) or node not in call.args:
        return None
    name = dotted(call.func).rpartition(".")[2] if isinstance(call.func, ast.Name) else ""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return call if name in CONSUMERS or method in CONSUMING_METHODS or method in CONSUMERS else None


def _is_consumed(tree: Tree, node: ast.AST) -> bool:
    return consumer(tree, node) is not None


def _call_site(tree: Tree, node: ast.Call) -> tuple[str, str] | None:
    name = dotted(node.func)
    plain = not node.keywords and not any(isinstance(each, ast.Starred) for each in node.args)
    if name == "map" and plain and len(node.args) > 1 and not tree.rebinds("map"):
        return "map", "map"
    if name in GATHERS and any(isinstance(each, ast.Starred) for each in node.args):
        return "gather", "gather"
    if isinstance(node.func, ast.Attribute) and node.func.attr in POOL_METHODS and len(node.args) > 1:
        family = is_pool(tree, node.func.value)
        if family:
            return "pool", f"{family}.{node.func.attr}"
    return None


def _site(tree: Tree, node: ast.expr, kind: str, form: str, file: str, ids: dict[ast.expr, str]) -> Site:
    end_line, end_column = _end(node)
    scope = tree.scope(node)
    parent = None
    for above in tree.ancestors(node):
        if above is scope:
            break
        if above in ids and _runs_in(tree, node, above):
            parent = ids[above]
            break
    if isinstance(node, LOOPS):
        last = node.body[-1]
        body = (node.body[0].lineno, node.body[0].col_offset, *_end(last))
        end_line, end_column = max((end_line, end_column), _end(last))
    else:
        body = (node.lineno, node.col_offset, end_line, end_column)
    code = _head(tree, node)
    return Site(
        ids[node], file, node.lineno, end_line, node.col_offset, end_column,
        tree.qualified_name(node), kind, form, code, parent, body,
    )  # fmt: skip


def _runs_in(tree: Tree, node: ast.AST, above: ast.AST) -> bool:
    """Whether the node runs once an item of the site above, not once before its first."""
    path = [node, *tree.ancestors(node)]
    below = path[path.index(above) - 1]
    if isinstance(above, LOOPS):
        return below in above.body
    if isinstance(above, COMPREHENSIONS):
        first = above.generators[0]
        return below is not first or path[path.index(above) - 2] is not first.iter
    return True


def _head(tree: Tree, node: ast.AST) -> str:
    text = tree.text(node).splitlines() or [""]
    return text[0].strip()
