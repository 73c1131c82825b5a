"""What the host can ask of the probe: for each task a module and its function, ``task(request, answers) -> fields``.

A module is imported only for its own task: each trial has an interpreter to itself, whose start should be short.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .answers import Answers

    Task = Callable[[dict[str, Any], Answers], dict[str, Any]]

TASKS = {
    "profile": ("timing.serial_profile", "profile"),
    "profile_part": ("timing.call_part", "profile_part"),
    "inspect": ("safety.safety_tasks", "inspect"),
    "random_states": ("safety.safety_tasks", "random_states"),
    "trial": ("timing.plan_trial", "trial"),
    "costs": ("costs.costs_task", "costs"),
    "read_sites": ("program.reading", "read_sites"),
    "read_bodies": ("program.reading", "read_bodies"),
    "replay": ("program.replay", "replay"),
}


def find_task(name: str) -> Task:
    """The function that does a task."""
    module, function = TASKS[name]
    task: Task = getattr(importlib.import_module("." + module, __package__), function)
    return task
