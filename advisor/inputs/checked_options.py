"""Raw options -> frozen Job and Options; every check of them is here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import UnusableError
from ..records import MODELS, START_METHODS, Inputs, Job, Model, Options, Unpack
from . import item_files as input_files
from .asked_idiom import find_idiom
from .target import is_dotted_name, looking_at, parse_target

DAY_SECONDS = 86400
LEAST_CALLS = 3
"""Two for the profile and one for a trial."""
RANGES: dict[str, tuple[float, float]] = {
    "--budget": (1, DAY_SECONDS),
    "--timeout": (0.001, DAY_SECONDS),
    "--calls": (1, 10**12),
    "--max-workers": (1, 4096),
    "--max-calls": (LEAST_CALLS, 10**12),
    "--min-speedup": (1, 1000),
    "--seed": (-(2**63), 2**63),
}


def make_job(
    target: str,
    app_dir: Path | None = None,
    inputs_from: str | None = None,
    inputs_expr: str | None = None,
    inputs: Path | None = None,
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
        input_files.check_inputs_file(inputs)
    _check_ranges({"--calls": calls})
    if not sources and unpack is not None:
        raise UnusableError("--unpack says how an item becomes arguments, and no items are given.")
    for option, name in (("--inputs-from", inputs_from), ("--setup", setup)):
        if name is not None and not all(is_dotted_name(part) for part in name.partition(":")[::2]):
            raise UnusableError(f"{option} {name}: write it as module:name.")
    with looking_at("the current folder"):
        folder = app_dir or Path.cwd()
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
) -> Options:
    """How to try. ``timeout`` is half the budget unless given.

    Raises:
        UnusableError: a value is out of its range or a name unknown.
    """
    _check_ranges(
        {
            "--budget": budget,
            "--timeout": timeout,
            "--max-workers": max_workers,
            "--max-calls": max_calls,
            "--min-speedup": min_speedup,
            "--seed": seed,
        }
    )
    if start_method is not None and start_method not in START_METHODS:
        raise UnusableError(f"--start-method {start_method}: it must be one of {', '.join(START_METHODS)}.")
    return Options(
        python=find_interpreter(python),
        budget_seconds=budget,
        timeout_seconds=timeout if timeout is not None else max(1.0, budget / 2),
        models=_models(models),
        max_workers=max_workers,
        start_method=start_method,
        min_speedup_ratio=min_speedup,
        seed=seed,
        idiom=find_idiom(idiom) if idiom is not None else None,
        stream=stream,
        lines=lines,
        max_calls=max_calls,
    )


def _check_ranges(values: Mapping[str, float | None]) -> None:
    for option, value in values.items():
        least, most = RANGES[option]
        if value is not None and not least <= value <= most:
            raise UnusableError(f"{option} {value}: it must be from {least} to {most}.")


def _models(names: Sequence[str] | None) -> tuple[Model, ...]:
    if names is None:
        return MODELS
    wanted = [name.strip() for name in names if name.strip()]
    unknown = [name for name in wanted if name not in MODELS]
    if unknown or not wanted:
        raise UnusableError(f"--models {','.join(names)}: name some of {', '.join(MODELS)}.")
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
