"""Asks children, and asks none what its interpreter is once one of that interpreter has said so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .interpreter import Ask, ChildLimits, Event


class KnownInterpreters:
    """Passes every request on to a child.

    A request to identify the interpreter is answered from memory once the facts about a target have named it.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[str, Event] = {}

    def ask(
        self,
        python: str,
        request: Mapping[str, Any],
        limits: ChildLimits,
        on_event: Callable[[Event], None] = lambda _event: None,
    ) -> Event:
        """Answer a request, or raise ChildFailedError."""

        def listen(event: Event) -> None:
            if event["event"] == "facts" and isinstance(event.get("interpreter"), dict):
                self._known[python] = event["interpreter"]
            on_event(event)

        if request.get("identify") and python in self._known:
            return self._known[python]
        return self._ask(python, request, limits, listen)
