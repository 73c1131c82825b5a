"""An iteration taken apart: what can be computed for each item by itself, and what has to happen in order.

The statements of a body fall into those that must stay in the items' order (they add to a result, print, write to
a shared file, read what an earlier iteration left) and all others. One stretch of the others, the one that does most
work, becomes a function; out of the first statement behind it that stays, calls that depend on nothing in order are
taken along. Everything else stays in the loop, to the letter.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Iterable, Optional, Sequence, Set, Tuple

from .accumulating import Accumulator, accumulators
from .findings import CannotSplit
from .flow import Flow
from .syntax import COMPREHENSIONS, FUNCTIONS, LOOPS, bound_names, dotted, inside, root_name
from .touching import IN_ORDER, Context, Touching, reads_of

CHEAP = frozenset((
    "len", "str", "int", "float", "bool", "repr", "range", "enumerate", "zip", "isinstance", "issubclass", "getattr",
    "hasattr", "print", "type", "id", "tuple", "list", "dict", "set", "min", "max", "abs", "round", "ord", "chr",
    "format", "reversed", "iter", "super", "callable", "Path", "join", "append", "extend", "add", "update", "get",
    "items", "keys", "values", "startswith", "endswith", "strip", "lstrip", "rstrip", "lower", "upper", "split",
    "rsplit", "partition", "rpartition", "replace", "title", "zfill", "ljust", "rjust", "basename", "dirname",
    "splitext", "with_suffix", "with_name", "relative_to", "as_posix", "perf_counter", "time", "monotonic", "info",
    "debug", "warning", "error", "setdefault", "pop", "write", "writerow", "encode", "decode", "group", "copy",
    "result",
))  # fmt: skip
"""Last names of calls that take next to nothing: alone they are no reason for a function."""


NOTHING = "an iteration calls nothing that would be worth handing to a worker"


@dataclass(frozen=True)
class Hoist:
    """An expression taken out of a statement that stays, and the name that takes its place."""

    node: ast.expr
    name: str


@dataclass(frozen=True)
class Split:
    """The parts of an iteration. Statements are those of the loop's body, by their place in it."""

    first: int
    """The first statement that is computed."""
    last: int
    """One past the last: equal to ``first`` where only ``hoists`` are computed."""
    hoists: Tuple[Hoist, ...]
    """All out of the statement at ``last``."""
    values: Tuple[str, ...]
    """Names that the rest of the loop, or what follows it, needs of what was computed."""
    outside: Tuple[str, ...]
    """Names that the computed part reads from outside itself, other than the item's."""
    item_reads: Tuple[str, ...]
    """Names of the item that it reads."""
    skips: bool
    """Whether the computed part holds a ``continue`` of this loop, and gives values."""
    awaits: bool
    accumulators: Tuple[Accumulator, ...] = ()
    """What the computed part fills for its own item, to be folded in order."""


class Iteration:
    """A loop's body with what each statement touches."""

    def __init__(self, context: Context, loop: ast.AST, later: Set[str], folded: Tuple[Accumulator, ...] = ()) -> None:
        tree = context.tree
        self._tree = tree
        self.loop = loop
        self.body: list[ast.stmt] = loop.body  # type: ignore[attr-defined]
        self.items = bound_names(loop.target)  # type: ignore[attr-defined]
        self._folded = {each.name: each for each in folded}
        self._bound = (*self.items, *self._folded)
        self.flow = Flow(self._bound).run(self.body)
        self.written = set(self.flow.written) | set(self._bound)
        self.carried = set(self.flow.exposed) & set(self.flow.written)
        self._later = later
        scope = tree.scope(loop)
        self._own = self.written - self.carried
        self._scope = scope
        self.context = context
        self.touches = [tuple(Touching(context, self._own, self._aliases(i), scope).of([self.body[i]]))
                        for i in range(len(self.body))]  # fmt: skip
        self.changed = {
            each.path for touches in self.touches for each in touches if each.path and each.kind in IN_ORDER
        }
        self.ordered = self._ordered()

    def _aliases(self, place: int) -> dict[str, str]:
        """Names of outside things that the statements before gave."""
        touching = Touching(self.context, self._own, {}, self._scope)
        for _ in touching.of(self.body[:place]):
            pass
        return touching.aliases

    def _ordered(self) -> list[bool]:
        """Of each statement, whether it has to stay in order; what such a one writes, later readers wait for."""
        late: Set[str] = set()
        flags = []
        for statement, touches in zip(self.body, self.touches):
            flags.append(self._must_wait(statement, late) or any(each.kind in IN_ORDER for each in touches))
            written = set(Flow().run([statement]).written)
            if flags[-1]:
                late |= written
            else:
                late -= written - reads_of(statement)
        return flags

    def _must_wait(self, node: ast.AST, late: Set[str]) -> bool:
        reads = reads_of(node)
        written = set(Flow().run([node]).written)
        if (reads | written) & (self.carried | late):
            return True
        if any(path == read or (path.startswith(read + ".") and self._whole(node, read)) or read.startswith(path + ".")
               for path in self.changed for read in reads):  # fmt: skip
            return True
        if any(isinstance(each, (ast.Return, ast.Yield, ast.YieldFrom)) for each in (node, *inside(node))):
            return True
        return any(isinstance(each, ast.Break) for each in of_this_loop(node)) or self._reads_through_self(node)

    def _whole(self, node: ast.AST, name: str) -> bool:
        """Whether a name is used as a whole, not only for an attribute of it."""
        for each in (node, *inside(node)):
            if isinstance(each, ast.Name) and each.id == name and isinstance(each.ctx, ast.Load):
                above = self._tree.parent(each)
                if not isinstance(above, ast.Attribute):
                    return True
        return False

    def _reads_through_self(self, node: ast.AST) -> bool:
        """Whether a method that is called reads an attribute that iterations change."""
        changed = {path for path in self.changed if path.startswith("self.")}
        if not changed:
            return False
        for each in (node, *inside(node)):
            if isinstance(each, ast.Call):
                function = self.context.called(each, self._scope)
                if function is not None and self.context.attributes_read(function) & changed:
                    return True
        return False

    def split(self) -> Tuple[float, Split]:
        """How much work is computed in the best of all ways to take the body apart, and that way.

        Raises:
            CannotSplit: nothing worth a function can be computed apart from what must stay in order.
        """
        best: Optional[Tuple[float, Split]] = None
        refused: Optional[CannotSplit] = None
        for first, last in self._stretches():
            try:
                found = self._weighed(first, last)
            except CannotSplit as reason:
                refused = refused or reason
                continue
            if found[0] > 0 and (best is None or found[0] > best[0]):
                best = found
        if best is None:
            raise refused or CannotSplit(self._why_not())
        return best

    def _stretches(self) -> list[Tuple[int, int]]:
        """Longest runs of statements that need not wait, and the empty run before each that must."""
        found = []
        place = 0
        while place <= len(self.body):
            end = place
            while end < len(self.body) and not self.ordered[end]:
                end += 1
            found.append((place, end))
            place = end + 1
        return found

    def _weighed(self, first: int, last: int) -> Tuple[float, Split]:
        statements = self.body[first:last]
        hoists = self._hoists(last)
        weight = sum(weigh(each) for each in statements) + sum(weigh(each.node) for each in hoists)
        if weight <= 0:
            return 0.0, Split(first, last, (), (), (), (), False, False)
        computed: list[ast.AST] = [*statements, *(each.node for each in hoists)]
        flow = Flow(self._folded).run(computed)
        before = set(Flow().run(self.body[:first]).written)
        missing = sorted(set(flow.exposed) & before - set(self.items))
        if missing:
            raise CannotSplit(f"what is computed needs {missing[0]}, which is made after something that goes in order")
        skips = any(isinstance(node, ast.Continue) for each in statements for node in of_this_loop(each))
        filled = self._filled(first, last, computed)
        if skips and first > 0:
            raise CannotSplit("items are passed over after something that goes in order")
        values = self._values(first, last, flow)
        end = Flow(self._bound).run(statements)
        if filled and skips and (values or hoists):
            raise CannotSplit("an item that is passed over may have added to a result before")
        unsure = [name for name in values if name not in end.bound]
        if unsure:
            raise CannotSplit(f"{unsure[0]} has a value after some iterations only, and is used later")
        return weight, Split(
            first, last, hoists, (*values, *(each.name for each in hoists)),
            tuple(name for name in flow.exposed if name not in self.items),
            tuple(name for name in self.items if name in flow.exposed),
            skips and not filled, any(isinstance(node, ast.Await) for each in computed for node in (each, *inside(each))),
            filled,
        )  # fmt: skip

    def _filled(self, first: int, last: int, computed: Sequence[ast.AST]) -> Tuple[Accumulator, ...]:
        """What the computed part adds to; what stays must not add to the same."""
        here = {name for each in computed for name in reads_of(each) if name in self._folded}
        stays = [*self.body[:first], *self.body[last:]]
        gone = {id(node) for each in computed for node in ast.walk(each)}
        both = sorted(
            node.id
            for each in stays
            for node in ast.walk(each)
            if isinstance(node, ast.Name) and node.id in here and id(node) not in gone
        )
        if both:
            raise CannotSplit(f"{both[0]} is added to both by what can be computed apart and by what cannot")
        return tuple(each for name, each in self._folded.items() if name in here)

    def _values(self, first: int, last: int, flow: Flow) -> Tuple[str, ...]:
        rest: list[ast.AST] = [*self.body[:first], *self.body[last:]]
        needed = set(Flow(self.items).run(rest).exposed) | self._later
        return tuple(name for name in flow.written if name in needed and name not in self._folded)

    def _hoists(self, last: int) -> Tuple[Hoist, ...]:
        """Calls out of the statement that stays right behind the run."""
        return self.hoists_of(self.body[last], last) if last < len(self.body) else ()

    def hoists_of(self, statement: ast.stmt, last: int) -> Tuple[Hoist, ...]:
        """Calls out of a statement of the body's place ``last``, or inside it, as large as can be."""
        late = {name for i in range(last) if self.ordered[i] for name in Flow().run([self.body[i]]).written}
        found: list[ast.expr] = []
        self._collect(statement, late, found)
        names: list[str] = []
        for node in found:
            names.append(self._name_for(node, statement, names))
        return tuple(Hoist(node, name) for node, name in zip(found, names))

    def _collect(self, node: ast.AST, late: Set[str], found: list[ast.expr]) -> None:
        """What is evaluated first and always: not branches, bodies of compound statements, lambdas."""
        for child in evaluated_first(node):
            if isinstance(child, ast.expr) and weigh(child) > 0 and self._may_move(child, late):
                found.append(child)
            else:
                self._collect(child, late, found)

    def _may_move(self, node: ast.expr, late: Set[str]) -> bool:
        if isinstance(node, (ast.Starred, ast.keyword, ast.NamedExpr, *COMPREHENSIONS[3:])):
            return False
        if isinstance(node, (ast.Name, ast.Attribute)) or self._must_wait(node, late):
            return False
        touches = Touching(self.context, self._own, self._aliases(len(self.body)), self._scope).of([node])
        return not any(each.kind in IN_ORDER for each in touches)

    def _name_for(self, node: ast.expr, statement: ast.stmt, taken: Sequence[str]) -> str:
        name = _named_after(node, statement)
        used = set(taken) | reads_of(self._tree.scope(self.loop)) | self.written | set(self.context.module_names)
        free, number = name, 2
        while free in used:
            free, number = (f"{name}_{number}", number + 1)
        return free

    def _why_not(self) -> str:
        """One sentence for a body in which nothing can be computed apart."""
        if not any(weigh(each) for each in self.body):
            return NOTHING
        for name in self.flow.exposed:
            if name in self.carried:
                return f"each iteration needs {name} as the one before left it"
        for touches in self.touches:
            for each in touches:
                if each.kind in IN_ORDER and each.kind != "reduction":
                    return f"{each.sentence}, in the order of the items"
        if self.changed:
            return f"all that an iteration does is add to {sorted(self.changed)[0]}"
        return NOTHING


def split_loop(context: Context, loop: ast.AST, later: Set[str]) -> Tuple[Iteration, Split]:
    """The best split: with what adds to results left in the loop, or, where more can be computed so, folded there.

    Raises:
        CannotSplit: there is none.
    """
    best: Optional[Tuple[float, Iteration, Split]] = None
    refused: Optional[CannotSplit] = None
    for folded in dict.fromkeys(((), *accumulators(context.tree, loop))):
        iteration = Iteration(context, loop, later, folded)
        try:
            weight, split = iteration.split()
        except CannotSplit as reason:
            refused = refused or reason
            continue
        if best is None or weight > best[0]:
            best = weight, iteration, split
    if best is None:
        raise refused or CannotSplit("nothing can be computed apart")
    return best[1], best[2]


def of_this_loop(node: ast.AST) -> Iterable[ast.AST]:
    """The node and what is below, without the bodies of loops inside it: their ``break`` is their own."""
    yield node
    if isinstance(node, (*LOOPS, ast.While)):
        for each in node.orelse:
            yield from of_this_loop(each)
    elif not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
        for child in ast.iter_child_nodes(node):
            yield from of_this_loop(child)


def evaluated_first(node: ast.AST) -> Iterable[ast.AST]:
    """The parts of a node that run whenever it runs, before it has had any effect."""
    if isinstance(node, (ast.If, ast.While)):
        return [node.test] if isinstance(node, ast.If) else []
    if isinstance(node, LOOPS):
        return [node.iter]
    if isinstance(node, (ast.IfExp, ast.BoolOp)):
        return [node.test] if isinstance(node, ast.IfExp) else [node.values[0]]
    if isinstance(node, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        places = [each.slice for each in targets if isinstance(each, ast.Subscript)]
        return [*([node.value] if node.value is not None else []), *places]
    if isinstance(node, (*COMPREHENSIONS, ast.Lambda)):
        return []
    if isinstance(node, ast.expr):
        return [each for each in ast.iter_child_nodes(node) if isinstance(each, (ast.expr, ast.keyword))]
    return [node.value] if isinstance(node, ast.keyword) else []


def weigh(node: ast.AST) -> float:
    """How much work a piece of code may be, in calls of something that may take long."""
    weight = 0.0
    for each in (node, *inside(node)):
        if isinstance(each, ast.Call):
            name = each.func.attr if isinstance(each.func, ast.Attribute) else dotted(each.func)
            weight += 0.0 if name in CHEAP else 1.0
        elif isinstance(each, (*LOOPS, ast.While, *COMPREHENSIONS)):
            weight += 1.0
    return weight


_SINGULAR = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))


def singular(name: str) -> str:
    """``entries`` to ``entry``, ``rows`` to ``row``; a name that is no plural as it is."""
    if name.endswith(("ss", "us", "is")) or len(name) <= 2:  # noqa: PLR2004 - "is", "xs": nothing would be left
        return name
    return next((name[: -len(end)] + new for end, new in _SINGULAR if name.endswith(end)), name)


def _named_after(node: ast.expr, statement: ast.stmt) -> str:
    """A name for a value: after the list that it goes to, else after the function that made it."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.args and call.args[0] is node:
        last = dotted(call.func.value).rpartition(".")[2] if call.func.attr in ("append", "add") else ""
        if singular(last) != last:
            return singular(last)
    while isinstance(node, ast.Await):
        node = node.value
    if isinstance(node, ast.Call):
        last = (node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)).strip("_")
        noun = last.rpartition("_")[2]
        if "_" in last and noun not in ("all", "one", "file", "it", "for", "of", "to", "in"):
            return noun
    target = getattr(statement, "target", None)
    if isinstance(statement, ast.AugAssign) and target is not None:
        return "part" if not root_name(target) else "addend"
    return "value" if isinstance(statement, (ast.Expr, ast.Assign)) else "result"
