"""What was asked: the target, the calls to make of it, and how to try."""

from __future__ import annotations

from dataclasses import dataclass

from .terms import MODELS, InputsKind, Model, StartMethod, Unpack


@dataclass(frozen=True, kw_only=True)
class Target:
    """A function by name. ``import_roots`` are the folders that make ``module`` importable."""

    text: str
    module: str
    qualname: str
    import_roots: tuple[str, ...]
    file: str | None = None
    """Absolute path, for a target given as ``path/to/file.py:function``."""
    by_path: bool = False
    """The file's name cannot be imported; it is loaded from its path, under the name ``module``."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Where the items come from: ``source`` is an object's name, an expression or a file's path."""

    kind: InputsKind = "none"
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """The calls that the user has to make. ``None`` where the user left the choice to the program."""

    target: Target
    inputs: Inputs = Inputs()
    unpack: Unpack | None = None
    calls: int | None = None
    setup: str | None = None
    """``module:function``, run before the first call in each fresh interpreter."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to try."""

    python: str
    """The interpreter that runs the function: an absolute path."""
    budget_seconds: float = 20.0
    timeout_seconds: float = 10.0
    """What one call may take."""
    timeout_given: bool = False
    """Whether the user set that bound: a call that outlives it has failed, one that outlives the default is long."""
    models: tuple[Model, ...] = MODELS
    max_workers: int | None = None
    start_method: StartMethod | None = None
    min_speedup_ratio: float = 1.1
    seed: int = 0
    idiom: str | None = None
    """A name from ``records.idioms.IDIOMS``."""
    stream: bool = False
    """Results are wanted as they come, not all at the end."""
    lines: bool = True
    """Whether to ask Scalene for the hot lines."""
    quick: bool = False
    """Whether one trial of what the profile promises most is enough."""
    max_calls: int | None = None
    """How many calls of the function the analysis may make in all; ``None`` for any number."""
