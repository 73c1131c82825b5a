"""What the source of a site says of whether its iterations can run at once."""

from __future__ import annotations

import ast

from .body import parts_of
from .findings import DEPENDENT, INDEPENDENT, REDUCTION, UNKNOWN, Analysis, CannotSplit, Noted, Reduction
from .flow import Flow, read_later
from .outside import classify
from .sites import Site, consumer, locate
from .syntax import COMPREHENSIONS, LOOPS, Tree, bound_names, dotted, inside
from .touching import Context, Touch, Touching
from .weighing import of_this_loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_WRITES = ("global", "nonlocal", "attribute", "element", "method", "handle")
_SEED = "seed"


def analyse(source: str, site: Site) -> Analysis:
    """Everything that the source says of one site.

    Raises:
        SyntaxError: the source cannot be parsed.
        LookupError: the site is not of this source.
    """
    tree = Tree(source)
    return _Analysing(tree, locate(tree, site), site).analysis()


class _Analysing:
    def __init__(self, tree: Tree, node: ast.AST, site: Site) -> None:
        self._tree = tree
        self._node = node
        self._site = site
        self._context = Context(tree)
        self._code = _once_an_item(node)
        self._items = _item_names(node)
        self._later = read_later(tree, node) if isinstance(node, LOOPS) else set()
        self._flow = Flow(self._items).run(self._code)
        carried = set(self._flow.exposed) & set(self._flow.written)
        own = (set(self._flow.written) | set(self._items)) - carried
        self._touches = tuple(Touching(self._context, own, {}, tree.scope(node)).of(self._code))

    def analysis(self) -> Analysis:
        """See ``Analysis``."""
        reductions = self._reductions()
        reduced = {each.target for each in reductions}
        flow = self._flow
        carried = tuple(name for name in flow.exposed if name in flow.written and name not in reduced)
        live_in, known = classify(
            self._context, self._node, [name for name in flow.exposed if name not in {*carried, *reduced}]
        )
        exits, writes, effects = tuple(self._exits()), tuple(self._writes(reduced)), tuple(self._effects())
        verdict, reasons = self._verdict(reductions, exits, effects)
        return Analysis(
            self._site, self._items, live_in, known,
            tuple(name for name in (*self._items, *flow.written) if name in self._later and name not in reduced),
            carried, reductions, exits, writes, effects,
            any(isinstance(each, ast.Await) for top in self._code for each in (top, *inside(top))), verdict, reasons,
        )  # fmt: skip

    def _reductions(self) -> tuple[Reduction, ...]:
        """Names that are only added to, and containers that are only filled."""
        found = [
            Reduction(touch.path, touch.operation, _line(touch.node))
            for touch in self._touches
            if touch.kind == "reduction" and touch.operation
        ]
        for top in self._code:
            for node in (top, *inside(top)):
                if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                    name = node.target.id
                    if name in self._flow.exposed and self._reads(name) == 0:
                        found.append(Reduction(name, f"{_OPERATORS.get(type(node.op), '?')}=", node.lineno))
                elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    operation = _extreme(node, node.targets[0].id)
                    if operation:
                        found.append(Reduction(node.targets[0].id, operation, node.lineno))
        return tuple(found)

    def _reads(self, name: str) -> int:
        return sum(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
            for top in self._code
            for node in ast.walk(top)
        )

    def _exits(self) -> Iterator[Noted]:
        node = self._node
        if isinstance(node, LOOPS):
            for statement in node.body:
                yield from _leaving(statement)
            if node.orelse:
                yield Noted("else", node.orelse[0].lineno, "the loop has an else")
            later = [name for name in self._items if name in self._later]
            if later:
                yield Noted("target used later", node.lineno, f"{later[0]} is used after the loop")
        call = consumer(self._tree, node)
        if call is not None and dotted(call.func) in ("any", "all") and isinstance(node, (ast.GeneratorExp, ast.Call)):
            yield Noted("short circuit", call.lineno, f"{dotted(call.func)}() stops at the first item that decides")
        for above in self._tree.ancestors(node):
            if above is self._tree.scope(node):
                break
            if isinstance(above, ast.Try) and above.handlers and self._tree.statement(node) in above.body:
                yield Noted("caught outside", above.lineno, "an exception of an iteration is caught around the loop")

    def _writes(self, reduced: set[str]) -> Iterator[Noted]:
        for touch in self._touches:
            if touch.kind in _WRITES or (touch.kind == "reduction" and touch.path not in reduced):
                yield Noted(touch.kind if touch.kind in _WRITES else "method", _line(touch.node), touch.sentence)
        parts = Touching(self._context, set(self._flow.written) - set(self._items), {}, self._tree.scope(self._node))
        for touch in parts.of(self._code):
            if touch.path.split(".")[0] in self._items and touch.kind in (*_WRITES, "reduction"):
                yield Noted("item", _line(touch.node), f"{touch.sentence}, a part of the item")

    def _effects(self) -> Iterator[Noted]:
        seen: set[tuple[str, str]] = set()
        for touch in self._touches:
            if touch.kind not in _WRITES and touch.kind != "reduction" and (touch.kind, touch.sentence) not in seen:
                seen.add((touch.kind, touch.sentence))
                yield Noted(touch.kind, _line(touch.node), touch.sentence)

    def _verdict(
        self, reductions: tuple[Reduction, ...], exits: tuple[Noted, ...], effects: tuple[Noted, ...]
    ) -> tuple[str, tuple[str, ...]]:
        stops = [each for each in exits if each.kind in ("break", "return", "yield", "short circuit")]
        if stops:
            return DEPENDENT, tuple(each.sentence for each in stops)
        if self._site.kind in ("pool", "gather"):
            return UNKNOWN, ("its items run at once already",)
        seeds = [each for each in effects if each.kind == _SEED]
        draws = [each for each in effects if each.kind == "random"]
        if draws and not seeds:
            return DEPENDENT, (draws[0].sentence,)
        try:
            parts_of(self._tree, self._node)
        except CannotSplit as reason:
            return DEPENDENT if _depends(str(reason)) else UNKNOWN, (str(reason),)
        through = self._through()
        if through is not None:
            return UNKNOWN, (through.sentence,)
        if reductions:
            targets = sorted({each.target for each in reductions})
            return REDUCTION, (
                f"iterations meet only in {', '.join(targets)}, which can be filled in order afterwards",
            )
        return INDEPENDENT, ("no iteration reads what another writes",)

    def _through(self) -> Touch | None:
        """A function that is called writes what outlives it."""
        return next((each for each in self._touches if each.through and each.kind in (*_WRITES, "reduction")), None)


_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^"}


def _depends(reason: str) -> bool:
    return "in the order" in reason or "as the one before left it" in reason


def _extreme(node: ast.Assign, name: str) -> str:
    """The function, ``min`` or ``max``, of ``name = max(name, ...)``."""
    call = node.value
    if not isinstance(call, ast.Call) or dotted(call.func) not in ("min", "max"):
        return ""
    return dotted(call.func) if any(isinstance(each, ast.Name) and each.id == name for each in call.args) else ""


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _once_an_item(node: ast.AST) -> list[ast.AST]:
    """What runs once for each item."""
    if isinstance(node, LOOPS):
        return list(node.body)
    if isinstance(node, COMPREHENSIONS):
        parts = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        return [*(each for generator in node.generators for each in generator.ifs), *parts]
    if isinstance(node, ast.Call) and node.args and not isinstance(node.args[0], ast.Starred):
        function = node.args[0]
        if isinstance(function, ast.Lambda):
            return [function.body]
        return [ast.copy_location(ast.Call(function, [], []), node)]
    starred = [each.value for each in getattr(node, "args", ()) if isinstance(each, ast.Starred)]
    inner = [each for each in starred if isinstance(each, COMPREHENSIONS)]
    return [part for each in inner for part in _once_an_item(each)]


def _item_names(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, LOOPS):
        return bound_names(node.target)
    if isinstance(node, COMPREHENSIONS):
        return tuple(name for each in node.generators for name in bound_names(each.target))
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Lambda):
        return tuple(each.arg for each in node.args[0].args.args)
    starred = [each.value for each in getattr(node, "args", ()) if isinstance(each, ast.Starred)]
    return tuple(name for each in starred if isinstance(each, COMPREHENSIONS) for name in _item_names(each))


def _leaving(statement: ast.stmt) -> Iterator[Noted]:
    for each in of_this_loop(statement):
        if isinstance(each, ast.Break):
            yield Noted("break", each.lineno, "the loop may end before its last item")
    for each in (statement, *inside(statement)):
        if isinstance(each, ast.Return):
            yield Noted("return", each.lineno, "the function may return before the last item")
        elif isinstance(each, (ast.Yield, ast.YieldFrom)):
            yield Noted("yield", each.lineno, "an iteration hands a value out and waits until the next is wanted")
