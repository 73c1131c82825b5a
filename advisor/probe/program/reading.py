"""The tasks ``read_sites`` and ``read_bodies``: a program's source, parsed by the interpreter that runs it."""

from dataclasses import asdict

from . import loading_hooked, sites


def read_sites(request, answers):
    """All sites of some files.

    Request: ``files``, each a path and how the records are to name it. Answer: ``sites``, fields of ``sites.Site``; ``unread``, files that cannot be parsed.
    """
    found, unread = [], []
    for path, name in request["files"]:
        try:
            found += [asdict(site) for site in sites.find_sites(loading_hooked.read_source(path), name)]
        except (OSError, SyntaxError, ValueError, RecursionError):
            unread.append(path)
        answers.alive()
    return {"sites": found, "unread": unread}
