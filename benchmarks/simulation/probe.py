"""The simulated machine behind the probe's protocol: what a child would answer, without a child."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from advisor.child.interpreter import ChildLimits, Event
from advisor.probe.target.call_sample import choose
from advisor.probe.timing.serial_timing import SHORT_CALL_SECONDS
from advisor.records import Plan
from advisor.records.idioms import model_of
from benchmarks.simulation.functions import SimulatedFunction
from benchmarks.simulation.running import SimulatedMachine, run_seconds

BEATS = 250
CHILD_SECONDS = 0.12


class SimulatedProbe:
    """Answers ``profile`` and ``trial``; its clock runs as long as the real ones would have taken."""

    def __init__(self, function: SimulatedFunction, machine: SimulatedMachine, seed: int, noise: float = 0.03) -> None:
        self._function = function
        self._machine = machine
        self._chance = random.Random(seed)
        self._noise = noise
        self._sizes = function.sizes()
        self.clock_seconds = 0.0

    def clock(self) -> float:
        """Seconds so far, as ``time.monotonic`` would tell them."""
        return self.clock_seconds

    def __call__(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: ChildLimits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        """Answer one request."""
        self.clock_seconds += CHILD_SECONDS + self._function.import_seconds
        if request["task"] == "profile":
            on_event(self._facts())
            return self._profile()
        return self._trial(request)

    def job_seconds(self, plan: Plan) -> float:
        """The truth about a plan: the whole job, without noise."""
        return run_seconds(plan, self._function, self._sizes, self._machine)[0]

    def _trial(self, request: Mapping[str, Any]) -> Event:
        figures = request["parameters"]
        plan = Plan(model=model_of(request["idiom"]), idiom=request["idiom"], **figures)
        numbers = choose(self._function.calls, request["sample_calls"], request["seed"])
        sizes = [self._sizes[number] for number in numbers]
        wall, startup = run_seconds(plan, self._function, sizes, self._machine)
        wall *= self._jitter()
        self.clock_seconds += wall + startup
        return {
            "event": "trial",
            "calls": len(sizes),
            "wall_seconds": wall,
            "startup_seconds": startup * self._jitter(),
            "cpu_seconds": 0.0,
            "peak_rss_bytes": 30_000_000 * (1 + (plan.processes or 0)),
            "result_digests": [],
            "call_seconds": self._noted(sizes, request),
        }

    def _noted(self, sizes: Sequence[float], request: Mapping[str, Any]) -> list[float]:
        most = min(request["note_calls"], len(sizes))
        wall = self._function.wall_seconds
        return [sizes[i * len(sizes) // most] * wall * self._jitter() for i in range(most)]

    def _profile(self) -> Event:
        function = self._function
        wall = function.wall_seconds * self._jitter()
        cpu = function.held_seconds + function.free_seconds
        held = 0.02 if function.hidden_from_heartbeat else function.held_seconds / function.wall_seconds
        seen = sum(self._chance.random() < held for _ in range(BEATS)) / BEATS
        self.clock_seconds += max(0.8, 4 * wall)
        moved_bytes = function.argument_bytes + function.result_bytes
        return {
            "event": "profile",
            "calls": max(3, int(0.5 / wall)),
            "wall_seconds_per_call": wall,
            "wall_seconds_low": wall * 0.97,
            "wall_seconds_high": wall * 1.03,
            "wall_seconds_deviation": wall * math.sqrt(math.exp(function.size_deviation**2) - 1),
            "wall_seconds_most": wall * self._longest(),
            "first_call_seconds": wall,
            "cpu_seconds_per_call": cpu,
            "main_cpu_seconds_per_call": cpu,
            "children_cpu_seconds_per_call": 0.0,
            "queued_seconds_per_call": 0.0,
            "gil_held_fraction": seen,
            "gil_samples": BEATS,
            "argument_bytes": function.argument_bytes,
            "result_bytes": function.result_bytes,
            "pickle_seconds_per_call": moved_bytes / self._machine.costs.pipe_bytes_per_second,
            "result_obstacle": None,
            "peak_rss_bytes": 30_000_000,
            "calls_made": 10,
            "call_seconds": [self._sizes[number] * wall for number in self._seen()],
        }

    def _facts(self) -> Event:
        function = self._function
        return {
            "event": "facts",
            "name": "simulated:function",
            "file": None,
            "line": None,
            "python_version": "3.11.0",
            "gil_enabled": True,
            "is_coroutine": function.is_coroutine,
            "unpack": "none",
            "items": function.calls,
            "calls": function.calls,
            "import_seconds": function.import_seconds,
            "threads_after_import": 1,
            "start_methods": ["fork", "forkserver", "spawn"],
            "default_start_method": "fork",
            "shipping_obstacle": None,
        }

    def _seen(self) -> list[int]:
        """The calls that half a second of profile has timed singly."""
        if self._function.wall_seconds < SHORT_CALL_SECONDS:
            return []
        chosen: list[int] = choose(self._function.calls, max(3, int(0.5 / self._function.wall_seconds)), 0)
        return chosen

    def _longest(self) -> float:
        """Of those, over the mean."""
        return max((self._sizes[number] for number in self._seen()), default=1.0)

    def _jitter(self) -> float:
        return math.exp(self._chance.gauss(0.0, self._noise))
