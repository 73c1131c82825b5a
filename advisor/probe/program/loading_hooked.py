"""Modules and the main script with hooks in their sites: compiled from the syntax tree, under their own names."""

from __future__ import annotations

import importlib._bootstrap_external
import os

from . import instrumenting, main_module, sites

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType
    from typing import Any

_Loader = importlib._bootstrap_external.SourceLoader  # noqa: SLF001 - all ways of loading source go through its get_code


def install(files: dict[str, list[str]], script: str | None, recorder: Any) -> None:
    """Have these files loaded with hooks.

    Args:
        files: ``{path: [site ids]}``.
        script: the path of the main script, or ``None``.
        recorder: what the hooks call; modules find it by ``instrumenting.RECORDER``.
    """
    import builtins

    wanted = {os.path.realpath(path): names for path, names in files.items()}
    # A built-in name is seen from every module, and stands in no module's own names.
    setattr(builtins, instrumenting.RECORDER, recorder)
    unhooked = _Loader.get_code

    def get_code(loader: Any, fullname: str) -> Any:
        path = os.path.realpath(loader.get_filename(fullname))
        if path not in wanted:
            return unhooked(loader, fullname)
        return compile_hooked(loader.get_filename(fullname), wanted[path])

    setattr(_Loader, "get_code", get_code)  # noqa: B010 - a method of the interpreter's own is replaced
    if script is not None and os.path.realpath(script) in wanted:
        names = wanted[os.path.realpath(script)]
        main_module.compile_main = lambda script: compile_hooked(script, names)


def compile_hooked(path: str, names: Sequence[str]) -> CodeType:
    """The code of a file with hooks in the sites of these ids."""
    source = read_source(path)
    chosen = [site for site in sites.find_sites(source, _file_of(names)) if site.id in names]
    tree = instrumenting.instrumented(source, chosen)
    return compile(tree, path, "exec", dont_inherit=True)


def read_source(path: str) -> str:
    """The text of a Python file, decoded as the interpreter would, with line feeds alone at its line ends."""
    import io
    import tokenize

    with open(path, "rb") as file:
        content = file.read()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def _file_of(names: Sequence[str]) -> str:
    """The file's name, as the ids of its sites have it."""
    name = names[0]
    while name.rpartition(":")[2].isdigit():
        name = name.rpartition(":")[0]
    return name
