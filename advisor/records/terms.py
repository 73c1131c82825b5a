"""The types and the names that several records share: models, start methods, classes, severities."""

from __future__ import annotations

from typing import Literal

Model = Literal["serial", "threading", "multiprocessing", "hybrid", "asyncio"]
Unpack = Literal["none", "args", "kwargs"]
StartMethod = Literal["fork", "forkserver", "spawn"]
Classification = Literal["cpu-bound", "io-bound", "mixed", "trivial"]
Confidence = Literal["high", "moderate", "low"]
Severity = Literal["error", "warning", "note"]
PartName = Literal["gil-held", "gil-free", "waiting", "queued", "transport"]
InputsKind = Literal["none", "object", "expression", "file"]

# Simplest first: between plans that cannot be told apart the earlier one wins.
MODELS: tuple[Model, ...] = ("serial", "threading", "asyncio", "multiprocessing", "hybrid")
START_METHODS: tuple[StartMethod, ...] = ("fork", "forkserver", "spawn")
SCHEMA_VERSION = 1
"""Of ``report.json``."""
