"""The modules of a project by name, read when first asked for; a few are kept, so memory stays flat."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .module import Module
from .parsing import Unreadable, parse

ReadSource = Callable[[str], bytes | None]
"""Path -> content; ``None`` where there is no such file."""
KEPT_MODULES = 96


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """A function or class of the project, with the module that holds it."""

    module: Module
    node: ast.AST
    name: str
    """Dotted, inside the module."""

    @property
    def dotted(self) -> str:
        """Dotted, with the module's name."""
        return f"{self.module.name}.{self.name}"


class Project:
    """Finds modules by path and by dotted name, as far as the given source reaches."""

    def __init__(self, read: ReadSource) -> None:
        self._read = read
        self._modules: OrderedDict[str, Module | Unreadable] = OrderedDict()
        self._paths: dict[tuple[str, str], str | None] = {}
        self._packages: dict[str, tuple[str, str]] = {}

    def module(self, path: str) -> Module | Unreadable | None:
        """The module of a file; ``None`` where there is no such file."""
        if path in self._modules:
            self._modules.move_to_end(path)
            return self._modules[path]
        content = self._read(path)
        if content is None:
            return None
        parsed = parse(content)
        module: Module | Unreadable = parsed if isinstance(parsed, Unreadable) else self._named(path, *parsed)
        self._modules[path] = module
        if len(self._modules) > KEPT_MODULES:
            self._modules.popitem(last=False)
        return module

    def _named(self, path: str, root: ast.Module, lines: tuple[str, ...]) -> Module:
        file = PurePosixPath(path)
        _, package = self._package_of(str(file.parent))
        name = package if file.stem == "__init__" else f"{package}.{file.stem}" if package else file.stem
        return Module(path=path, name=name or file.parent.name, package=package, root=root, lines=lines)

    def _package_of(self, folder: str) -> tuple[str, str]:
        """(folder to import from, dotted package) of a folder's files."""
        known = self._packages.get(folder)
        if known is None:
            path = PurePosixPath(folder)
            if path.name and self._read(str(path / "__init__.py")) is not None:
                root, above = self._package_of(str(path.parent))
                known = root, f"{above}.{path.name}" if above else path.name
            else:
                known = folder, ""
            self._packages[folder] = known
        return known

    def definition(self, dotted: str, asked_by: Module, depth: int = 0) -> Definition | None:
        """The function or class of a dotted name, followed through what modules import from each other."""
        if dotted.startswith(asked_by.name + "."):
            found = self._inside(asked_by, dotted[len(asked_by.name) + 1 :], depth)
            if found is not None:
                return found
        root = self._package_of(str(PurePosixPath(asked_by.path).parent))[0]
        parts = dotted.split(".")
        for length in range(len(parts) - 1, 0, -1):
            path = self._path(root, ".".join(parts[:length]))
            module = self.module(path) if path else None
            if isinstance(module, Module):
                return self._inside(module, ".".join(parts[length:]), depth)
        return None

    def _inside(self, module: Module, name: str, depth: int) -> Definition | None:
        node = module.by_name.get(name)
        if node is not None:
            return Definition(module=module, node=node, name=name)
        first, _, rest = name.partition(".")
        for binding in module.scopes.own(module.root).bindings.get(first, ()):
            if binding.dotted is not None and depth < 4:
                return self.definition(f"{binding.dotted}.{rest}" if rest else binding.dotted, module, depth + 1)
        return None

    def module_named(self, dotted: str, asked_by: Module) -> Module | None:
        """The project's module of a dotted name."""
        root = self._package_of(str(PurePosixPath(asked_by.path).parent))[0]
        path = self._path(root, dotted)
        module = self.module(path) if path else None
        return module if isinstance(module, Module) else None

    def _path(self, root: str, dotted: str) -> str | None:
        key = (root, dotted)
        if key not in self._paths:
            base = PurePosixPath(root, *dotted.split("."))
            candidates = (str(base / "__init__.py"), f"{base}.py")
            self._paths[key] = next((path for path in candidates if self._read(path) is not None), None)
        return self._paths[key]
