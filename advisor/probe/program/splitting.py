"""An iteration taken apart: what can be computed for each item by itself, and what has to happen in order.

The statements of a body fall into those that must stay in the items' order (they add to a result, print, write to
a shared file, read what an earlier iteration left) and all others. One stretch of the others, the one that does most
work, becomes a function; out of the first statement behind it that stays, calls that depend on nothing in order are
taken along. Everything else stays in the loop, to the letter.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .accumulating import Accumulator, accumulators
from .findings import CannotSplit
from .flow import Flow
from .naming import named_after
from .syntax import COMPREHENSIONS, bound_names, inside, root_name
from .touching import IN_ORDER, Context, Touching, reads_of
from .weighing import evaluated_first, of_this_loop, weigh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

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
    hoists: tuple[Hoist, ...]
    """All out of the statement at ``last``."""
    values: tuple[str, ...]
    """Names that the rest of the loop, or what follows it, needs of what was computed."""
    outside: tuple[str, ...]
    """Names that the computed part reads from outside itself, other than the item's."""
    item_reads: tuple[str, ...]
    """Names of the item that it reads."""
    skips: bool
    """Whether the computed part holds a ``continue`` of this loop, and gives values."""
    awaits: bool
    accumulators: tuple[Accumulator, ...] = ()
    """What the computed part fills for its own item, to be folded in order."""


class Iteration:
    """A loop's body with what each statement touches."""

    def __init__(self, context: Context, loop: ast.AST, later: set[str], folded: tuple[Accumulator, ...] = ()) -> None:
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
        late: set[str] = set()
        flags = []
        for statement, touches in zip(self.body, self.touches):
            stays = self._must_wait(statement, late) or self._stores_to_item(statement)
            flags.append(stays or any(each.kind in IN_ORDER for each in touches))
            written = set(Flow().run([statement]).written)
            if flags[-1]:
                late |= written
            else:
                late -= written - reads_of(statement)
        return flags

    def _stores_to_item(self, statement: ast.stmt) -> bool:
        """Whether a statement only puts a value into the item: in the loop, it is put into the one that stays."""
        if not isinstance(statement, (ast.Assign, ast.AugAssign)):
            return False
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return all(
            isinstance(each, (ast.Attribute, ast.Subscript)) and root_name(each) in self.items for each in targets
        )

    def changed_item(self, computed: Sequence[ast.AST]) -> str:
        """What a part of the body changes of the item, in a few words; empty for nothing."""
        touching = Touching(self.context, self._own - set(self.items), {}, self._scope)
        touches = (touch for touch in touching.of(computed) if touch.path.split(".")[0] in self.items)
        return next((touch.sentence for touch in touches), "")

    def _must_wait(self, node: ast.AST, late: set[str]) -> bool:
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

    def split(self) -> tuple[float, Split]:
        """How much work is computed in the best of all ways to take the body apart, and that way.

        Raises:
            CannotSplit: nothing worth a function can be computed apart from what must stay in order.
        """
        best: tuple[float, Split] | None = None
        refused: CannotSplit | None = None
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

    def _stretches(self) -> list[tuple[int, int]]:
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

    def _weighed(self, first: int, last: int) -> tuple[float, Split]:
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
        self._refuse_changed_items(self.body[:first])
        skips = any(isinstance(node, ast.Continue) for each in statements for node in of_this_loop(each))
        filled = self._filled(first, last, computed)
        if skips and first > 0:
            raise CannotSplit("items are passed over after something that goes in order")
        values = self._values(first, last, flow, hoists)
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
            skips and not filled,
            any(isinstance(node, ast.Await) for each in computed for node in (each, *inside(each))),
            filled,
        )  # fmt: skip

    def _refuse_changed_items(self, before: Sequence[ast.stmt]) -> None:
        """What stays ahead of the computed part must not change the item that it is computed from."""
        changed = self.changed_item(before)
        if changed:
            raise CannotSplit(f"{changed} before something is computed from it")

    def _filled(self, first: int, last: int, computed: Sequence[ast.AST]) -> tuple[Accumulator, ...]:
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

    def _values(self, first: int, last: int, flow: Flow, hoists: Sequence[Hoist]) -> tuple[str, ...]:
        rest: list[ast.AST] = [*self.body[:first], *self.body[last:]]
        gone = {id(node) for hoist in hoists for node in ast.walk(hoist.node)}
        stays = {
            node.id for each in rest for node in ast.walk(each) if isinstance(node, ast.Name) and id(node) not in gone
        }
        needed = (set(Flow(self.items).run(rest).exposed) & stays) | self._later
        return tuple(name for name in flow.written if name in needed and name not in self._folded)

    def _hoists(self, last: int) -> tuple[Hoist, ...]:
        """Calls out of the statement that stays right behind the run."""
        return self.hoists_of(self.body[last], last) if last < len(self.body) else ()

    def hoists_of(self, statement: ast.stmt, last: int) -> tuple[Hoist, ...]:
        """Calls out of a statement of the body's place ``last``, or inside it, as large as can be."""
        late = {name for i in range(last) if self.ordered[i] for name in Flow().run([self.body[i]]).written}
        found: list[ast.expr] = []
        self._collect(statement, late, found)
        names: list[str] = []
        for node in found:
            names.append(self._name_for(node, statement, names))
        return tuple(Hoist(node, name) for node, name in zip(found, names))

    def _collect(self, node: ast.AST, late: set[str], found: list[ast.expr]) -> None:
        """What is evaluated first and always: not branches, bodies of compound statements, lambdas."""
        for child in evaluated_first(node):
            if isinstance(child, ast.expr) and weigh(child) > 0 and self._may_move(child, late):
                found.append(child)
            else:
                self._collect(child, late, found)

    def _may_move(self, node: ast.expr, late: set[str]) -> bool:
        if isinstance(node, (ast.Starred, ast.keyword, ast.NamedExpr, *COMPREHENSIONS[3:])):
            return False
        if isinstance(node, (ast.Name, ast.Attribute)) or self._must_wait(node, late):
            return False
        if isinstance(node, ast.Call) and self.context.is_lazy(node, self._scope):
            return False
        touches = Touching(self.context, self._own, self._aliases(len(self.body)), self._scope).of([node])
        return not any(each.kind in IN_ORDER for each in touches)

    def _name_for(self, node: ast.expr, statement: ast.stmt, taken: Sequence[str]) -> str:
        name = named_after(node, statement)
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


def split_loop(context: Context, loop: ast.AST, later: set[str]) -> tuple[Iteration, Split]:
    """The best split: with what adds to results left in the loop, or, where more can be computed so, folded there.

    Raises:
        CannotSplit: there is none.
    """
    best: tuple[float, Iteration, Split] | None = None
    refused: CannotSplit | None = None
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
