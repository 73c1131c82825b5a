"""What ``--dry-run`` says: what would run, of which nothing has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from .. import formatting as fmt
from ..records import MODELS, Job, Model, Options, TargetFacts, idioms

_HOW = {"none": "f(item)", "args": "f(*item)", "kwargs": "f(**item)"}
_BY_PROCESSES: tuple[Model, ...] = ("multiprocessing", "hybrid")


def render(job: Job, options: Options, facts: TargetFacts, paths: Sequence[PurePath]) -> str:
    """Plain text: the target as it was found, what would be run, within which bounds, and the files."""
    return "".join(f"{fmt.one_line(line)}\n" for line in _lines(job, options, facts, paths))


def _lines(job: Job, options: Options, facts: TargetFacts, paths: Sequence[PurePath]) -> Iterator[str]:
    place = f" ({facts.file}, line {facts.line})" if facts.file else ""
    yield f"{facts.name}{place}, CPython {facts.python_version}"
    items = fmt.count(facts.items, "item")
    given = "without arguments" if job.inputs.kind == "none" else f"as {_HOW[facts.unpack]} on {items}"
    yield f"The job: {fmt.count(facts.calls, 'call')} {given}."
    yield "No call was made. To find this out the target was imported and its items were made, in a process of its own."
    yield "It would be profiled serially first, and then tried under:"
    for model in MODELS:
        if model in options.models:
            idiom = idioms.default_idiom(model, facts.unpack, facts.is_coroutine, options.stream)
            yield f"- {model}: {_obstacle(model, facts) or _wanted(model, options) or idiom}"
    if options.lines and facts.file:
        yield "Scalene would run some of the calls once more, for the hot lines."
    most = "any number of calls" if options.max_calls is None else fmt.count(options.max_calls, "call")
    bound = "no bound; --max-calls N sets one" if options.max_calls is None else "--max-calls"
    yield f"In all: about {fmt.seconds(options.budget_seconds)} (--budget), {most} ({bound})."
    yield f"Would be written: {', '.join(str(path) for path in paths)}."


def _obstacle(model: Model, facts: TargetFacts) -> str | None:
    if model == "asyncio" and not facts.is_coroutine:
        return "not tried: the function is no coroutine function."
    if model in _BY_PROCESSES and facts.shipping_obstacle is not None:
        return f"not tried: {facts.shipping_obstacle}"
    return None


def _wanted(model: Model, options: Options) -> str | None:
    if options.idiom is None or model == "serial":
        return None
    return options.idiom if idioms.model_of(options.idiom) == model else f"not tried: --idiom {options.idiom} asks."
