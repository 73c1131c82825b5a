"""The files a target is made of: its module and every local module that it imports, read by ``ast`` alone.

What is imported by a name made at run time, and data that a module reads by itself, is not seen.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path, PurePath

from .targets import GateTarget

ReadBytes = Callable[[Path], bytes | None]
_LAYOUTS = ("", "src")
"""Where a project keeps its modules, below the folder to import from."""


def read_bytes(path: Path) -> bytes | None:
    """The file's content; ``None`` where there is no such file."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def files_of(target: GateTarget, read: ReadBytes = read_bytes) -> dict[Path, bytes] | None:
    """Every file that decides what the target does, with its content; ``None`` where its module is not found.

    The module, those of its items and its set-up, all that these import from the same folders, directly or not, and
    the file of the items.
    """
    roots = [Path(root) / layout for root in target.job.target.import_roots for layout in _LAYOUTS]
    asked = target.job.target
    start = {} if asked.by_path else dict(_module_files(asked.module, roots, read))
    if not _is_among(asked.module, start):
        # Its packages alone say nothing of it: it is not there, compiled, or made as it is imported.
        start = {}
    if asked.file is not None and (content := read(Path(asked.file))) is not None:
        start[Path(asked.file)] = content
    if not start:
        return None
    inputs, setup = target.job.inputs, target.job.setup
    helpers = [inputs.source if inputs.kind == "object" else None, setup]
    for name in helpers:
        start.update(_module_files((name or "").partition(":")[0], roots, read))
    found = _closure(start, roots, read)
    if inputs.kind == "file" and inputs.source:
        content = read(Path(inputs.source))
        found.update({} if content is None else {Path(inputs.source): content})
    return found


def _is_among(module: str, files: Iterable[Path]) -> bool:
    """Whether the module's own file is among those found, not its packages' alone."""
    name = module.rpartition(".")[2]
    return any((path.parent.name if path.name == "__init__.py" else path.stem) == name for path in files)


def digest(target: GateTarget, files: dict[Path, bytes], folder: Path, version: str) -> str:
    """Sixteen hex digits over the files, what is asked of the target and the program's version; no machine's paths."""
    digest = hashlib.sha256(version.encode())
    asked = {
        "name": target.name,
        "inputs": [target.job.inputs.kind, _relative(target.job.inputs.source or "", folder)],
        "job": [target.job.unpack, target.job.calls, target.job.setup],
        "options": [target.options.models, target.options.idiom, target.options.start_method, target.options.stream],
        "bounds": asdict(target.requirements),
    }
    digest.update(json.dumps(asked, sort_keys=True).encode())
    for name, path in sorted((_relative(str(path), folder), path) for path in files):
        # A checkout may have other line ends.
        content = files[path].replace(b"\r\n", b"\n")
        digest.update(f"\n{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _relative(name: str, folder: Path) -> str:
    path = PurePath(name)
    return path.relative_to(folder).as_posix() if path.is_absolute() and path.is_relative_to(folder) else name


def _closure(start: dict[Path, bytes], roots: Sequence[Path], read: ReadBytes) -> dict[Path, bytes]:
    found: dict[Path, bytes] = {}
    waiting = dict(start)
    while waiting:
        path, content = waiting.popitem()
        found[path] = content
        for name in _imported(content, _package_of(path, roots)):
            waiting.update((file, text) for file, text in _module_files(name, roots, read) if file not in found)
    return found


def _package_of(path: Path, roots: Iterable[Path]) -> str:
    """The package that a file's relative imports begin from."""
    inside = [root for root in roots if path.is_relative_to(root)]
    root = max(inside, key=lambda root: len(root.parts), default=path.parent)
    return ".".join(path.relative_to(root).parent.parts)


def _imported(content: bytes, package: str) -> Iterator[str]:
    """Every module that an import statement anywhere in the source may name."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".") if package else []
                above = parts[: len(parts) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            if base:
                yield base
            # What is imported may be a module too.
            yield from (f"{base}.{alias.name}" if base else alias.name for alias in node.names)


def _module_files(module: str, roots: Sequence[Path], read: ReadBytes) -> Iterator[tuple[Path, bytes]]:
    """The module's file and the ``__init__.py`` of each package above it, where a root has them."""
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        return
    for root in roots:
        found = []
        for depth in range(1, len(parts) + 1):
            base = root.joinpath(*parts[:depth])
            for path in (base / "__init__.py", base.with_suffix(".py")):
                if (content := read(path)) is not None:
                    found.append((path, content))
                    break
        if found:
            yield from found
            return
