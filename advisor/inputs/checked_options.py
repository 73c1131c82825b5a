"""Raw options -> frozen Job and Options; every check of them is here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import Any

from ..errors import UnusableError
from ..records import MODELS, START_METHODS, Inputs, Job, Model, Options, Unpack
from ..records.option import Door
from ..records.options_table import default_timeout_seconds, offered
from . import item_files as input_files
from .asked_idiom import find_idiom
from .target import is_dotted_name, looking_at, parse_target


def make_job(
    target: str,
    app_dir: str | Path | None = None,
    inputs_from: str | None = None,
    inputs_expr: str | None = None,
    inputs: str | Path | None = None,
    unpack: Unpack | None = None,
    calls: int | None = None,
    setup: str | None = None,
) -> Job:
    """The calls to make.

    Raises:
        UnusableError: what was given is not one target with at most one source of items.
    """
    given = [
        Inputs(kind="object", source=inputs_from) if inputs_from is not None else None,
        Inputs(kind="expression", source=inputs_expr) if inputs_expr is not None else None,
        Inputs(kind="file", source=str(inputs)) if inputs is not None else None,
    ]
    sources = [source for source in given if source is not None]
    if len(sources) > 1:
        raise UnusableError("Give one of --inputs-from, --inputs-expr and --inputs, not several.")
    source = sources[0] if sources else Inputs()
    if inputs is not None:
        input_files.check_inputs_file(Path(inputs))
    check_numbers("library", {"calls": calls})
    if not sources and unpack is not None:
        raise UnusableError("--unpack says how an item becomes arguments, and no items are given.")
    for option, name in (("--inputs-from", inputs_from), ("--setup", setup)):
        if name is not None and not all(is_dotted_name(part) for part in name.partition(":")[::2]):
            raise UnusableError(f"{option} {name}: write it as module:name.")
    with looking_at("the current folder"):
        folder = Path(app_dir) if app_dir is not None else Path.cwd()
    return Job(
        target=parse_target(target, folder),
        inputs=source,
        unpack=unpack or input_files.default_unpack(source),
        calls=calls,
        setup=setup,
    )


def make_options(
    python: str | None = None,
    budget: float = 20.0,
    timeout: float | None = None,
    models: Sequence[str] | None = None,
    max_workers: int | None = None,
    start_method: str | None = None,
    min_speedup: float = 1.1,
    seed: int = 0,
    idiom: str | None = None,
    stream: bool = False,
    lines: bool = True,
    max_calls: int | None = None,
    quick: bool = False,
) -> Options:
    """How to try. ``timeout`` is half the budget unless given.

    Raises:
        UnusableError: a value is out of its range or a name unknown.
    """
    numbers = {"budget": budget, "timeout": timeout, "max_workers": max_workers, "max_calls": max_calls}
    check_numbers("library", {**numbers, "min_speedup": min_speedup, "seed": seed})
    if start_method is not None and start_method not in START_METHODS:
        raise UnusableError(f"--start-method {start_method}: it must be one of {', '.join(START_METHODS)}.")
    return Options(
        python=find_interpreter(python),
        budget_seconds=budget,
        timeout_seconds=timeout if timeout is not None else default_timeout_seconds(budget),
        timeout_given=timeout is not None,
        models=_with_serial(models),
        max_workers=max_workers,
        start_method=start_method,
        min_speedup_ratio=min_speedup,
        seed=seed,
        idiom=find_idiom(idiom) if idiom is not None else None,
        stream=stream,
        lines=lines and not quick,
        max_calls=max_calls,
        quick=quick,
    )


def check_numbers(door: Door, given: Mapping[str, Any]) -> None:
    """See that what is given for options that take a number is one, and within the range; ``None`` is left alone.

    Raises:
        UnusableError: one is not.
    """
    for option in offered(door):
        number = given.get(option.name) if option.kind in ("integer", "number") else None
        if number is not None and not (_is_number(number) and option.allows(number)):
            raise UnusableError(f"{option.flag} {number}: it must be {option.range_in_words()}.")


def _is_number(value: object) -> bool:
    return isinstance(value, Real)


def check_models(shown: str, names: Sequence[str]) -> tuple[Model, ...]:
    """The models of these names, in the order of ``MODELS``.

    Args:
        shown: How the option and its value are written where they were given.
        names: One a model; blanks around them do not count.

    Raises:
        UnusableError: there are none, or one is unknown.
    """
    wanted = [name.strip() for name in names if name.strip()]
    if not wanted or any(name not in MODELS for name in wanted):
        raise UnusableError(f"{shown}: name some of {', '.join(MODELS)}.")
    return tuple(model for model in MODELS if model in wanted)


def _with_serial(names: Sequence[str] | None) -> tuple[Model, ...]:
    if names is None:
        return MODELS
    wanted = check_models(f"--models {','.join(names)}", names)
    return tuple(model for model in MODELS if model in wanted or model == "serial")


def find_interpreter(python: str | None) -> str:
    """The absolute path of the interpreter named, or of this one.

    Raises:
        UnusableError: there is none by that name.
    """
    if python is None:
        return sys.executable
    found = shutil.which(python)
    if found is None:
        raise UnusableError(f"--python {python}: there is no such interpreter that can be run.")
    return str(Path(found).absolute())
