"""The tasks ``read_sites`` and ``read_bodies``: a program's source, parsed by the interpreter that runs it."""

from __future__ import annotations

from dataclasses import asdict

from . import analysis, body, importable, instrumenting, loading_hooked, pooled, sites
from .findings import CannotSplit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..answers import Answers


def read_sites(request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """All sites of some files.

    Request: ``files``, each a path and how the records are to name it. Answer: ``sites``, fields of ``sites.Site``;
    ``waits``, for the ids of those that hand work out, the last line of the block in which it is waited for;
    ``unread``, files that cannot be parsed.
    """
    found: list[dict[str, Any]] = []
    waits: dict[str, int] = {}
    unread: list[str] = []
    for path, name in request["files"]:
        try:
            source = loading_hooked.read_source(path)
            here = sites.find_sites(source, name)
            found += [asdict(site) for site in here]
            waits.update((site.id, pooled.waited_for_until(source, site)) for site in here if site.kind == "pool")
        except (OSError, SyntaxError, ValueError, RecursionError):
            unread.append(path)
        answers.alive()
    return {"sites": found, "waits": waits, "unread": unread}


def read_bodies(request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """What iterations need, leave and touch.

    Request: ``sites``, each a path, the fields of a ``sites.Site`` and whether the file is the main script. Answer:
    ``bodies``, for each the ``analysis``, the ``function`` made of it and the text in which to import that, or why
    there ``cannot`` be one; and whether it can be ``hooked``.
    """
    found = []
    for path, fields, is_main in request["sites"]:
        site = sites.Site(**{**fields, "body": tuple(fields["body"])})
        source = loading_hooked.read_source(path)
        found.append(_read_body(source, site, is_main))
        answers.alive()
    return {"bodies": found}


def _read_body(source: str, site: sites.Site, is_main: bool) -> dict[str, Any]:
    seen = analysis.analyse(source, site)
    read = {
        "analysis": asdict(seen),
        "hooked": instrumenting.hooked(source, site),
        "function": None,
        "importable": None,
        "cannot": None,
    }
    try:
        existing = site.kind in ("pool", "gather")
        function = pooled.pooled_function(source, site) if existing else body.body_function(source, site, seen)
    except CannotSplit as reason:
        return {**read, "cannot": _sentence(str(reason))}
    text = importable.importable(function.rewritten, function.name) if is_main else function.rewritten
    return {**read, "function": asdict(function), "importable": text}


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
