"""Raw options -> frozen Job and Options; every check of them is here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from . import inputs as input_files
from .errors import UnusableError
from .idioms import find_idiom
from .records import MODELS, START_METHODS, Inputs, Job, Model, Options, StartMethod, Unpack
from .target import parse_target

LEAST_BUDGET_SECONDS = 1.0


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
        Inputs("object", inputs_from) if inputs_from is not None else None,
        Inputs("expression", inputs_expr) if inputs_expr is not None else None,
        Inputs("file", str(inputs)) if inputs is not None else None,
    ]
    sources = [source for source in given if source is not None]
    if len(sources) > 1:
        raise UnusableError("Give one of --inputs-from, --inputs-expr and --inputs, not several.")
    source = sources[0] if sources else Inputs()
    if inputs is not None:
        input_files.check_inputs_file(inputs)
    if calls is not None and calls < 1:
        raise UnusableError(f"--calls {calls}: it must be at least 1.")
    if not sources and unpack is not None:
        raise UnusableError("--unpack says how an item becomes arguments, and no items are given.")
    for option, name in (("--inputs-from", inputs_from), ("--setup", setup)):
        if name is not None and not all(name.partition(":")[::2]):
            raise UnusableError(f"{option} {name}: write it as module:name.")
    return Job(
        parse_target(target, app_dir or Path.cwd()),
        source,
        unpack or input_files.default_unpack(source),
        calls,
        setup,
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
) -> Options:
    """How to try. ``timeout`` is half the budget unless given.

    Raises:
        UnusableError: a value is out of its range or a name unknown.
    """
    if not LEAST_BUDGET_SECONDS <= budget <= 86400:
        raise UnusableError(f"--budget {budget:g}: it must be from {LEAST_BUDGET_SECONDS:g} to 86400 seconds.")
    if timeout is not None and not 0 < timeout <= 86400:
        raise UnusableError(f"--timeout {timeout:g}: it must be more than 0 and at most 86400 seconds.")
    if max_workers is not None and not 1 <= max_workers <= 4096:
        raise UnusableError(f"--max-workers {max_workers}: it must be from 1 to 4096.")
    if not 1 <= min_speedup <= 1000:
        raise UnusableError(f"--min-speedup {min_speedup:g}: it must be from 1 to 1000.")
    if start_method is not None and start_method not in START_METHODS:
        raise UnusableError(f"--start-method {start_method}: it must be one of {', '.join(START_METHODS)}.")
    return Options(
        python=_interpreter(python),
        budget_seconds=budget,
        timeout_seconds=timeout if timeout is not None else max(1.0, budget / 2),
        models=_models(models),
        max_workers=max_workers,
        start_method=cast("StartMethod | None", start_method),
        min_speedup_ratio=min_speedup,
        seed=seed,
        idiom=find_idiom(idiom) if idiom is not None else None,
        stream=stream,
        lines=lines,
    )


def _models(names: Sequence[str] | None) -> tuple[Model, ...]:
    if names is None:
        return MODELS
    wanted = [name.strip() for name in names if name.strip()]
    unknown = [name for name in wanted if name not in MODELS]
    if unknown or not wanted:
        raise UnusableError(f"--models {','.join(names)}: name some of {', '.join(MODELS)}.")
    return tuple(model for model in MODELS if model in wanted or model == "serial")


def _interpreter(python: str | None) -> str:
    if python is None:
        return sys.executable
    found = shutil.which(python)
    if found is None:
        raise UnusableError(f"--python {python}: there is no such interpreter that can be run.")
    return str(Path(found).absolute())
