"""Threads at work: what ends them too early, and what they look at too late."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.holders import callees, holder, loads, method_called
from ..model.launches import Launch, argument, keyword, target
from ..model.names import Names
from ..model.project import Definition
from ..model.tree import COMPREHENSIONS, LOOPS, own_nodes, position
from ..records import Context, Sighting

_LASTING = frozenset(
    {"os.replace", "os.rename", "os.remove", "os.unlink", "json.dump", "pickle.dump", "shutil.copy", "shutil.move",
     "shutil.copyfile", "shutil.copytree", "shutil.rmtree", "requests.post", "requests.put", "requests.delete",
     "requests.patch", "httpx.post", "httpx.put", "pathlib.Path.write_text", "pathlib.Path.write_bytes",
     "smtplib.SMTP.send_message", "smtplib.SMTP.sendmail"}
)  # fmt: skip

_LASTING_METHODS = frozenset(
    {
        "commit",
        "write",
        "writelines",
        "writerow",
        "writerows",
        "to_csv",
        "to_parquet",
        "to_sql",
        "send_message",
        "sendmail",
        "upload_file",
        "put_object",
        "write_text",
        "write_bytes",
    }
)


def daemon_at_work(context: Context) -> Iterator[Sighting]:
    """Daemon threads that write, and that nobody waits for."""
    names = context.names
    for launch in context.launches:
        if launch.where != "thread" or launch.how != "single":
            continue
        daemon = keyword(launch.call, "daemon")
        held = holder(names, launch.call)
        is_daemon = (
            (isinstance(daemon, ast.Constant) and daemon.value is True)
            or _made_daemon(names, held)
            or _is_daemon_class(launch)
        )
        definition = target(names, launch)
        if not is_daemon or definition is None or _joined(context, launch):
            continue
        lasting = _lasting_work(names, definition)
        if lasting is not None and not _drained(context, definition):
            yield Sighting(
                node=launch.call,
                message=f"A daemon thread is stopped in the midst of {lasting} when the program ends: nobody "
                "waits for it.",
            )


def _is_daemon_class(launch: Launch) -> bool:
    """Whether a subclass of Thread makes itself a daemon: in its ``__init__``, or by an attribute of the class."""
    if launch.method is None:
        return False
    owner = launch.method.module.tree.parents.get(launch.method.node)
    for node in ast.walk(owner) if isinstance(owner, ast.ClassDef) else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            given = keyword(node, "daemon")
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("self.daemon", "daemon"):
            given = node.value
        else:
            continue
        if isinstance(given, ast.Constant) and given.value is True:
            return True
    return False


def _made_daemon(names: Names, held: object) -> bool:
    kind, name = getattr(held, "kind", ""), getattr(held, "name", "")
    if kind not in ("name", "attribute"):
        return False
    for node in names.module.tree.all(ast.Assign):
        place = node.targets[0]
        if isinstance(place, ast.Attribute) and place.attr == "daemon" and isinstance(node.value, ast.Constant):
            if node.value.value is True and ast.unparse(place.value).rpartition(".")[2] == name:
                return True
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr == "setDaemon"
        and ast.unparse(call.func.value).rpartition(".")[2] == name
        for call in names.module.tree.all(ast.Call)
    )  # fmt: skip


def _joined(context: Context, launch: Launch) -> bool:
    """Whether any thread of this module is joined by the name that holds it, or leaves for where it may be."""
    names, tree = context.names, context.module.tree
    held = holder(names, launch.call)
    if held.kind in ("returned", "argument", "other", "item"):
        return True
    if held.kind == "element" or tree.loop(launch.call) is not None:
        return any(names.called(call) == "threading.Thread.join" for call in tree.all(ast.Call))
    if held.kind not in ("name", "attribute"):
        return False
    for load in loads(names, held):
        method = method_called(names, load)
        parent = tree.parents.get(load)
        if method == "join" or (not method and isinstance(parent, (ast.Return, ast.Call, ast.List, ast.Tuple))):
            return True
        if isinstance(parent, ast.Assign) and any(
            each.attr == "join" and isinstance(each.value, ast.Name) for each in tree.all(ast.Attribute)
        ):
            return True
    return False


def _lasting_work(names: Names, definition: Definition) -> str | None:
    of = names.of(definition.module)
    functions = [(definition.node, of), *((callee, other) for _, callee, other in callees(of, definition.node))]
    for function, its in functions:
        for node in own_nodes(function):
            if isinstance(node, ast.Call):
                called = its.called(node)
                method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                if called in _LASTING:
                    return called
                if called == "builtins.open" and _opens_to_write(node):
                    return "writing a file"
                if method in _LASTING_METHODS and not called.startswith("sys.std"):
                    return f"{ast.unparse(node.func)}"
    return None


def _opens_to_write(call: ast.Call) -> bool:
    mode = argument(call, 1, "mode")
    return (
        isinstance(mode, ast.Constant)
        and isinstance(mode.value, str)
        and any(letter in mode.value for letter in "wax+")
    )


def _drained(context: Context, definition: Definition) -> bool:
    """Whether the work comes from a queue that somebody joins."""
    calls = list(context.module.tree.all(ast.Call))
    done = any(isinstance(node, ast.Attribute) and node.attr == "task_done" for node in own_nodes(definition.node))
    return done and any(
        isinstance(call.func, ast.Attribute) and call.func.attr == "join"
        and context.names.type_of(call.func.value) not in ("threading.Thread",) for call in calls
    )  # fmt: skip


def captured_loop_variable(context: Context) -> Iterator[Sighting]:
    """Lambdas and nested functions that look at a loop's variable once the loop has gone on."""
    names, tree = context.names, context.module.tree
    told: set[ast.AST] = set()
    for function, at in _run_later(context):
        definition = names.function(function) if not isinstance(function, ast.Call) else None
        if definition is None or definition.module is not context.module or definition.node in told:
            continue
        loop = tree.loop(at)
        if loop is None or not tree.holds(loop, definition.node) or _waited_in_pass(context, at, loop):
            continue
        captured = _captured(context, definition.node, loop)
        if captured:
            told.add(definition.node)
            yield Sighting(
                node=definition.node if isinstance(definition.node, ast.Lambda) else function,
                message=f"{captured} is looked up when the call runs, and the loop has gone on by then.",
            )


def _run_later(context: Context) -> Iterator[tuple[ast.expr, ast.Call]]:
    names = context.names
    for launch in context.launches:
        if launch.function is not None:
            yield launch.function, launch.call
            yield from ((part, launch.call) for part in launch.arguments if isinstance(part, ast.Lambda))
    later = {"asyncio.loop.call_soon": 0, "asyncio.loop.call_later": 1, "asyncio.loop.call_at": 1,
             "asyncio.loop.call_soon_threadsafe": 0, "atexit.register": 0}  # fmt: skip
    for call in context.module.tree.all(ast.Call):
        place = later.get(names.called(call))
        if place is None and isinstance(call.func, ast.Attribute) and call.func.attr == "add_done_callback":
            place = 0
        if place is not None and len(call.args) > place:
            yield call.args[place], call
        elif names.called(call) in ("asyncio.create_task", "asyncio.ensure_future", "asyncio.loop.create_task",
                                    "asyncio.TaskGroup.create_task") and call.args:  # fmt: skip
            coroutine = call.args[0]
            if isinstance(coroutine, ast.Call):
                yield coroutine.func, call


def _captured(context: Context, function: ast.AST, loop: ast.AST) -> str:
    """The first variable of the loop that a function takes from outside itself."""
    tree, scopes = context.module.tree, context.module.scopes
    if isinstance(loop, COMPREHENSIONS):
        bound = {name.id for part in loop.generators for name in ast.walk(part.target) if isinstance(name, ast.Name)}
    else:
        bound = {
            node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            and not tree.holds(function, node) and tree.function(node) is tree.function(loop)
        }  # fmt: skip
    body = function.body if isinstance(function.body, list) else [function.body]  # type: ignore[attr-defined]  # a function
    for part in body:
        for node in ast.walk(part):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in bound:
                found = scopes.lookup(node.id, node)
                if found is not None and not tree.holds(function, found[0].node):
                    return node.id
    return ""


def _waited_in_pass(context: Context, call: ast.Call, loop: ast.AST) -> bool:
    """Whether the same pass of the loop waits for the call."""
    tree = context.module.tree
    for parent in tree.ancestors(call):
        if isinstance(parent, ast.Await) or (
            isinstance(parent, ast.Attribute) and parent.attr in ("result", "get", "join")
        ):
            return True
        if parent is loop:
            break
    if not isinstance(loop, LOOPS):
        return False
    for part in loop.body:
        for node in ast.walk(part):
            waits = isinstance(node, ast.Await) or (
                isinstance(node, ast.Attribute) and node.attr in ("result", "join", "get") and tree.loop(node) is loop
            )
            if waits and position(node) > position(call):
                return True
    return any(isinstance(parent, ast.With) and tree.holds(loop, parent) for parent in tree.ancestors(call))


FINDERS = {
    "ADV501": daemon_at_work,
    "ADV502": captured_loop_variable,
}
