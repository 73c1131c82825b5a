"""The tasks ``inspect`` and ``random_states``: what the calls share, and how streams of random numbers begin."""

from __future__ import annotations

from ..target import job, loading
from . import call_effects, inspection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..answers import Answers


def inspect(request: dict[str, Any], answers: Answers) -> dict[str, Any]:
    """Look for state, handles and races that some way of running would get wrong.

    Request: that of ``profile``, with ``wall_seconds`` and ``wait_fraction`` of a call as timed, ``seconds`` for
    all calls and ``most_calls``; ``trace_stores``, false to make many calls at once without a trace function.
    """
    loaded = job.load(request)
    loading.run_setup(request["setup"])
    answers.send("alive")
    return inspection.inspect_calls(loaded, request, answers)


def random_states(request: dict[str, Any], _answers: Answers) -> dict[str, Any]:
    """The streams of random numbers as they stand before the first call in a fresh interpreter."""
    loading.load_target(request["target"])
    loading.run_setup(request["setup"])
    return {"random_states": call_effects.name_states(request["target"]["module"])}
