"""What an expression refers to: the dotted name of a thing, or the kind of object that it gives.

Nothing is guessed: where bindings disagree or cannot be seen, the answer is ``None``. The order of bindings in a
function is followed as far as blocks show it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from . import known
from .module import ClassModel, Module
from .project import Definition, Project
from .scopes import Binding, Scope
from .tree import COMPREHENSIONS, FUNCTIONS, Function, own_nodes, position

_BUILTINS = frozenset(dir(builtins))
DEEPEST = 12
"""How many steps from name to name are followed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """The kind of object that an expression gives."""

    type: str
    """Dotted name of its class."""
    origin: ast.expr | None
    """The expression that makes it, where that is in the same project."""
    module: Module
    """That holds the origin."""
    element: Value | None = None
    """What going through it gives."""


class Names:
    """Answers for one module; asks the project where a name leads elsewhere."""

    def __init__(self, module: Module, project: Project) -> None:
        self.module = module
        self.project = project
        self._others: dict[str, Names] = {}
        self._qualified: dict[ast.AST, str | None] = {}
        self._values: dict[ast.AST, Value | None] = {}

    def of(self, module: Module) -> Names:
        """The same for another module of the project."""
        if module is self.module:
            return self
        if module.path not in self._others:
            other = Names(module, self.project)
            # One set of answers for the whole review of this module.
            other._others = self._others
            self._others[module.path] = other
        return self._others[module.path]

    # Names

    def qualified(self, node: ast.AST, depth: int = 0) -> str | None:
        """The dotted name of what an expression refers to, in the libraries' canonical spelling."""
        if node in self._qualified:
            return self._qualified[node]
        self._qualified[node] = None  # a name that leads back to itself ends here
        found = self._qualify(node, depth) if depth < DEEPEST else None
        self._qualified[node] = found
        return found

    def called(self, call: ast.AST) -> str:
        """The dotted name of what a call calls; empty where it is not known, or where the node is not a call."""
        return (self.qualified(call.func) or "") if isinstance(call, ast.Call) else ""

    def _qualify(self, node: ast.AST, depth: int) -> str | None:
        if isinstance(node, ast.Name):
            return self._qualify_name(node, depth)
        if isinstance(node, ast.Attribute):
            return self._qualify_attribute(node, depth)
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values
            found = [name for part in parts if (name := self.qualified(part, depth + 1)) is not None]
            return found[0] if found else None
        if isinstance(node, ast.Call) and self.qualified(node.func, depth + 1) == "functools.partial" and node.args:
            return self.qualified(node.args[0], depth + 1)
        return None

    def _qualify_name(self, node: ast.Name, depth: int) -> str | None:
        found = self.module.scopes.lookup(node.id, node)
        if found is None:
            return f"builtins.{node.id}" if node.id in _BUILTINS else None
        scope, bindings = found
        names = []
        for binding in self.reaching(node, scope, bindings):
            if binding.kind == "import" and binding.dotted is not None:
                names.append(known.canonical(binding.dotted))
            elif binding.kind == "definition":
                names.append(f"{self.module.name}.{self.module.definitions[binding.node]}")
            elif binding.kind == "assign" and binding.value is not None and not binding.path:
                name = self.qualified(binding.value, depth + 1)
                if name is None:
                    return None
                names.append(name)
            else:
                return None
        # Of imports that stand in for each other (try, except ImportError) the first is the one meant.
        agreed = dict.fromkeys(names)
        imports = all(binding.kind == "import" for binding in bindings)
        return names[0] if len(agreed) == 1 or (agreed and imports) else None

    def _qualify_attribute(self, node: ast.Attribute, depth: int) -> str | None:
        if isinstance(node.value, ast.Name):
            owner = self.module.owner_of_self(node.value)
            if owner is not None:
                return self.member(self.module.classes[owner], self.module, node.attr, depth)
        base = self.qualified(node.value, depth + 1)
        if base is not None:
            dotted = known.canonical(f"{base}.{node.attr}")
            return self._class_member(base, node.attr, depth) or dotted
        value = self.value(node.value, depth + 1)
        if value is None:
            return None
        return self._class_member(value.type, node.attr, depth) or known.canonical(
            f"{value.type.removesuffix('.context')}.{node.attr}"
        )

    def _class_member(self, dotted: str, attribute: str, depth: int) -> str | None:
        if is_library(dotted):
            return None
        definition = self.project.definition(dotted, self.module)
        if definition is None or not isinstance(definition.node, ast.ClassDef):
            return None
        names = self.of(definition.module)
        return names.member(definition.module.classes[definition.node], definition.module, attribute, depth)

    def member(self, owner: ClassModel, module: Module, attribute: str, depth: int) -> str | None:
        """A method by its own name, an inherited one by its owner's; of an attribute, what it is an alias of."""
        if attribute in owner.methods:
            return f"{owner.name}.{attribute}"
        names = self.of(module)
        for binding in owner.attributes.get(attribute, ()):
            if binding.kind == "assign" and binding.value is not None:
                name = names.qualified(binding.value, depth + 1)
                if name is not None:
                    return name
        if attribute in owner.attributes:
            return None
        for base in names.bases(owner.name, depth + 1):
            if is_library(base):
                return known.canonical(f"{base}.{attribute}")
            inherited = self._class_member(base, attribute, depth + 1) if depth < DEEPEST else None
            if inherited is not None:
                return inherited
        return None

    def bases(self, dotted: str, depth: int = 0) -> tuple[str, ...]:
        """The dotted names of a project class's direct bases."""
        definition = None if is_library(dotted) else self.project.definition(dotted, self.module)
        if definition is None or not isinstance(definition.node, ast.ClassDef):
            return ()
        names = self.of(definition.module)
        return tuple(name for base in definition.node.bases if (name := names.qualified(base, depth + 1)))

    def is_a(self, dotted: str, wanted: frozenset[str], depth: int = 0) -> bool:
        """Whether a class is one of those wanted or inherits from one."""
        if dotted in wanted:
            return True
        return depth < DEEPEST and any(self.is_a(base, wanted, depth + 1) for base in self.bases(dotted, depth))

    # Bindings

    def reaching(self, node: ast.AST, scope: Scope, bindings: list[Binding]) -> list[Binding]:
        """Those bindings that may hold where a name is used: the last one before it in its own or an outer block."""
        if len(bindings) == 1:
            return bindings
        tree = self.module.tree
        same_function = tree.scope_node(node) is scope.node or isinstance(scope.node, COMPREHENSIONS)
        before = [b for b in bindings if position(b.node) <= position(node)] if same_function else []
        for binding in sorted(before, key=lambda b: position(b.node), reverse=True):
            if binding.kind == "augmented" or (tree.holds(binding.node, node) and binding.kind == "assign"):
                continue
            if binding.kind == "parameter" or tree.holds(tree.parents.get(binding.node, scope.node), node):
                later = [b for b in before if position(b.node) > position(binding.node) and b.kind != "augmented"]
                return [binding, *(b for b in later if not tree.holds(b.node, node) or b.kind != "assign")]
        useful = [b for b in bindings if b.kind not in ("augmented", "annotation") and not _is_nothing(b.value)]
        return useful or bindings

    def bindings(self, node: ast.Name) -> list[Binding]:
        """Those that may hold where a name is used; empty for a builtin."""
        found = self.module.scopes.lookup(node.id, node)
        return [] if found is None else self.reaching(node, *found)

    # Values

    def value(self, node: ast.AST, depth: int = 0) -> Value | None:
        """The kind of object that an expression gives."""
        if node in self._values:
            return self._values[node]
        self._values[node] = None
        found = self._value(node, depth) if depth < DEEPEST else None
        self._values[node] = found
        return found

    def type_of(self, node: ast.AST) -> str:
        """The dotted name of the class of what an expression gives; empty where it is not known."""
        value = self.value(node)
        return "" if value is None else value.type

    def library_type(self, node: ast.AST, wanted: frozenset[str]) -> str:
        """The one of the classes wanted that an expression's object is of, or inherits from; empty if none."""
        kind = self.type_of(node)
        if kind in wanted or not kind:
            return kind if kind in wanted else ""
        return next((each for each in sorted(wanted) if self.is_a(kind, frozenset({each}))), "")

    def _value(self, node: ast.AST, depth: int) -> Value | None:
        if isinstance(node, ast.Call):
            return self._value_of_call(node, depth)
        if isinstance(node, ast.Name):
            return self._value_of_name(node, depth)
        if isinstance(node, ast.Attribute):
            return self._value_of_attribute(node, depth)
        if isinstance(node, ast.Await):
            return self.value(node.value, depth + 1)
        if isinstance(node, ast.NamedExpr):
            return self.value(node.value, depth + 1)
        if isinstance(node, ast.Starred):
            return self.value(node.value, depth + 1)
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values
            return next((value for part in parts if (value := self.value(part, depth + 1)) is not None), None)
        if isinstance(node, ast.Subscript):
            base = self.value(node.value, depth + 1)
            return base if base is None or isinstance(node.slice, ast.Slice) else base.element
        return self._value_of_display(node, depth)

    def _value_of_display(self, node: ast.AST, depth: int) -> Value | None:
        kind, element = _DISPLAYS.get(type(node), ""), None
        if not kind:
            return None
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            element = self.value(node.elt, depth + 1)
        elif isinstance(node, ast.DictComp):
            element = self.value(node.key, depth + 1)
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            element = next((value for part in node.elts if (value := self.value(part, depth + 1)) is not None), None)
        elif isinstance(node, ast.BinOp):
            left = self.value(node.left, depth + 1)
            return left if isinstance(node.op, (ast.Add, ast.Mult)) and left and left.type == "builtins.list" else None
        return Value(type=kind, origin=node, module=self.module, element=element)  # type: ignore[arg-type]  # an expression

    def _value_of_call(self, node: ast.Call, depth: int) -> Value | None:
        called = self.qualified(node.func, depth + 1)
        if called is None:
            if isinstance(node.func, ast.Attribute) and node.func.attr in ("values", "items", "keys", "copy"):
                return self.value(node.func.value, depth + 1)
            return None
        if called in known.SAME_ELEMENTS and node.args:
            inner = self.value(node.args[0], depth + 1)
            kind = "builtins.list" if called == "builtins.sorted" else known.RETURNS.get(called, called)
            return Value(type=kind, origin=node, module=self.module, element=inner.element if inner else None)
        if called in known.ELEMENTS:
            future = Value(type=known.ELEMENTS[called], origin=None, module=self.module)
            return Value(type="results", origin=node, module=self.module, element=future)
        if called in known.RETURNS:
            return Value(type=known.RETURNS[called], origin=node, module=self.module)
        if called in ("typing.cast", "copy.copy") and node.args:
            return self.value(node.args[-1], depth + 1)
        if is_library(called):
            return Value(type=called, origin=node, module=self.module) if _is_class_name(called) else None
        definition = self.project.definition(called, self.module)
        if definition is None or isinstance(definition.node, ast.ClassDef):
            return Value(type=called, origin=node, module=self.module) if definition or _is_class_name(called) else None
        return self._value_returned(definition, depth)

    def _value_returned(self, definition: Definition, depth: int) -> Value | None:
        function, names = definition.node, self.of(definition.module)
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        for node in own_nodes(function):
            if isinstance(node, ast.Return) and node.value is not None:
                value = names.value(node.value, depth + 1)
                if value is not None:
                    return value
        return names.annotated(function.returns, depth)

    def _value_of_name(self, node: ast.Name, depth: int) -> Value | None:
        found = self.module.scopes.lookup(node.id, node)
        if found is None:
            return None
        scope, bindings = found
        values = [self.value_of_binding(b, depth + 1) for b in self.reaching(node, scope, bindings)]
        kinds = {value.type for value in values if value is not None}
        if len(kinds) != 1:
            return None
        value = next(value for value in values if value is not None)
        if value.element is None and value.type in ("builtins.list", "builtins.set", "builtins.dict"):
            element = self._element_added(node.id, scope, depth)
            return Value(type=value.type, origin=value.origin, module=value.module, element=element)
        return value

    def value_of_binding(self, binding: Binding, depth: int = 0) -> Value | None:
        """The kind of object that a name is bound to."""
        if binding.annotation is not None and binding.kind in ("parameter", "annotation"):
            return self.annotated(binding.annotation, depth)
        if binding.value is None:
            return None
        if binding.kind == "for":
            return self._value_gone_through(binding, depth)
        value = self.value(binding.value, depth + 1)
        if binding.path:
            return self._taken_apart(binding, value)
        if value is None and binding.annotation is not None:
            return self.annotated(binding.annotation, depth)
        return value

    def _taken_apart(self, binding: Binding, value: Value | None) -> Value | None:
        called = self.called(binding.value) if isinstance(binding.value, ast.Call) else ""
        if called == "multiprocessing.Pipe":
            return Value(type="multiprocessing.Connection", origin=binding.value, module=self.module)
        if called == "concurrent.futures.wait":
            return value
        return value.element if value is not None else None

    def _value_gone_through(self, binding: Binding, depth: int) -> Value | None:
        source, path = binding.value, binding.path
        if isinstance(source, ast.Call) and source.args:
            called = self.qualified(source.func, depth + 1)
            if called == "builtins.enumerate" and path:
                source, path = source.args[0], path[1:] if path[0] == 1 else (-1,)
            elif called == "builtins.zip" and path and path[0] < len(source.args):
                source, path = source.args[path[0]], path[1:]
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and source.func.attr == "items":
            source, path = source.func.value, () if path[:1] == (0,) else path
        if path:
            return None
        value = self.value(source, depth + 1) if source is not None else None
        return value.element if value is not None else None

    def _element_added(self, name: str, scope: Scope, depth: int) -> Value | None:
        """What ``name.append(...)`` or ``name[key] = ...`` puts into a container that begins empty."""
        for container, part in self.module.added.get(name, ()):
            if isinstance(container, ast.Name) and self.module.tree.holds(scope.node, container):
                value = self.value(part, depth + 1)
                if value is not None:
                    return value
        return None

    def _value_of_attribute(self, node: ast.Attribute, depth: int) -> Value | None:
        owner = self.owner(node.value, depth)
        if owner is not None:
            model, module = owner
            return self.of(module).attribute_value(model, node.attr, depth + 1)
        name = self.qualified(node, depth + 1)
        if name is None or is_library(name):
            return None
        # A global of another module.
        module_name, _, attribute = name.rpartition(".")
        other = self.project.module_named(module_name, self.module)
        if other is None:
            return None
        values = [
            self.of(other).value_of_binding(binding, depth + 1)
            for binding in other.scopes.own(other.root).bindings.get(attribute, ())
        ]
        return next((value for value in values if value is not None), None)

    def owner(self, node: ast.AST, depth: int = 0) -> tuple[ClassModel, Module] | None:
        """The project class of which an expression is an instance (or ``self``)."""
        if isinstance(node, ast.Name):
            around = self.module.owner_of_self(node)
            if around is not None:
                return self.module.classes[around], self.module
        value = self.value(node, depth + 1)
        if value is None or is_library(value.type):
            return None
        definition = self.project.definition(value.type, value.module)
        if definition is None or not isinstance(definition.node, ast.ClassDef):
            return None
        return definition.module.classes[definition.node], definition.module

    def attribute_value(self, owner: ClassModel, attribute: str, depth: int = 0) -> Value | None:
        """What an attribute of a class's instances holds, by all that is assigned to it."""
        values = [self.value_of_binding(binding, depth) for binding in owner.attributes.get(attribute, ())]
        found = [value for value in values if value is not None]
        if found and len({value.type for value in found}) == 1:
            value = found[0]
            if value.element is None and value.type in ("builtins.list", "builtins.set", "builtins.dict"):
                return Value(type=value.type, origin=value.origin, module=value.module,
                             element=self._attribute_element(owner, attribute, depth))  # fmt: skip
            return value
        if found or depth >= DEEPEST:
            return None
        for base in self.bases(owner.name, depth):
            definition = None if is_library(base) else self.project.definition(base, self.module)
            if definition is not None and isinstance(definition.node, ast.ClassDef):
                model = definition.module.classes[definition.node]
                return self.of(definition.module).attribute_value(model, attribute, depth + 1)
        return None

    def _attribute_element(self, owner: ClassModel, attribute: str, depth: int) -> Value | None:
        for container, part in self.module.added.get(attribute, ()):
            if isinstance(container, ast.Attribute) and self.module.tree.holds(owner.node, container):
                value = self.value(part, depth + 1)
                if value is not None:
                    return value
        return None

    def annotated(self, annotation: ast.expr | None, depth: int = 0) -> Value | None:
        """What an annotation says: one class, an optional one, or a container of one."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                parsed = ast.parse(annotation.value, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None
            for inner in ast.walk(parsed):
                self.module.tree.parents.setdefault(inner, annotation)
            annotation = parsed
        if isinstance(annotation, ast.BinOp):
            return self.annotated(annotation.left, depth) or self.annotated(annotation.right, depth)
        if isinstance(annotation, ast.Subscript):
            outer = (self.qualified(annotation.value, depth + 1) or "").rpartition(".")[2]
            inner_values = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            if outer in ("Optional", "Annotated", "Final", "ClassVar"):
                return self.annotated(inner_values[0], depth)
            if outer.lower() in ("list", "sequence", "iterable", "set", "tuple", "collection", "dict", "deque"):
                kind = f"builtins.{'dict' if outer.lower() == 'dict' else 'list'}"
                element = self.annotated(inner_values[0], depth)
                return Value(type=kind, origin=None, module=self.module, element=element)
            annotation = annotation.value
        name = self.qualified(annotation, depth + 1) if annotation is not None else None
        if name is None or not (_is_class_name(name) or name in ("builtins.list", "builtins.dict", "builtins.set")):
            return None
        return Value(type=name, origin=None, module=self.module)

    # Functions

    def function(self, node: ast.AST, depth: int = 0) -> Definition | None:
        """The function of the project, or lambda, that an expression is; ``partial`` is looked through."""
        if isinstance(node, ast.Lambda):
            return Definition(module=self.module, node=node, name="<lambda>")
        if isinstance(node, ast.Call) and self.called(node) in ("functools.partial", "joblib.delayed") and node.args:
            return self.function(node.args[0], depth + 1)
        if isinstance(node, ast.Name) and depth < DEEPEST:
            for binding in self.bindings(node):
                if isinstance(binding.node, FUNCTIONS) and binding.kind == "definition":
                    # Also where the module is one of a library whose names are known.
                    inside = self.module.definitions[binding.node]
                    return Definition(module=self.module, node=binding.node, name=inside)
                if isinstance(binding.value, ast.Lambda):
                    return Definition(module=self.module, node=binding.value, name=binding.name)
                if binding.kind == "assign" and isinstance(binding.value, ast.Call) and not binding.path:
                    return self.function(binding.value, depth + 1)
        name = self.qualified(node)
        if name is None or is_library(name):
            return None
        found = self.project.definition(name, self.module)
        return found if found is not None and isinstance(found.node, FUNCTIONS) else None

    def body(self, function: Function) -> Iterator[ast.AST]:
        """The nodes that a function itself runs."""
        return own_nodes(function)


_DISPLAYS: dict[type[ast.AST], str] = {
    ast.List: "builtins.list", ast.ListComp: "builtins.list", ast.Dict: "builtins.dict", ast.DictComp: "builtins.dict",
    ast.Set: "builtins.set", ast.SetComp: "builtins.set", ast.Tuple: "builtins.tuple",
    ast.GeneratorExp: "builtins.generator", ast.BinOp: "builtins.list",
}  # fmt: skip

_LIBRARIES = frozenset(
    {"builtins", "threading", "multiprocessing", "concurrent", "asyncio", "queue", "subprocess", "joblib", "numpy",
     "requests", "random", "time", "os", "itertools", "functools", "socket", "sqlite3", "urllib", "httpx", "anyio",
     "trio", "loky", "_thread", "collections", "contextlib", "pathlib", "shutil", "io", "sys", "typing", "signal",
     "dask", "torch", "pandas", "results", "tempfile", "gzip", "json", "pickle", "logging", "math", "re"}
)  # fmt: skip
"""Top-level names that are never looked for in the project: what they mean is known."""


def is_library(dotted: str) -> bool:
    """Whether a dotted name belongs to a library that the checks know."""
    return dotted.partition(".")[0] in _LIBRARIES and known_in_library(dotted)


def known_in_library(dotted: str) -> bool:
    """Not the private parts of a library, which its own source may define: there the project is asked."""
    return not any(part.startswith("_") and not part.startswith("__") for part in dotted.split(".")[1:])


def _is_class_name(dotted: str) -> bool:
    last = dotted.rpartition(".")[2].lstrip("_")
    return last[:1].isupper() and not last.isupper()


def _is_nothing(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
