"""The ways of running a job by name, which model each belongs to, and which one a model means by default.

The probe has the same names in ``probe.engines``, each with the file that runs it; a test keeps the two alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .terms import Model, Unpack

IDIOM_MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "loop": "serial",
        "await loop": "serial",
        "Thread": "threading",
        "ThreadPoolExecutor.map": "threading",
        "ThreadPoolExecutor.submit + as_completed": "threading",
        "ThreadPoolExecutor.submit + wait": "threading",
        "Process + Queue": "multiprocessing",
        "Process + Pipe": "multiprocessing",
        "Pool.map": "multiprocessing",
        "Pool.starmap": "multiprocessing",
        "Pool.imap_unordered": "multiprocessing",
        "ProcessPoolExecutor.map": "multiprocessing",
        "Process + Thread": "hybrid",
        "asyncio tasks": "asyncio",
    }
)
IDIOMS: tuple[str, ...] = tuple(IDIOM_MODELS)
AWAITING = ("await loop", "asyncio tasks")
"""Those that await their calls."""


def model_of(idiom: str) -> Model:
    """The model that an idiom belongs to."""
    return IDIOM_MODELS[idiom]


def default_idiom(model: Model, unpack: Unpack, is_coroutine: bool, stream: bool) -> str:
    """How a user would write this model for this call."""
    if model == "serial":
        return "await loop" if is_coroutine else "loop"
    if model == "threading":
        return "ThreadPoolExecutor.submit + as_completed" if stream else "ThreadPoolExecutor.map"
    if model == "multiprocessing":
        if stream:
            return "Pool.imap_unordered"
        return "Pool.starmap" if unpack == "args" and not is_coroutine else "Pool.map"
    return "Process + Thread" if model == "hybrid" else "asyncio tasks"
