"""What the host can ask of the probe: for each task a module and its function, ``task(request, answers) -> fields``.

A module is imported only for its own task: each trial has an interpreter to itself, whose start should be short.
"""

import importlib

TASKS = {
    "profile": ("timing.serial_profile", "profile"),
    "inspect": ("safety.safety_tasks", "inspect"),
    "random_states": ("safety.safety_tasks", "random_states"),
    "trial": ("timing.plan_trial", "trial"),
    "costs": ("costs.costs_task", "costs"),
    "read_sites": ("program.reading", "read_sites"),
    "read_bodies": ("program.reading", "read_bodies"),
    "replay": ("program.replay", "replay"),
}


def find_task(name):
    """The function that does a task."""
    module, function = TASKS[name]
    return getattr(importlib.import_module("." + module, __package__), function)
