"""The edits of ``--fix``, each at the place of a finding, where the code has exactly the shape that it mends."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor
from libcst.metadata import PositionProvider

Places = set[tuple[str, int, int]]
"""(code, line, column), the line 1-based and the column 0-based."""


class Edits(cst.CSTTransformer):
    """Makes the edits of the findings given; ``made`` counts them."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, places: Places) -> None:
        super().__init__()
        self._places = places
        self._needs_asyncio = False
        self.made = 0

    def with_imports(self, module: cst.Module) -> cst.Module:
        """The module with the imports that the edits need."""
        if not self._needs_asyncio:
            return module
        context = CodemodContext()
        AddImportsVisitor.add_needed_import(context, "asyncio")
        return AddImportsVisitor(context).transform_module(module)

    def _is_at(self, code: str, node: cst.CSTNode) -> bool:
        start = self.get_metadata(PositionProvider, node).start
        return (code, start.line, start.column) in self._places

    def _done(self, node: cst.CSTNode) -> cst.CSTNode:
        self.made += 1
        return node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Edits of one call."""
        edited: cst.BaseExpression | None = None
        if self._is_at("ADV401", original_node) and _name(updated_node.func) == "time.sleep":
            edited = cst.Await(updated_node.with_changes(func=_dotted("asyncio", "sleep")), lpar=(), rpar=())
            self._needs_asyncio = True
        elif self._is_at("ADV412", original_node) and _last(updated_node.func) == "call_soon":
            edited = updated_node.with_changes(
                func=updated_node.func.with_changes(attr=cst.Name("call_soon_threadsafe"))
            )
        elif self._is_at("ADV206", original_node) and _last(updated_node.func) in ("map", "imap", "imap_unordered"):
            edited = cst.Call(func=cst.Name("list"), args=[cst.Arg(updated_node)])
        else:
            edited = self._with_arguments_handed_over(original_node, updated_node)
        if edited is None:
            return updated_node
        self._done(edited)
        return edited

    def _with_arguments_handed_over(self, original: cst.Call, updated: cst.Call) -> cst.Call | None:
        """``target=f(x)`` and ``target=lambda: f(x)`` to ``target=f, args=(x,)``; ``submit`` likewise."""
        for place, (before, after) in enumerate(zip(original.args, updated.args, strict=True)):
            called = _called_at_once(after.value)
            wrong = self._is_at("ADV207", before.value) or self._is_at("ADV502", before.value)
            if called is None or not wrong:
                continue
            given = called.args
            if any(each.keyword is not None or each.star for each in given):
                return None
            if after.keyword is not None and after.keyword.value == "target":
                if any(each.keyword is not None and each.keyword.value == "args" for each in updated.args):
                    return None
                handed = [*updated.args]
                handed[place] = after.with_changes(value=called.func)
                return updated.with_changes(args=_with_args_keyword(handed, given))
            if place == 0 and len(updated.args) == 1 and _last(updated.func) == "submit":
                parts = [cst.Arg(called.func), *(cst.Arg(each.value) for each in given)]
                return updated.with_changes(args=parts)
        return None

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        """``preexec_fn=os.setsid`` to ``start_new_session=True``."""
        named = updated_node.keyword is not None and updated_node.keyword.value == "preexec_fn"
        if named and self._is_at("ADV602", original_node.value) and _name(updated_node.value) == "os.setsid":
            self.made += 1
            return updated_node.with_changes(keyword=cst.Name("start_new_session"), value=cst.Name("True"))
        return updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        """``pool.close()`` before ``pool.join()``."""
        only = original_node.body[0] if len(original_node.body) == 1 else None
        if (
            not isinstance(only, cst.Expr)
            or not isinstance(only.value, cst.Call)
            or not self._is_at("ADV212", only.value)
        ):
            return updated_node
        function = only.value.func
        if not isinstance(function, cst.Attribute) or function.attr.value != "join":
            return updated_node
        self.made += 1
        closing = cst.Expr(cst.Call(func=function.with_changes(attr=cst.Name("close"))))
        first = cst.SimpleStatementLine([closing], leading_lines=updated_node.leading_lines)
        return cst.FlattenSentinel([first, updated_node.with_changes(leading_lines=[])])

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        """``raise`` at the end of a handler that names the cancellation alone."""
        kind = _last(original_node.type) if original_node.type is not None else ""
        body = updated_node.body
        if (
            kind != "CancelledError"
            or not self._is_at("ADV416", original_node)
            or not isinstance(body, cst.IndentedBlock)
        ):
            return updated_node
        self.made += 1
        kept = [line for line in body.body if not _is_pass(line)]
        raising = cst.SimpleStatementLine([cst.Raise()])
        return updated_node.with_changes(body=body.with_changes(body=[*kept, raising]))


def _is_pass(line: cst.BaseStatement) -> bool:
    words = (cst.Pass, cst.Continue)
    return isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 and isinstance(line.body[0], words)


def _called_at_once(node: cst.BaseExpression) -> cst.Call | None:
    if isinstance(node, cst.Lambda):
        node = node.body if not node.params.params else node
    return node if isinstance(node, cst.Call) else None


def _with_args_keyword(handed: list[cst.Arg], given: Sequence[cst.Arg]) -> list[cst.Arg]:
    if not given:
        return handed
    elements = [cst.Element(each.value) for each in given]
    if len(elements) == 1:
        elements = [elements[0].with_changes(comma=cst.Comma())]
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    place = next(i for i, each in enumerate(handed) if each.keyword is not None and each.keyword.value == "target")
    argument = cst.Arg(cst.Tuple(elements), keyword=cst.Name("args"), equal=equal)
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    target = handed[place]
    argument = argument.with_changes(comma=target.comma)
    return [*handed[:place], target.with_changes(comma=comma), argument, *handed[place + 1 :]]


def _dotted(module: str, name: str) -> cst.Attribute:
    return cst.Attribute(cst.Name(module), cst.Name(name))


def _name(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Name):
        return node.value
    return f"{_name(node.value)}.{node.attr.value}" if isinstance(node, cst.Attribute) else ""


def _last(node: cst.BaseExpression) -> str:
    return _name(node).rpartition(".")[2]
