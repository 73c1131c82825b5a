"""Imports where they belong: after the docstring and ``__future__``, beside those that are there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor

from .pool_text import Import


def with_imports(source: str, wanted: Iterable[Import], unneeded: Sequence[Import] = ()) -> str:
    """The source with the imports that it lacks, and without those of ``unneeded`` that nothing uses any more."""
    missing = [
        each for each in sorted(set(wanted), key=lambda each: (each.module, each.name or "")) if not _has(source, each)
    ]
    head, rest = _head(source)
    context = CodemodContext()
    for each in missing:
        AddImportsVisitor.add_needed_import(context, each.module, each.name)
    whole = AddImportsVisitor(context).transform_module(cst.parse_module(head)).code + rest
    if not unneeded:
        return whole
    for each in unneeded:
        RemoveImportsVisitor.remove_unused_import(context, each.module, each.name)
    return RemoveImportsVisitor(context).transform_module(cst.parse_module(whole)).code


def _head(source: str) -> tuple[str, str]:
    """The source up to the last import ahead of its first definition, where imports go, and the rest."""
    last = 0
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            break
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and last == 0
        if isinstance(node, ast.Import | ast.ImportFrom) or docstring:
            last = node.end_lineno or last
    lines = source.split("\n")
    if not last:
        # Comments at the top, the encoding among them, stay there.
        last = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    head = "\n".join(lines[:last])
    return f"{head}\n" if last < len(lines) else head, "\n".join(lines[last:])


def _has(source: str, wanted: Import) -> bool:
    """Whether the module imports it at its top level, under its own name."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import) and wanted.name is None:
            if any(alias.name == wanted.module and alias.asname is None for alias in node.names):
                return True
        elif (
            isinstance(node, ast.ImportFrom)
            and (node.module, node.level) == (wanted.module, 0)
            and any(alias.name == wanted.name and alias.asname is None for alias in node.names)
        ):
            return True
    return False
