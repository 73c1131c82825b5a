"""Sites and plans in, the edited source out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...probe.program.analysis import analyse
from ...probe.program.body import parts_of
from ...probe.program.findings import CannotSplit
from ...probe.program.sites import Site, find_sites, locate
from ...probe.program.syntax import LOOPS, Tree
from ...records.tried import Plan
from .async_edit import edit_async
from .edited_text import EditedText
from .existing_edit import edit_existing
from .expression_edit import edit_expression
from .guard import with_guard
from .importing import with_imports
from .loop_edit import edit_loop
from .pool_text import Import
from .python_source import read
from .refusal import CannotEditError, refuse, refuse_changed_iterable, refuse_other_process, refuse_shared_files


@dataclass(frozen=True, kw_only=True)
class WantedEdit:
    """A site, by its id in the file as it was measured, and how it is to run."""

    site_id: str
    plan: Plan


def edit_source(data: bytes, file: str, wanted: Sequence[WantedEdit]) -> bytes:
    """A file's bytes after the edits of its sites. Nothing else of the file changes.

    Args:
        data: the file's bytes.
        file: its name, as the ids of its sites have it.
        wanted: the edits; of sites in sites only one may be asked for.

    Raises:
        CannotEditError: an edit cannot be made; the message is one plain sentence, and no edit is made then.
    """
    source = read(data)
    try:
        sites = {site.id: site for site in find_sites(source.text, file)}
    except (SyntaxError, ValueError) as error:
        raise CannotEditError("the file cannot be parsed") from error
    chosen = []
    for each in wanted:
        if each.site_id not in sites:
            raise CannotEditError(f"there is no site {each.site_id} in the file")
        chosen.append((sites[each.site_id], each.plan))
    # From the last to the first: an edit moves nothing of what stands before it, but by the function that it adds.
    chosen.sort(key=lambda pair: (pair[0].line, pair[0].column), reverse=True)
    text = source.text
    imports: list[Import] = []
    unneeded: list[Import] = []
    for site, plan in chosen:
        edited = _edit_once(text, _found_again(text, site, source.text), plan)
        text = edited.text
        imports += edited.imports
        unneeded += edited.unneeded
    text = with_imports(text, imports, unneeded)
    try:
        compile(text, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise CannotEditError("the edit would not be Python any more") from error
    return source.to_bytes(text)


def _found_again(text: str, site: Site, original: str) -> Site:
    """The site in the text as edits behind it have left it."""
    if text == original:
        return site
    same = [each for each in find_sites(original, site.file) if _key(each) == _key(site)]
    now = [each for each in find_sites(text, site.file) if _key(each) == _key(site)]
    place = [each.id for each in same].index(site.id)
    if place >= len(now):
        raise CannotEditError("an edit inside it has changed it")
    return now[place]


def _key(site: Site) -> tuple[str, str, str, str]:
    return site.function, site.kind, site.form, site.code


def _edit_once(text: str, site: Site, plan: Plan) -> EditedText:
    try:
        edited = _edited(text, site, plan)
    except CannotSplit as reason:
        raise CannotEditError(str(reason)) from reason
    if plan.model != "multiprocessing":
        return edited
    behind = text.count("\n") + 1 - site.end_line
    line = edited.text.count("\n") + 1 - behind
    return replace(edited, text=with_guard(edited.text, site.function, line, _must_guard(plan)))


def _must_guard(plan: Plan) -> bool:
    """Workers that are forked have the program as it is; all others import its file again."""
    return plan.start_method != "fork"


def _edited(text: str, site: Site, plan: Plan) -> EditedText:
    tree = Tree(text)
    node = locate(tree, site)
    if site.kind in ("pool", "gather"):
        return edit_existing(tree, node, site, plan)
    analysis = analyse(text, site)
    refuse(tree, node, analysis, plan)
    parts = parts_of(tree, node, narrow=True)
    refuse_changed_iterable(node, parts)
    refuse_shared_files(tree, node, analysis)
    if plan.model == "multiprocessing":
        refuse_other_process(tree, node, parts)
    if plan.model == "asyncio":
        return edit_async(tree, node, parts, plan)
    if isinstance(node, LOOPS):
        assert isinstance(node, ast.For)  # noqa: S101 - an async for has no parts
        return edit_loop(tree, node, parts, plan)
    assert isinstance(node, ast.expr)  # noqa: S101 - comprehensions and calls
    return edit_expression(tree, node, parts, plan)
